import type { Io } from './io.ts';

/** A line of text of others that the runner must not take for a command. */
export function withoutCommands(line: string, { environment }: Pick<Io, 'environment'>): string {
  if (environment.GITHUB_ACTIONS !== 'true') return line;
  return line.replace(/^(\s*):(?=:)/, '$1: ').replaceAll('##[', '## [');
}
