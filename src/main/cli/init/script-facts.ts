/** What one line of a script says about a release. Values are texts of others: valid for nothing until they are checked. */
export interface ScriptFact {
  readonly kind: FactKind;
  readonly value: string;
  readonly line: number;
  /** The command or step that it belongs to; facts of one have the same number. */
  readonly step: number;
}

type FactKind =
  | 'cluster'
  | 'service'
  | 'region'
  | 'profile'
  /** A role that the script itself assumes. */
  | 'role'
  | 'container'
  | 'image'
  /** A file of a task definition, in the repository. */
  | 'file';

/** Stands in a value for what is only known when the script runs. */
export const UNKNOWN = '\uFFFD';

const LONGEST_LINE = 8 * 1024;
const LONGEST_VALUE = 512;
const MOST_WORDS = 500;

interface CollectorOptions {
  /** What the program that reads a file makes of a line before the shell gets it. */
  readonly expandLine?: (line: string, variables: ReadonlyMap<string, string>) => string;
  /** What is known before the first line; grows while lines are read. */
  readonly variables?: Map<string, string>;
}

/**
 * Collects what the parts of one file say, in their order. Variables get the value that the same file gives them; what is only
 * known at run time is UNKNOWN. Nothing is run. Takes time in proportion to the text.
 */
export interface FactCollector {
  /** Shell commands: `aws`, `ecs-deploy`, `ecs deploy`, `docker build` and `docker push`. `line` is that of the first one. */
  readonly shell: (text: string, line: number) => void;
  /** A named value, such as a variable of a job. */
  readonly setting: (name: string, value: string, line: number) => void;
  /** The settings of one step that uses a GitHub action, each with its line. */
  readonly action: (
    used: string,
    settings: readonly (readonly [name: string, value: string, line: number])[],
  ) => void;
  readonly facts: readonly ScriptFact[];
}

export function createFactCollector({
  expandLine = (line) => line,
  variables = new Map(),
}: CollectorOptions = {}): FactCollector {
  const facts: ScriptFact[] = [];
  let step = 0;
  const adder =
    (line: number): Add =>
    (kind, value) => {
      if (value) facts.push({ kind, value: value.slice(0, LONGEST_VALUE), line, step });
    };
  const set = (name: string, value: string, line: number, action = ''): void => {
    const resolved = withVariables(value.slice(0, LONGEST_LINE), variables);
    // What is less known the second time, such as a default that a parameter overrides, keeps what is known.
    const isKnownBetter = unknownsOf(resolved) > unknownsOf(variables.get(name) ?? resolved);
    if (action === '' && !isKnownBetter) variables.set(name, resolved);
    readSetting({ action, name, value: resolved }, adder(line));
  };
  return {
    facts,
    setting: (name, value, line) => set(name, value, line),
    action(used, settings) {
      step += 1;
      for (const [name, value, line] of settings) set(name, value, line, used);
    },
    shell(text, first) {
      for (const { line, content } of logicalLines(text)) {
        const trimmed = expandLine(content.trim(), variables).slice(0, LONGEST_LINE);
        if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith('//')) continue;
        const at = first + line - 1;
        for (const [name, value] of settingsOf(trimmed)) set(name, value, at);
        for (const words of commandsOf(trimmed)) {
          step += 1;
          readCommand(
            words.map((word) => withVariables(word, variables)),
            adder(at),
          );
        }
      }
    },
  };
}

/** Reads a shell script or a Jenkinsfile line by line. */
export function readScriptFacts(text: string): readonly ScriptFact[] {
  const collector = createFactCollector();
  collector.shell(text, 1);
  return collector.facts;
}

function unknownsOf(value: string): number {
  return value.split(UNKNOWN).length - 1;
}

type Add = (kind: FactKind, value: string | undefined) => void;

interface LogicalLine {
  /** Where it starts, from 1. */
  readonly line: number;
  readonly content: string;
}

