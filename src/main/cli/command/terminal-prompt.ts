import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import { visibleText } from '../../../shared/visible-text.ts';
import type { Prompt } from '../../engine/ports/ports.ts';
import type { OpenPage } from '../../process/default-browser.ts';

interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  /** Shows the page of a sign-in; undefined where no browser is to be opened. */
  readonly openPage?: OpenPage | undefined;
}

/**
 * Asks on the terminal; fails with MFA_REQUIRED where there is none. The question goes to standard error. As with the AWS CLI, the
 * page of a sign-in opens in the browser of this machine, and where it cannot, a code leads back from a browser on any machine.
 */
export function createTerminalPrompt({ input, output, openPage }: Terminal): Prompt {
  const isUnattended = !input.isTTY || !output.isTTY;
  let mayOpen = true;

  /** Settles only when the page cannot be shown. */
  async function failureToShow(address: string): Promise<void> {
    if (mayOpen && openPage !== undefined && (await openPage(address))) await new Promise(() => undefined);
    mayOpen = false;
  }

  async function ask(question: string, signal: AbortSignal | undefined): Promise<string> {
    const terminal = createInterface({ input, output });
    const { promise: refused, reject } = Promise.withResolvers<never>();
    terminal.once('close', () => reject(cancelled('The question')));
    try {
      const asked = terminal.question(question, signal === undefined ? {} : { signal });
      return (await Promise.race([asked, refused])).trim();
    } catch {
      throw cancelled('The question');
    } finally {
      terminal.close();
    }
  }

  return {
    isUnattended,
    async mfaCode(question, signal) {
      if (isUnattended) {
        throw new SlipwayError(
          'MFA_REQUIRED',
          `${question}: there is no terminal to ask on. Run it in a terminal, or use a profile without MFA.`,
        );
      }
      return ask(`${visibleText(question)}: `, signal);
    },

    // Without a terminal it isn't asked: a command runs then, as with the AWS CLI.
    async runCommand({ profile, command, place }, signal) {
      const question = `The profile ${visibleText(profile)} gets its credentials from this command (${visibleText(place)}):\n  ${visibleText(command)}\nRun it now and from now on? [y/N] `;
      if (!/^y(?:es)?$/i.test(await ask(question, signal))) throw cancelled('The question');
    },

    async signIn({ session, address, code }, signal) {
      const aborted = once(signal, 'abort');
      if (code === undefined) {
        // The browser may be on another machine than the terminal, where only a code leads back.
        if (openPage === undefined || !mayOpen) return 'with-code';
        output.write(
          `The sign-in page of ${visibleText(session)} opens in your browser. If it does not, open it on this machine: ${visibleText(address)}\nWaiting for the sign-in; Ctrl+C cancels it, and --no-browser signs in with a code.\n`,
        );
        const failed = failureToShow(address).then(() => 'with-code' as const);
        const over = aborted.then(() => undefined);
        const choice = await Promise.race([failed, over]);
        if (choice === undefined) throw cancelled('The sign-in');
        output.write('No browser could be opened.\n');
        return choice;
      }
      output.write(
        `Open ${visibleText(address)} in a browser and check that it shows the code ${visibleText(code)}.\nWaiting for the sign-in; Ctrl+C cancels it.\n`,
      );
      void failureToShow(address);
      await aborted;
      throw cancelled('The sign-in');
    },

    async authorizationCode({ session, address, problem }, signal) {
      const opening =
        problem === undefined
          ? `Open ${visibleText(address)} in a browser on any machine, and sign in to ${visibleText(session)} there.`
          : problem;
      return ask(`${opening}\nAuthorization code: `, signal);
    },
  };
}
