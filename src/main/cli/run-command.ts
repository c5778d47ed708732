import { Command, CommanderError, Help } from 'commander';
import { visibleText } from '../../shared/visible-text.ts';
import { VERSION } from '../process/version.ts';
import { EXIT } from './command/exit-code.ts';
import type { Io } from './command/io.ts';
import type { EngineOpener, VerbEntry } from './command/verb.ts';
import { verbFirst } from './verb-first.ts';
import { VERBS } from './verbs.ts';

/**
 * Runs one command and returns its exit code. Loads only what the verb needs: help and completion start no engine.
 *
 * @param args what follows the name of the program
 */
export async function runCommand(args: readonly string[], io: Io, openEngine: EngineOpener): Promise<number> {
  let ordered = args;
  const refused = parsed(createProgram(io), io, () => {
    ordered = verbFirst(args);
  });
  if (refused !== undefined) return refused;
  const [first, second] = ordered;
  if (first === undefined) return runProgram(['--help'], io);
  if (first === 'help' && second !== undefined) return runHelpOf(second, { io, openEngine });
  if (first === 'help') return runProgram(['--help'], io);
  const entry = VERBS.find(({ name }) => name === first);
  return entry === undefined
    ? runProgram(ordered, io)
    : runVerb({ entry, args: ordered.slice(1), io, openEngine });
}

/** `slipway help VERB`. */
async function runHelpOf(name: string, run: Pick<VerbToRun, 'io' | 'openEngine'>): Promise<number> {
  const entry = VERBS.find((each) => each.name === name);
  return entry === undefined ? runProgram([name], run.io) : runVerb({ entry, args: ['--help'], ...run });
}

/** Everything that has no verb: help, the version, and what is refused. */
function runProgram(args: readonly string[], io: Io): number {
  const program = createProgram(io);
  for (const { name, summary } of VERBS) program.command(name).description(summary).helpOption(false);
  return parsed(program, io, () => program.parse([...args], { from: 'user' })) ?? EXIT.success;
}

interface VerbToRun {
  readonly entry: VerbEntry;
  readonly args: readonly string[];
  readonly io: Io;
  readonly openEngine: EngineOpener;
}

async function runVerb({ entry, args, io, openEngine }: VerbToRun): Promise<number> {
  const { verb } = await entry.load();
  const command = commandOf(entry, io);
  verb.configure(command);
  const refused = parsed(command, io, () => command.parse([...args], { from: 'user' }));
  if (refused !== undefined) return refused;
  const { invoke } = await import('./command/invoke.ts');
  return invoke({ verb, verbs: VERBS, command, io, openEngine });
}

/** A command of a verb, with its name and summary. */
export function commandOf({ name, summary }: VerbEntry, io: Io): Command {
  // Without an action, commander would print its help for a command without arguments.
  return withOutput(new Command(`slipway ${name}`), io)
    .description(capitalized(`${summary}.`))
    .action(() => undefined);
}

function createProgram(io: Io): Command {
  return withOutput(new Command('slipway'), io)
    .description('Releases containers on Amazon ECS: plans, deploys, follows, rolls back, cleans up.')
    .usage('<verb> [options]')
    .version(VERSION, '-V, --version', 'print the version')
    .helpCommand(false)
    .addHelpText('after', programHelp(io.stdout.columns ?? HELP_WIDTH));
}

function withOutput(command: Command, { stdout, stderr }: Io): Command {
  return command
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .configureHelp({
      minWidthToWrap: NARROWEST_TEXT,
      commandUsage: (each) => `${each.name()} ${each.usage()}`,
      formatItem,
    })
    .configureOutput({
      writeOut: stdout.write,
      // Errors are printed in sentences of their own.
      writeErr: () => undefined,
      getOutHelpWidth: () => stdout.columns ?? HELP_WIDTH,
      getErrHelpWidth: () => stderr.columns ?? HELP_WIDTH,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
}

/** A name and its description beside it; below it where the terminal has no space for both. */
function formatItem(name: string, nameWidth: number, description: string, help: Help): string {
  const width = help.helpWidth ?? HELP_WIDTH;
  if (description === '' || width - nameWidth - 4 >= NARROWEST_TEXT) {
    return Help.prototype.formatItem.call(help, name, nameWidth, description, help);
  }
  const indent = ' '.repeat(6);
  const text = help.boxWrap(description, Math.max(width - indent.length, NARROWEST_TEXT));
  return `  ${name}\n${text.replaceAll(/^/gm, indent)}`;
}

/** In columns. */
const NARROWEST_TEXT = 20;
const HELP_WIDTH = 100;

function programHelp(width: number): string {
  const help = Object.assign(new Help(), { minWidthToWrap: NARROWEST_TEXT });
  return PROGRAM_HELP.map((paragraph) => `\n${help.boxWrap(paragraph, width)}`).join('\n');
}

/** Paragraphs: each is broken at the width of the terminal. */
const PROGRAM_HELP = [
  '`slipway <verb> --help` prints the options of a verb, with examples.',
  'Exit codes: 0 success, 1 failed or rolled back, 2 refused before anything was sent, 3 there are differences (plan --exit-code), 4 time is up, 5 waits for a person, 6 credentials, 130 interrupted.',
];

/** Parses; returns the exit code where parsing was all, such as for help, or where the arguments were refused. */
function parsed(command: Command, { stderr }: Io, parse: () => void): number | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.success;
    const usage = `Usage: ${command.name()} ${command.usage()}`;
    const hint = `\`${command.name()} --help\` prints the options, with examples.`;
    stderr.write(`${visibleText(refusalSentence(error.message))}\n\n${usage}\n${hint}\n`);
    return EXIT.refused;
  }
}

/** The message of commander as sentences: what is wrong, and the nearest that exists. */
function refusalSentence(message: string): string {
  const [problem = '', suggestion] = message
    .replace(/^error: /, '')
    .replace(/^command-argument value ('.*') is invalid for argument '(.*?)'\./, 'unknown $2 $1.')
    .split('\n');
  const nearest = suggestion?.replace(/^\((.+)\)$/, '$1');
  return [capitalized(problem).replace(/[^.?!]$/, '$&.'), nearest].filter(Boolean).join(' ');
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
