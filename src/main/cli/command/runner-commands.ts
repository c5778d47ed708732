import type { Io } from './io.ts';

/** A line of text of others that the runner must not take for a command. */
export function withoutCommands(line: string, { environment }: Pick<Io, 'environment'>): string {
  if (environment.GITHUB_ACTIONS !== 'true') return line;
  return line.replace(/^(\s*):(?=:)/, '$1: ').replaceAll('##[', '## [');
}

/** The same for JSON text on one line, which means the same afterwards. It starts with no command of the newer kind. */
export function jsonWithoutCommands(json: string, { environment }: Pick<Io, 'environment'>): string {
  return environment.GITHUB_ACTIONS === 'true' ? json.replaceAll('##[', String.raw`#\u0023[`) : json;
}
