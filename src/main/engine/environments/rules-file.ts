import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { EnvironmentRule, EnvironmentsFile, MOST_RULES } from '../../../shared/model/environment.ts';

/** Larger files are refused before they are parsed. */
const MAX_BYTES = 256 * 1024;

/** The rules of a file, and the sentence that says at which line it is not valid. */
export interface RulesReading {
  /** Of a file that is not valid, the rules that are. */
  readonly rules: readonly EnvironmentRule[];
  readonly problem?: string;
}

/** The rules of a file, and which text of it was read. */
export interface RulesFile extends RulesReading {
  readonly version: string;
}

/** The version of a file that doesn't exist, or that cannot be read. */
export const NO_FILE = 'none';

/** Another one for every other text. */
export function versionOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Reads the rules of a text. A text without rules, or none at all, is a file with no rules. */
export function parseRules(text: string, file: string): RulesReading {
  const lines = new LineCounter();
  // An alias could make a small file a huge one.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) {
    return unreadable(
      file,
      lines.linePos(error.pos[0]).line,
      `this is not valid YAML (${error.code})`,
      validRulesOf(document),
    );
  }
  const content: unknown = readContent(document);
  if (content === TOO_MANY_ALIASES) return unreadable(file, 1, 'it repeats too much by aliases');
  const parsed = EnvironmentsFile.safeParse(content ?? {});
  if (parsed.success) return { rules: parsed.data.rules };
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  const why = `${shownPath(path)}${issue?.message ?? 'is not valid'}`;
  return unreadable(file, lineOf(document, path, lines), why, validRulesOf(document));
}

/** Reads the file; one that doesn't exist has no rules. */
export function readRules(file: string): RulesFile {
  try {
    if (statSync(file).size > MAX_BYTES)
      return { ...unreadable(file, 1, 'the file is larger than 256 KiB'), version: NO_FILE };
    const text = readFileSync(file, 'utf8');
    return { ...parseRules(text, file), version: versionOfText(text) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'ENOENT') return { rules: [], version: NO_FILE };
    return { ...unreadable(file, 1, `the file cannot be read (${code})`), version: NO_FILE };
  }
}

const TOO_MANY_ALIASES = Symbol('too many aliases');

function readContent(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return TOO_MANY_ALIASES;
  }
}

/** The line of the deepest part of the path that exists. */
function lineOf(
  document: ReturnType<typeof parseDocument>,
  path: readonly PropertyKey[],
  lines: LineCounter,
): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
    if (Array.isArray(range) && typeof range[0] === 'number') return lines.linePos(range[0]).line;
  }
  return 1;
}

function shownPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '';
  return `${path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '')}: `;
}

/** A mistake in one rule does not lift the others. */
function validRulesOf(document: ReturnType<typeof parseDocument>): readonly EnvironmentRule[] {
  const content = readContent(document);
  const found = typeof content === 'object' && content !== null && 'rules' in content ? content.rules : [];
  if (!Array.isArray(found)) return [];
  return found.slice(0, MOST_RULES).flatMap((each: unknown) => {
    const parsed = EnvironmentRule.safeParse(each);
    return parsed.success ? [parsed.data] : [];
  });
}

function unreadable(
  file: string,
  line: number,
  why: string,
  rules: readonly EnvironmentRule[] = [],
): RulesReading {
  return {
    rules,
    problem: `Line ${line} of ${file} is not valid: ${why}. Until it is corrected, every change is confirmed by typing a name.`,
  };
}
