import { Command, type Option } from 'commander';
import type { VerbEntry } from '../command/verb.ts';
import type { CompletedOption, CompletedVerb } from './completion-script.ts';

/** What a shell completes of a verb, read from its command. */
export async function completedVerb({ name, summary, load }: VerbEntry): Promise<CompletedVerb> {
  const { verb } = await load();
  const command = new Command(name);
  verb.configure(command);
  const options = command.options.map(
    ({ flags, short, long, description, argChoices, required, optional }) => ({
      names: [short, long].filter((each) => each !== undefined),
      description,
      takes: takenBy({ flags, required, optional }),
      choices: argChoices ?? [],
    }),
  );
  const help = {
    names: ['-h', '--help'],
    description: 'print this help',
    takes: 'nothing',
    choices: [],
  } as const;
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  return { name, summary, options: [...options, help], choices };
}

function takenBy({
  flags,
  required,
  optional,
}: Pick<Option, 'flags' | 'required' | 'optional'>): CompletedOption['takes'] {
  if (/<(?:folder|file|path)>/.test(flags)) return 'file';
  if (required) return 'value';
  return optional ? 'perhaps' : 'nothing';
}