/** Lines that end with a backslash continue. What is longer than a person writes is cut. */
function logicalLines(text: string): readonly LogicalLine[] {
  const lines: LogicalLine[] = [];
  let parts: string[] = [];
  let start = 1;
  text.split(/\r?\n/).forEach((raw, index) => {
    if (parts.length === 0) start = index + 1;
    const continues = raw.endsWith('\\');
    parts.push(continues ? raw.slice(0, -1) : raw);
    if (continues) return;
    lines.push({ line: start, content: parts.join(' ').slice(0, LONGEST_LINE) });
    parts = [];
  });
  if (parts.length > 0) lines.push({ line: start, content: parts.join(' ').slice(0, LONGEST_LINE) });
  return lines;
}

/** `NAME=value`, `export NAME=value`, and as in a Jenkinsfile `NAME = 'value'`. */
function settingsOf(line: string): readonly (readonly [name: string, value: string])[] {
  const found =
    /^(?:export +|readonly +|local +|def +|set +)?(?<name>[A-Za-z_][\w-]{0,80}) *(?:=|:=|\?=|: )(?<value>.*)$/.exec(
      line,
    )?.groups;
  if (found?.name === undefined || found.value === undefined) return [];
  return [[found.name, unquoted(found.value)]];
}

function unquoted(text: string): string {
  const value = text.trim();
  const quote = value.charAt(0);
  if (quote === '"' || quote === "'") {
    const end = value.indexOf(quote, 1);
    return end > 0 ? value.slice(1, end) : value.slice(1);
  }
  return (value.split(/\s#|;/)[0] ?? '').trim();
}

/** `$NAME`, `${NAME}`, `${NAME:-default}`, and of expressions of GitHub and Jenkins `env.NAME`. */
function withVariables(text: string, variables: ReadonlyMap<string, string>): string {
  const known = (name: string): string => variables.get(name) ?? UNKNOWN;
  return text
    .replaceAll(/\$\{\{([^{}]{0,200})\}\}/g, (_all, inside: string) => {
      const [, name] = /^ *env\.(\w{1,80}) *$/.exec(inside) ?? [];
      return name === undefined ? UNKNOWN : known(name);
    })
    .replaceAll(/\$\([^()]{0,500}\)|`[^`]{0,500}`/g, UNKNOWN)
    .replaceAll(/\$\{([^{}]{1,500})\}/g, (all, inside: string) => {
      const [, name, other] = /^(?:env\.|params\.)?(\w{1,80})(?::?[-=](.{0,200}))?/s.exec(inside) ?? [];
      return name === undefined ? all : (variables.get(name) ?? other ?? UNKNOWN);
    })
    .replaceAll(/\$(\w{1,80})/g, (_all, name: string) => known(name))
    .replaceAll(/\$[@*#?!]/g, UNKNOWN)
    .slice(0, LONGEST_LINE);
}

/** A setting of a GitHub action, or one of the variables that every tool of AWS reads. */
function readSetting(
  { action, name, value }: { action: string; name: string; value: string },
  add: Add,
): void {
  if (name === 'AWS_REGION' || name === 'AWS_DEFAULT_REGION') add('region', value);
  if (name === 'AWS_PROFILE' || name === 'AWS_DEFAULT_PROFILE') add('profile', value);
  if (action.includes('configure-aws-credentials') && name === 'aws-region') add('region', value);
  if (action.includes('ecs-deploy-task-definition')) {
    if (name === 'cluster' || name === 'service') add(name, value);
  }
  if (action.includes('ecs-render-task-definition')) {
    if (name === 'container-name') add('container', value);
    if (name === 'image') add('image', value);
  }
  if (/ecs-(?:render|deploy)-task-definition/.test(action) && name === 'task-definition') add('file', value);
}

/** The words of each command of a line. A quoted command, as of `sh 'aws …'`, counts like one that stands for itself. */
function commandsOf(line: string): readonly (readonly string[])[] {
  const commands = splitWords(line);
  const quoted = commands
    .flat()
    .filter((word) => /\s/.test(word) && /\b(?:aws|docker|ecs-deploy|ecs) /.test(word))
    .flatMap(splitWords);
  return [...commands, ...quoted];
}

/** As a shell splits a line, without running anything: quotes and backslashes hold words together. */
function splitWords(line: string): string[][] {
  const commands: string[][] = [[]];
  let word: string[] | undefined;
  let quote = '';
  let count = 0;
  const endWord = (): void => {
    if (word !== undefined && count < MOST_WORDS) commands.at(-1)?.push(word.join(''));
    if (word !== undefined) count += 1;
    word = undefined;
  };
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (quote !== '') {
      if (character === quote) quote = '';
      else word?.push(character);
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= [];
    } else if (character === '\\') {
      at += 1;
      word ??= [];
      word.push(line.charAt(at));
    } else if (/\s/.test(character)) {
      endWord();
    } else if (character === ';' || character === '|' || character === '&') {
      endWord();
      commands.push([]);
    } else {
      word ??= [];
      word.push(character);
    }
  }
  endWord();
  return commands.filter((each) => each.length > 0);
}

function readCommand(words: readonly string[], add: Add): void {
  const at = words.findIndex((word) => /^(?:.*\/)?(?:aws|docker|ecs-deploy|ecs)$/.test(word));
  const program = words[at]?.split('/').at(-1);
  const rest = words.slice(at + 1);
  if (program === 'aws') readAws(optionsOf(rest), add);
  if (program === 'docker') readDocker(rest, add);
  if (program === 'ecs-deploy') readEcsDeploy(optionsOf(rest), add);
  if (program === 'ecs' && rest[0] === 'deploy') {
    const { positional } = optionsOf(rest.slice(1));
    add('cluster', positional[0]);
    add('service', positional[1]);
  }
}

interface Options {
  readonly option: (...names: readonly string[]) => string | undefined;
  readonly positional: readonly string[];
}

/** Options of the AWS CLI and of ecs-deploy that take no value. */
const SWITCH = /^(?:--(?:no-.*|force.*|debug|enable-.*|disable-.*|verbose|use-latest.*|skip-.*)|-v|-D)$/;

function optionsOf(words: readonly string[]): Options {
  const options = new Map<string, string>();
  const positional: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const next = words[at + 1];
    const equals = word.indexOf('=');
    if (!word.startsWith('-')) positional.push(word);
    else if (equals > 0) options.set(word.slice(0, equals), word.slice(equals + 1));
    else if (!SWITCH.test(word) && next !== undefined && !next.startsWith('--')) {
      options.set(word, next);
      at += 1;
    }
  }
  const option: Options['option'] = (...names) =>
    names.map((name) => options.get(name)).find((value) => value !== undefined);
  return { option, positional };
}

/** https://docs.aws.amazon.com/cli/latest/reference/ecs/ */
function readAws({ option, positional: [service, operation] }: Options, add: Add): void {
  add('region', option('--region'));
  add('profile', option('--profile'));
  if (service === 'sts' && operation === 'assume-role') add('role', option('--role-arn'));
  if (service !== 'ecs') return;
  if (operation === 'register-task-definition') {
    add('file', option('--cli-input-json')?.replace(/^file:\/\//, ''));
  }
  if (operation !== 'update-service' && operation !== 'deploy') return;
  add('cluster', option('--cluster'));
  add('service', option('--service'));
  if (operation === 'deploy') add('file', option('--task-definition'));
}

/** https://github.com/silinternational/ecs-deploy: keys in `-k` and `-s` are left where they are. */
function readEcsDeploy({ option }: Options, add: Add): void {
  add('region', option('-r', '--region'));
  add('profile', option('-p', '--profile'));
  add('role', option('-a', '--aws-assume-role'));
  add('cluster', option('-c', '--cluster'));
  add('service', option('-n', '--service-name'));
  add('image', option('-i', '--image'));
}

function readDocker(words: readonly string[], add: Add): void {
  const [command] = words;
  if (command === 'push') add('image', optionsOf(words.slice(1)).positional[0]);
  if (command !== 'build' && command !== 'buildx') return;
  for (const [at, word] of words.entries())
    if (word === '-t' || word === '--tag') add('image', words[at + 1]);
}
