import { Command, CommanderError } from 'commander';
import { EXIT } from './command/exit-code.ts';
import { addOutputFlags, addScopeFlags, addServiceFlags } from './command/flags.ts';

/**
 * Moves the common options that stand before the verb behind it, where the verb takes them: `-c production status` becomes
 * `status -c production`, as the AWS CLI and kubectl allow. Other arguments stay as they are. Throws CommanderError for a value that
 * an option does not take, and where no verb follows.
 */
export function verbFirst(args: readonly string[]): readonly string[] {
  if (args[0]?.startsWith('-') !== true) return args;
  const command = addOutputFlags(addServiceFlags(addScopeFlags(new Command('slipway'))))
    .option('-v, --verbose')
    .helpOption(false)
    .allowExcessArguments()
    .passThroughOptions()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .action(() => undefined);
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.code === 'commander.unknownOption') return args;
    throw error;
  }
  const [verb, ...others] = command.args;
  const options = args.slice(0, args.length - command.args.length);
  if (verb !== undefined) return [verb, ...options, ...others];
  throw new CommanderError(EXIT.refused, 'slipway.noVerb', 'Name a verb after the options.');
}
