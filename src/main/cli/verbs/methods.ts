import { visibleText } from '../../../shared/visible-text.ts';
import { EXIT } from '../command/exit-code.ts';
import { addExamples } from '../command/flags.ts';
import { methodLine, methodLines } from '../command/method-list.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Prints all methods, or one with the JSON Schemas of its input, answer and events. */
export const verb: Verb = {
  configure(command) {
    command.argument('[method]', 'the method to describe');
    addExamples(command, [
      ['all methods, one JSON line each', 'slipway methods'],
      ['one method, with the JSON Schemas of its input and answer', 'slipway methods releases.plan'],
    ]);
  },
  run: methods,
};

async function methods({ io, args }: Invocation): Promise<number> {
  const [method] = args;
  const lines = method === undefined ? methodLines() : [methodLine(method)];
  for (const line of lines) {
    if (line === undefined) {
      io.stderr.write(
        `The method ${visibleText(method ?? '')} doesn't exist. \`slipway methods\` prints all methods.\n`,
      );
      return EXIT.refused;
    }
    io.stdout.write(`${line}\n`);
  }
  return EXIT.success;
}
