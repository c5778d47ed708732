import { exitCodeOf } from '../command/call-exit-code.ts';
import { addExamples, browserOption, sandboxOption } from '../command/flags.ts';
import { failedAnswer, lineOf, readInput, runCall } from '../command/run-call.ts';
import { jsonWithoutCommands } from '../command/runner-commands.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Calls one method: prints its events, then its result or its error, as JSON lines. */
export const verb: Verb = {
  configure(command) {
    command
      .argument('<method>', 'a name that `slipway methods` prints')
      .argument('[json]', 'its input as JSON; - reads it from standard input', '{}')
      .addOption(sandboxOption())
      .addOption(browserOption())
      .addHelpText('after', '\nPrints {"event"} lines, then {"result"} or {"error"}.');
    addExamples(command, [
      [
        'the clusters of an account',
        `slipway call clusters.list '{"account":"profile:prod","region":"eu-west-1"}'`,
      ],
      ['the input from standard input', 'slipway call releases.plan - < change.json'],
    ]);
  },
  run: call,
};

async function call({ io, args, engine }: Invocation): Promise<number> {
  const [method = '', json = '{}'] = args;
  const print = (line: string): void => io.stdout.write(`${jsonWithoutCommands(line, io)}\n`);
  try {
    const input = await readInput(json, io.stdin);
    const { dispatcher } = await engine();
    const interrupt = AbortSignal.any([io.interrupt, io.outputClosed]);
    return await runCall(dispatcher, { method, input, interrupt, print });
  } catch (error) {
    const answer = failedAnswer(error);
    print(lineOf(answer));
    return exitCodeOf(method, answer, false);
  }
}
