import { randomBytes } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import type { SessionEnd, TerminalSize } from '../../../shared/model/session.ts';
import { EXIT } from '../command/exit-code.ts';
import { addExamples } from '../command/flags.ts';
import { isRunner } from '../command/runner-commands.ts';
import { addSessionFlags, explainRefusal, sessionTargetOf } from '../command/session-target.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Opens a shell in a container with the terminal of this machine, or runs one command there, by ECS Exec. */
export const verb: Verb = {
  configure(command) {
    addSessionFlags(command)
      .argument('[command...]', 'what to run instead of a shell, after --')
      .option(
        '--exit-code',
        'exit with the exit code of the command, which /bin/sh of the container then runs and reports; ECS Exec itself reports none',
      )
      .option('-q, --quiet', 'print only errors and what the container prints');
    addExamples(command, [
      ['a shell in the newest task', 'slipway exec -c staging -n web'],
      ['one container, in production', 'slipway exec -c production -n web --container app --confirm web'],
      ['one command', 'slipway exec -c staging -n web -- ls -la /app'],
      ['one command, for its exit code', 'slipway exec -c staging -n web --exit-code -- test -f /app/ready'],
    ]);
  },
  run: exec,
};

/** The size that programs assume for a terminal. */
const NO_TERMINAL: TerminalSize = { cols: 80, rows: 24 };
/** Output is confirmed in steps of this size. The engine sends no more than a mebibyte ahead. */
const CONFIRM_BYTES = 128 * 1024;
/** The most input in one call. */
const MOST_INPUT_BYTES = 48 * 1024;
/** How long to wait before input that the container has no room for is sent again. */
const FULL_MS = 50;
const CTRL_C = 0x03;
const CTRL_D = Uint8Array.of(0x04);

async function exec(invocation: Invocation): Promise<number> {
  const { io, args, flags, output } = invocation;
  const mark = flags.isSet('exit-code') ? `\x1eslipway-${randomBytes(8).toString('hex')}=` : undefined;
  if (mark !== undefined && args.length === 0) {
    throw new SlipwayError('INVALID_INPUT', '--exit-code is for a command. Give one after --.');
  }
  const client = await invocation.client();
  const target = await sessionTargetOf(invocation, client);
  const words = mark === undefined ? args : reportingWords(args, mark);
  const command = args.length === 0 ? undefined : words.map(quoted).join(' ');
  const write = outputOf(invocation);
  const reported = mark === undefined ? undefined : withoutExitCode(write, mark);
  const shell = createLocalEnd(invocation, client, {
    isOneCommand: command !== undefined,
    write: reported ?? write,
  });
  try {
    const end = await client.call(
      'sessions.open',
      {
        ...target,
        ...(command === undefined ? {} : { command }),
        ...(io.keyboard.size() ?? NO_TERMINAL),
      },
      {
        signal: shell.leaving,
        onEvent(event) {
          switch (event.kind) {
            case 'opened':
              shell.begin(event.session);
              return;
            case 'output':
              shell.show(Buffer.from(event.data, 'base64'));
              return;
            case 'reconnecting':
              shell.setLost(true);
              return;
            case 'reconnected':
              shell.setLost(false);
          }
        },
      },
    );
    await shell.end();
    const code = reportEnd(invocation, end);
    if (reported === undefined || code !== EXIT.success) return code;
    const own = reported.exitCode();
    if (own === undefined) output.problem([{ text: NO_EXIT_CODE, style: 'red' }]);
    return own ?? EXIT.failed;
  } catch (error) {
    await shell.end();
    if (!shell.wasOpen()) return explainRefusal({ client, output }, target, error);
    const isLeft = error instanceof SlipwayError && error.code === 'CANCELLED';
    if (!isLeft) throw error;
    if (!io.outputClosed.aborted) output.note('The session was ended.');
    return io.outputClosed.aborted ? EXIT.success : EXIT.interrupted;
  }
}

