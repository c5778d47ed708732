import { type Document, isMap, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

/** What a text of YAML says, or at which line it is not valid and why. */
export type YamlReading<Value> =
  | { readonly state: 'read'; readonly value: Value }
  | {
      readonly state: 'invalid';
      readonly line: number;
      readonly why: string;
      /** As far as it could be read. */
      readonly content: unknown;
    };

/** Reads YAML by a schema. A text without content is an empty document. */
export function readYaml<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
): YamlReading<z.output<Schema>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line } = lines.linePos(error.pos[0]);
    return invalid(line, `this is not valid YAML (${error.code})`, contentOf(document));
  }
  const content = contentOf(document);
  if (content === TOO_MANY_ALIASES) return invalid(1, 'it repeats too much by aliases', undefined);
  const parsed = schema.safeParse(content ?? {});
  if (parsed.success) return { state: 'read', value: parsed.data };
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const why = `${shownPath(path)}${messageOf(issue)}`;
  return invalid(lineOf(document, [...path, ...unknown], lines), why, content);
}

function invalid(line: number, why: string, content: unknown): YamlReading<never> {
  return { state: 'invalid', line, why, content: content === TOO_MANY_ALIASES ? undefined : content };
}

/** A name that is not valid has its reason one level below. */
function messageOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  return issue?.message ?? 'is not valid';
}

const TOO_MANY_ALIASES = Symbol('too many aliases');

/** An alias could make a small file a huge one. */
function contentOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return TOO_MANY_ALIASES;
  }
}

/** The line of the deepest part of the path that exists: that of its name, where it has one. */
function lineOf(document: Document, path: readonly PropertyKey[], lines: LineCounter): number {
  for (let length = path.length; length > 0; length -= 1) {
    const start = startOf(document, path.slice(0, length));
    if (start !== undefined) return lines.linePos(start).line;
  }
  return 1;
}

function startOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find((each) => isPair(each) && isScalar(each.key) && each.key.value === last);
    return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
  }
  const node: unknown = document.getIn(path, true);
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : undefined;
}

function shownPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '';
  return `${path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '')}: `;
}
