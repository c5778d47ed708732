import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import { EXIT } from '../command/exit-code.ts';
import { addExamples } from '../command/flags.ts';
import { outputShapes, VERBS_WITH_JSON } from '../command/output-schemas.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Prints the JSON Schema of what a verb prints with `--json`. */
export const verb: Verb = {
  configure(command) {
    command.argument('[verb]', 'the verb; without it, the verbs that have a schema are listed');
    addExamples(command, [
      ['the verbs that print JSON', 'slipway schema'],
      ['what a program can read from a deploy', 'slipway schema deploy > deploy.schema.json'],
    ]);
  },
  run: schema,
};

async function schema({ io, args }: Invocation): Promise<number> {
  const [name] = args;
  if (name === undefined) {
    io.stdout.write(VERBS_WITH_JSON.map((each) => `${each}\n`).join(''));
    return EXIT.success;
  }
  const shapes = outputShapes(name);
  if (shapes === undefined) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `There is no verb ${name} with --json. \`slipway schema\` lists those that have a schema.`,
    );
  }
  io.stdout.write(`${JSON.stringify(schemaOf(name, shapes), undefined, 2)}\n`);
  return EXIT.success;
}

/** The JSON Schema of one document that a verb prints. */
function schemaOf(name: string, shapes: readonly z.ZodType[]): object {
  return {
    title: `slipway ${name} --json`,
    ...z.toJSONSchema(z.union(shapes), {
      io: 'output',
      reused: 'ref',
      // A later version may add fields, so that a program must not refuse them.
      override({ jsonSchema }) {
        if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      },
    }),
  };
}
