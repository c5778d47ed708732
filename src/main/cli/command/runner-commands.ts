import type { Io } from './io.ts';

type Environment = Io['environment'];

/** Variables that runners of pipelines set, and that tell which text they take for a command wherever it stands in a line. */
const RUNNERS: readonly {
  readonly isHere: (environment: Environment) => boolean;
  readonly command: RegExp;
}[] = [
  // Its older form: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
  { isHere: isGitHub, command: /##(?=\[)/g },
  // https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
  { isHere: ({ TF_BUILD }) => Boolean(TF_BUILD), command: /##(?=(?:vso)?\[)/gi },
  // https://www.jetbrains.com/help/teamcity/service-messages.html
  { isHere: ({ TEAMCITY_VERSION }) => Boolean(TEAMCITY_VERSION), command: /##(?=teamcity\[)/gi },
];

/** Whether something reads the output for commands. */
export function isRunner({ environment }: Pick<Io, 'environment'>): boolean {
  return RUNNERS.some(({ isHere }) => isHere(environment));
}

/** A line of text of others that the runner must not take for a command. */
export function withoutCommands(line: string, { environment }: Pick<Io, 'environment'>): string {
  const text = isGitHub(environment) ? line.replace(/^(\s*):(?=:)/, '$1: ') : line;
  return replaceCommands(text, environment, '## ');
}

/** The same for JSON text on one line, which means the same afterwards. It starts with no command of the newer kind. */
export function jsonWithoutCommands(json: string, { environment }: Pick<Io, 'environment'>): string {
  return replaceCommands(json, environment, String.raw`#\u0023`);
}

function replaceCommands(text: string, environment: Environment, replacement: string): string {
  return RUNNERS.filter(({ isHere }) => isHere(environment)).reduce(
    (shown, { command }) => shown.replaceAll(command, replacement),
    text,
  );
}

function isGitHub({ GITHUB_ACTIONS }: Environment): boolean {
  return GITHUB_ACTIONS === 'true';
}