function reportEnd({ output }: Invocation, { reason, sentence, exitCode }: Immutable<SessionEnd>): number {
  if (reason === 'exited') {
    output.note([{ text: sentence, style: 'dim' }]);
    return exitCode ?? EXIT.success;
  }
  output.problem([{ text: sentence, style: 'red' }]);
  return EXIT.failed;
}

interface LocalEnd {
  /** Aborts when a person ends the session here. */
  readonly leaving: AbortSignal;
  readonly begin: (session: string) => void;
  readonly show: (bytes: Uint8Array) => void;
  /** While the connection is lost, Ctrl-C ends the session, because no key reaches the shell. */
  readonly setLost: (isLost: boolean) => void;
  readonly wasOpen: () => boolean;
  /** Restores the terminal, and waits until all output is written. */
  readonly end: () => Promise<void>;
}

interface LocalEndOptions {
  /** Whether a command runs instead of a shell. */
  readonly isOneCommand: boolean;
  readonly write: SessionOutput;
}

/** Connects the terminal of this machine, or its pipes, to a session. */
function createLocalEnd(
  invocation: Invocation,
  client: Client,
  { isOneCommand, write }: LocalEndOptions,
): LocalEnd {
  const { io, output } = invocation;
  const { keyboard } = io;
  const leaving = new AbortController();
  let session: string | undefined;
  let isLost = false;
  let read = 0;
  let confirmed = 0;
  let written = Promise.resolve();
  let stop: (() => void) | undefined;

  /** Waits while the container does not read. After the end of the session, input is dropped. */
  async function send(data: Uint8Array): Promise<void> {
    if (session === undefined || data.length === 0) return;
    for (;;) {
      try {
        await client.call('sessions.write', { session, data: Buffer.from(data).toString('base64') });
        return;
      } catch (error) {
        if (!(error instanceof SlipwayError) || error.code !== 'CONFLICT') return;
        await io.wait(FULL_MS);
      }
    }
  }

  async function type(bytes: Uint8Array): Promise<void> {
    if (isLost && keyboard.size() !== undefined && bytes.includes(CTRL_C)) leaving.abort();
    for (let at = 0; at < bytes.length; at += MOST_INPUT_BYTES) {
      await send(bytes.subarray(at, at + MOST_INPUT_BYTES));
    }
  }

  async function showInTurn(bytes: Uint8Array): Promise<void> {
    await written;
    await write.bytes(bytes);
    read += bytes.length;
    if (session === undefined || read - confirmed < CONFIRM_BYTES) return;
    confirmed = read;
    client.call('sessions.write', { session, read }).catch(() => undefined);
  }

  return {
    leaving: leaving.signal,
    wasOpen: () => session !== undefined,
    begin(opened) {
      session = opened;
      // As with ssh -n: a command in a `while read` loop must not consume the input of the loop.
      if (isOneCommand && keyboard.size() === undefined) return;
      stop = keyboard.listen({
        onInput: type,
        // In the container, Ctrl+D ends the input.
        onEnd: () => void send(CTRL_D),
        onResize() {
          const size = keyboard.size();
          if (size !== undefined)
            client.call('sessions.resize', { session: opened, ...size }).catch(() => undefined);
        },
        onClose: () => leaving.abort(),
      });
    },
    show(bytes) {
      written = showInTurn(bytes);
    },
    setLost(next) {
      isLost = next;
      const sentence = next ? LOST : 'Connected again.';
      if (keyboard.size() === undefined) output.note(sentence);
      else io.stderr.write(`\r\n${sentence}\r\n`);
    },
    async end() {
      stop?.();
      stop = undefined;
      await written;
      await write.end();
    },
  };
}

const LOST = 'Connection lost. Trying again for two minutes; Ctrl+C ends the session.';

interface SessionOutput {
  readonly bytes: (bytes: Uint8Array) => Promise<void>;
  /** Writes what came after the last whole line. */
  readonly end: () => Promise<void>;
}

