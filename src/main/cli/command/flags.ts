import { type Command, InvalidArgumentError, Option } from 'commander';

/** The values of a command's options, by the long name of the option without dashes. */
export interface Flags {
  /** Whether the command has this option at all. */
  readonly has: (name: string) => boolean;
  readonly isSet: (name: string) => boolean;
  readonly text: (name: string) => string | undefined;
  /** Of an option that may be repeated, in the given order. */
  readonly texts: (name: string) => readonly string[];
  readonly number: (name: string) => number | undefined;
}

/** Reads parsed options. A name that the command does not have is an error of the program, so it throws. */
export function flagsOf(command: Command): Flags {
  const optionValue = (name: string): unknown => {
    const option = command.options.find((each) => each.long === `--${name}`);
    if (option === undefined) throw new TypeError(`${command.name()} has no option --${name}`);
    const value: unknown = command.getOptionValue(option.attributeName());
    return value;
  };
  return {
    has: (name) => command.options.some(({ long }) => long === `--${name}`),
    isSet: (name) => {
      const value = optionValue(name);
      return value !== undefined && value !== false;
    },
    text: (name) => {
      const value = optionValue(name);
      return typeof value === 'string' ? value : undefined;
    },
    texts: (name) => {
      const value = optionValue(name);
      return Array.isArray(value) ? value.map(String) : [];
    },
    number: (name) => {
      const value = optionValue(name);
      return typeof value === 'number' ? value : undefined;
    },
  };
}

/** Adds `-e`, `-p`, `-r`, `--sandbox` and `--no-browser`: which account and region, and how to sign in there. */
export function addScopeFlags(command: Command): Command {
  return command
    .option('-e, --env <name>', 'environment of slipway.yml')
    .option('-p, --profile <name>', 'profile of the AWS files (default: as the AWS CLI chooses)')
    .option('-r, --region <region>', 'AWS region (default: as the AWS CLI chooses)')
    .addOption(sandboxOption())
    .addOption(browserOption());
}

/** The option that keeps a sign-in in the terminal, of verbs that take no other scope. */
export function browserOption(): Option {
  return new Option('--no-browser', 'open no browser to sign in: print the address and a code');
}

/** The option for the sandbox, of verbs that take no other scope. */
export function sandboxOption(): Option {
  return new Option(
    '--sandbox [url]',
    'use the sandbox at this address; without an address, one in this process',
  ).argParser(sandboxAddress);
}

/** Adds `-c` and `-n`: which service. */
export function addServiceFlags(command: Command): Command {
  return command.option('-c, --cluster <name>', 'cluster').option('-n, --service <name>', 'service');
}

/** Adds `--json`, `--no-color` and `-q`. */
export function addOutputFlags(command: Command): Command {
  return command
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'print the answer and errors only')
    .option('--no-color', 'print without colors (also with NO_COLOR)');
}

/** Adds examples to the help of a command, each with what it does. */
export function addExamples(command: Command, examples: readonly (readonly [string, string])[]): Command {
  const lines = examples.flatMap(([what, example]) => [`  # ${what}`, `  $ ${example}`]);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

/** A parser for whole numbers within bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d{1,9}$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}

/** A parser for an option that may be repeated. */
export function repeated(text: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), text];
}

function sandboxAddress(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError('Give an address such as http://127.0.0.1:4566.');
}
