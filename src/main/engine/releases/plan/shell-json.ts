import { visibleText } from '../../../../shared/visible-text.ts';
import { canonicalJson } from '../../ecs/canonical-json.ts';

/** Quotes that are escaped in JSON, backslashes, and what means something to a shell within quotes or brackets. */
const FOR_A_SHELL = /\\["\\]|['`$()]/g;

/**
 * A value as JSON that any shell reads as it stands, in a here-document too that is inside of `$(…)`: shells such as bash
 * 3.2, which macOS has, look for quotes and brackets in there. What could mean something is written as `\u0027` and the
 * like, which is the same value.
 */
export function shellJson(value: unknown, indentation = 0): string {
  return canonicalJson(value, indentation)
    .replaceAll(FOR_A_SHELL, (found) => escaped(found.at(-1) ?? ''))
    .split('\n')
    .map(visibleText)
    .join('\n');
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Input that a command reads from its standard input, up to a line that no line of JSON can be. */
export function withInput(command: string, json: string, shellMayReplace: boolean): string {
  const end = 'END_OF_INPUT';
  return `${command} <<${shellMayReplace ? end : `'${end}'`}\n${json}\n${end}`;
}

/** Where the AWS CLI reads what a command is given as input. Nothing is left in a file. */
export const STANDARD_INPUT = 'file:///dev/stdin';
