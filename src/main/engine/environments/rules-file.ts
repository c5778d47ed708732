import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { type Document, isMap, isSeq, LineCounter, parseDocument } from 'yaml';
import { SlipwayError } from '../../../shared/errors.ts';
import { EnvironmentRule, EnvironmentsFile } from '../../../shared/model/environment.ts';

/** Larger files are refused before they are parsed. */
const MAX_BYTES = 256 * 1024;
const MAX_RULES = 500;

const TITLE = [
  ' Environments of Slipway: what is production, and how changes are guarded. Of all rules that match a place,',
  ' the first that says something decides it. docs/environments.md describes each setting.',
].join('\n');

/** The rules of a file, and the sentence that says at which line it is not valid. */
export interface RulesReading {
  /** Of a file that is not valid, the rules that are. */
  readonly rules: readonly EnvironmentRule[];
  readonly problem?: string;
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
export function readRules(file: string): RulesReading {
  try {
    if (statSync(file).size > MAX_BYTES) return unreadable(file, 1, 'the file is larger than 256 KiB');
    return parseRules(readFileSync(file, 'utf8'), file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'ENOENT') return { rules: [] };
    return unreadable(file, 1, `the file cannot be read (${code})`);
  }
}

/**
 * Puts a rule before all others and keeps the rest of the file as a person wrote it. Throws CONFLICT for a file that
 * cannot be read: a person has to correct it first.
 */
export function addRule(file: string, rule: EnvironmentRule): void {
  const before = readRules(file);
  if (before.problem !== undefined) throw new SlipwayError('CONFLICT', before.problem);
  const document: Document = parseDocument(textOf(file));
  if (!isMap(document.contents)) {
    document.contents = document.createNode({ rules: [] });
    document.commentBefore ??= TITLE;
  }
  const rules = document.get('rules');
  if (isSeq(rules)) {
    rules.flow = false;
    rules.items.unshift(document.createNode(rule));
  } else {
    document.set('rules', [rule]);
  }
  const unfinished = `${file}.${randomUUID()}`;
  writeFileSync(unfinished, document.toString({ lineWidth: 120 }), { mode: 0o600 });
  renameSync(unfinished, file);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
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
  return found.slice(0, MAX_RULES).flatMap((each: unknown) => {
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
