import {
  type Document,
  isMap,
  isPair,
  isScalar,
  Lexer,
  LineCounter,
  parseDocument,
  visit,
  type YAMLParseError,
} from 'yaml';
import type { z } from 'zod';
import { predicateOf } from '../ports/input-sentence.ts';

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

/** Far more than the files that people write have; the parser needs minutes for thousands. */
const MOST_LEVELS = 64;
const WIDEST_INDENT = 256;

/** YAML as its nodes, or at which line it is not valid and why. Its levels are bounded, so that a reader may recurse. */
export type YamlDocument =
  | { readonly state: 'read'; readonly document: Document; readonly lines: LineCounter }
  | { readonly state: 'invalid'; readonly line: number; readonly why: string; readonly document?: Document };

/** Parses one document of YAML. */
export function parseYaml(text: string): YamlDocument {
  const deep = lineOfTooManyLevels(text);
  if (deep !== undefined) {
    return { state: 'invalid', line: deep, why: `it has more than ${MOST_LEVELS} levels` };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // The parser compares each name with every other one.
    uniqueKeys: false,
    logLevel: 'error',
  });
  const [error] = document.errors;
  if (error === undefined) return { state: 'read', document, lines };
  const bracket = openBracketOf(error, document);
  const { line } = lines.linePos(bracket ?? error.pos[0]);
  return {
    state: 'invalid',
    line,
    why: notValid(bracket === undefined ? error.code : 'OPEN_BRACKET'),
    document,
  };
}

/** Where the bracket stands that an error is about. The parser calls one that is not closed a wrong indentation of the line after it. */
function openBracketOf({ code, message, pos }: YAMLParseError, document: Document): number | undefined {
  if (code !== 'BAD_INDENT' || !/^Flow (?:map|sequence) /.test(message)) return undefined;
  let found: number | undefined;
  visit(document, {
    Collection(_key, { flow, range }) {
      if (flow === true && range != null && range[0] <= pos[0]) found = Math.max(found ?? 0, range[0]);
    },
  });
  return found;
}

/** The usual mistakes. The messages of the parser repeat parts of the text, which may be secrets. */
const MISTAKES: Readonly<Record<string, string>> = {
  BAD_INDENT: 'the indentation is wrong',
  DUPLICATE_KEY: 'a name is repeated',
  MISSING_CHAR: 'a character is missing, such as a quote or a bracket',
  OPEN_BRACKET: 'this bracket is not closed, or the lines in it are not indented enough',
  TAB_AS_INDENT: 'a tab is used as indentation; use spaces',
};

function notValid(code: string): string {
  return `this is not valid YAML: ${MISTAKES[code] ?? code}`;
}

/** Reads YAML by a schema. A text without content is an empty document. */
export function readYaml<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
): YamlReading<z.output<Schema>> {
  const yaml = parseYaml(text);
  if (yaml.state === 'invalid') {
    const { line, why } = yaml;
    return invalid(line, why, yaml.document === undefined ? undefined : contentOf(yaml.document));
  }
  const { document, lines } = yaml;
  const repeated = secondOfName(document);
  if (repeated !== undefined) {
    return invalid(lines.linePos(repeated).line, notValid('DUPLICATE_KEY'), contentOf(document));
  }
  const content = contentOf(document);
  if (content === TOO_MANY_ALIASES) return invalid(1, 'it repeats too much by aliases', undefined);
  const parsed = schema.safeParse(content ?? {});
  if (parsed.success) return { state: 'read', value: parsed.data };
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const why = sentenceOf(shownPath(path), messageOf(issue, content));
  return invalid(lineOf(document, [...path, ...unknown], lines), why, content);
}

/** The first line with more open brackets, or more indicators, anchors and tags in a row, than any file needs. */
function lineOfTooManyLevels(text: string): number | undefined {
  let line = 1;
  let brackets = 0;
  let inLine = 0;
  let isLineStart = true;
  for (const token of new Lexer().lex(text)) {
    const isIndent = isLineStart && token.startsWith(' ');
    isLineStart = false;
    if (token === '[' || token === '{') brackets += 1;
    else if (token === ']' || token === '}') brackets = Math.max(brackets - 1, 0);
    else if (/^(?:[-?:]$|[&!])/.test(token)) inLine += 1;
    else if (token.includes('\n')) {
      line += token.split('\n').length - 1;
      inLine = 0;
      isLineStart = true;
    }
    if (isIndent && token.length > WIDEST_INDENT) return line;
    // A flow collection may be long, on one line: what counts there are its brackets.
    if (brackets > MOST_LEVELS || (brackets === 0 && inLine > MOST_LEVELS)) return line;
  }
  return undefined;
}

function invalid(line: number, why: string, content: unknown): YamlReading<never> {
  return { state: 'invalid', line, why, content: content === TOO_MANY_ALIASES ? undefined : content };
}

/** Where a name stands for the second time in one mapping. */
function secondOfName(document: Document): number | undefined {
  let found: number | undefined;
  visit(document, {
    Map(_key, { items }) {
      const names = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (names.has(key.value)) {
          found = key.range?.[0] ?? 0;
          return visit.BREAK;
        }
        names.add(key.value);
      }
      return undefined;
    },
  });
  return found;
}

function sentenceOf(path: string, message: string): string {
  if (/^(?:is|must|has) /.test(message)) return `${path === '' ? 'the file' : path} ${message}`;
  return path === '' ? message : `${path}: ${message}`;
}

/** What the schema says where it has words of its own, and a plain predicate otherwise. */
function messageOf(issue: z.core.$ZodIssue | undefined, content: unknown): string {
  if (issue === undefined) return 'is not valid';
  // A name that is not valid has its reason one level below.
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  if (!/^(?:Invalid|Unrecognized|Too) /.test(issue.message)) return issue.message;
  // The number of an account, written without quotes, loses its first zeros.
  if (issue.code === 'invalid_type' && issue.expected === 'string' && isNumberAt(content, issue.path)) {
    return 'is a number, and must be text in quotes';
  }
  return predicateOf(issue, content);
}

function isNumberAt(content: unknown, path: readonly PropertyKey[]): boolean {
  const value = path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    content,
  );
  return typeof value === 'number';
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
    .replace(/^\./, '')}`;
}