/** A terminal gets the bytes as they are, a file the bytes without added returns, and a CI runner lines that it can't mistake for its commands. */
function outputOf({ io, output }: Invocation): SessionOutput {
  const { stdout } = io;
  if (stdout.isTerminal) return { bytes: stdout.writeBytes, end: async () => undefined };
  if (!isRunner(io)) return withoutReturns(stdout.writeBytes);
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return {
    async bytes(bytes) {
      const lines = `${rest}${decoder.write(Buffer.from(bytes))}`.split(/\r?\n/);
      rest = lines.pop() ?? '';
      if (rest.length > LONGEST_LINE) {
        lines.push(rest);
        rest = '';
      }
      for (const line of lines) output.line(line);
    },
    async end() {
      if (rest !== '') output.line(rest.replace(/\r$/, ''));
      rest = '';
    },
  };
}

/** A longer line is printed in parts, so that output without line ends does not fill the memory. */
const LONGEST_LINE = 64 * 1024;
const RETURN = 0x0d;
const LINE_FEED = 0x0a;

/** The terminal in the container adds a return before each line feed (ONLCR of termios). Without it, these are the bytes of the program. */
export function withoutReturns(write: (bytes: Uint8Array) => Promise<void>): SessionOutput {
  let isHeld = false;
  return {
    async bytes(bytes) {
      const kept = new Uint8Array(bytes.length + 1);
      let length = 0;
      const keep = (byte: number): void => {
        kept[length] = byte;
        length += 1;
      };
      for (const byte of bytes) {
        if (isHeld && byte !== LINE_FEED) keep(RETURN);
        isHeld = byte === RETURN;
        if (!isHeld) keep(byte);
      }
      await write(kept.subarray(0, length));
    },
    async end() {
      if (isHeld) await write(Uint8Array.of(RETURN));
      isHeld = false;
    },
  };
}

/** A shell runs the words and prints their exit code between two marks (https://pubs.opengroup.org/onlinepubs/9799919799/utilities/sh.html). */
function reportingWords(words: readonly string[], mark: string): readonly string[] {
  const printed = mark.replace('\x1e', String.raw`\036`);
  return ['sh', '-c', `"$@"; printf "${printed}%s${String.raw`\036`}" "$?"`, 'sh', ...words];
}

const NO_EXIT_CODE =
  'The exit code of the command did not arrive. The container needs /bin/sh for --exit-code, and the command must not end it.';

/** The output without what the shell adds at its end, and the exit code that it named there. */
export function withoutExitCode(
  { bytes, end }: SessionOutput,
  mark: string,
): SessionOutput & { readonly exitCode: () => number | undefined } {
  const start = Buffer.from(mark);
  let held = Buffer.alloc(0);
  let code: number | undefined;
  return {
    exitCode: () => code,
    async bytes(part) {
      const all = Buffer.concat([held, part]);
      const at = placeOf(all, start);
      held = all.subarray(at);
      if (at > 0) await bytes(all.subarray(0, at));
    },
    async end() {
      const [whole, digits] = new RegExp(`^${mark}(\\d{1,3})\x1e`).exec(held.toString('latin1')) ?? [];
      if (digits !== undefined) code = Number(digits);
      const rest = held.subarray(whole?.length ?? 0);
      if (rest.length > 0) await bytes(rest);
      await end();
    },
  };
}

/** Where the mark is, or what may be its beginning at the end; otherwise the end. */
function placeOf(all: Buffer, mark: Buffer): number {
  const whole = all.indexOf(mark);
  if (whole !== -1) return whole;
  const last = all.lastIndexOf(mark.subarray(0, 1));
  return last !== -1 && mark.indexOf(all.subarray(last)) === 0 ? last : all.length;
}

/**
 * The agent splits the command with the rules of a shell and runs it without one: https://github.com/google/shlex, used by
 * https://github.com/aws/amazon-ssm-agent in containers.
 */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
