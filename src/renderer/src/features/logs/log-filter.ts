import type { RE2JS } from 're2js';
import type { LogLevel } from '../../../../shared/model/log.ts';
import type { Highlighter } from './line-content.ts';
import type { LogEntry } from './log-store.ts';

/** Which of some names are shown. */
export type Choice =
  | { readonly kind: 'all' }
  | { readonly kind: 'only'; readonly names: readonly string[] }
  | { readonly kind: 'except'; readonly names: readonly string[] };

export const ALL: Choice = { kind: 'all' };

/** What a person looks for in the lines. */
export interface LogFilter {
  readonly text: string;
  readonly isExpression: boolean;
  readonly isCaseSensitive: boolean;
  readonly hiddenLevels: readonly LogLevel[];
  readonly tasks: Choice;
  readonly containers: Choice;
  readonly revisions: Choice;
}

export const NO_FILTER: LogFilter = {
  text: '',
  isExpression: false,
  isCaseSensitive: false,
  hiddenLevels: [],
  tasks: ALL,
  containers: ALL,
  revisions: ALL,
};

/** Whether a filter hides anything. */
export function isFiltering({ text, hiddenLevels, tasks, containers, revisions }: LogFilter): boolean {
  const choices = [tasks, containers, revisions];
  return text !== '' || hiddenLevels.length > 0 || choices.some(({ kind }) => kind !== 'all');
}

export function isChosen(choice: Choice, name: string): boolean {
  if (choice.kind === 'all') return true;
  return choice.names.includes(name) === (choice.kind === 'only');
}

/** The choice after a name was ticked or unticked. */
export function toggled(choice: Choice, name: string): Choice {
  if (choice.kind === 'all') return { kind: 'except', names: [name] };
  const names = choice.names.includes(name)
    ? choice.names.filter((each) => each !== name)
    : [...choice.names, name];
  return choice.kind === 'except' && names.length === 0 ? ALL : { kind: choice.kind, names };
}

/** Finds a text or an expression. */
export interface Search {
  readonly matches: (text: string) => boolean;
  readonly highlight: Highlighter;
}

/** What is wrong with an expression, and where: the number of its first wrong character, counted from 1. */
export interface ExpressionProblem {
  readonly reason: string;
  readonly part: string;
  readonly position: number;
}

export type CompiledSearch =
  | { readonly kind: 'search'; readonly search: Search }
  | { readonly kind: 'problem'; readonly problem: ExpressionProblem };

/** Bounds the work for a line that matches at every character. */
const MOST_HIGHLIGHTS = 200;

/**
 * The search for a text. Only its special characters are escaped, so that it has no repetition and takes time in
 * proportion to the line.
 */
export function textSearch(text: string, isCaseSensitive: boolean): Search {
  const flags = isCaseSensitive ? '' : 'i';
  return nativeSearch(text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`), flags);
}

/** The class of RE2 and its flag, which are loaded when a person searches with an expression. */
export interface ExpressionEngine {
  readonly compile: (expression: string, isCaseSensitive: boolean) => RE2JS;
  readonly problemOf: (thrown: unknown) => { readonly error: string; readonly input: string } | undefined;
}

/** RE2: it takes time in proportion to the text for every expression. https://github.com/google/re2/wiki/Syntax */
export async function loadExpressions(): Promise<ExpressionEngine> {
  const { RE2JS, RE2JSSyntaxException } = await import('re2js');
  return {
    compile: (expression, isCaseSensitive) =>
      RE2JS.compile(expression, isCaseSensitive ? 0 : RE2JS.CASE_INSENSITIVE),
    problemOf: (thrown) =>
      thrown instanceof RE2JSSyntaxException ? { error: thrown.error, input: thrown.input ?? '' } : undefined,
  };
}

/**
 * The search for a regular expression with the syntax of RE2, which takes time in proportion to the line whatever the
 * expression is. Throws what is no problem of the expression.
 */
export function expressionSearch(
  engine: ExpressionEngine,
  expression: string,
  isCaseSensitive: boolean,
): CompiledSearch {
  try {
    // RE2 writes the flag into the expression that its errors quote.
    const asTyped = engine.compile(expression, true);
    const compiled = isCaseSensitive ? asTyped : engine.compile(expression, false);
    const flags = isCaseSensitive ? '' : 'i';
    const search = isWithoutRepetition(expression) ? nativeSearch(expression, flags) : linearSearch(compiled);
    return { kind: 'search', search };
  } catch (thrown) {
    const found = engine.problemOf(thrown);
    if (found === undefined) throw thrown;
    const position = Math.max(0, expression.indexOf(found.input)) + 1;
    return { kind: 'problem', problem: { reason: found.error, part: found.input, position } };
  }
}

/**
 * An expression of characters, classes and alternatives alone means the same to the engine of the browser, which is several
 * times faster. Without repetition nothing can be tried twice, so that it is linear there too.
 */
function isWithoutRepetition(expression: string): boolean {
  return /^(?:[\w \-/:,;=@#%&'"<>!~^$.|]|\\[dws.bDWS]|\((?!\?)|\))*$/.test(expression);
}

function nativeSearch(source: string, flags: string): Search {
  const test = new RegExp(source, flags);
  const all = new RegExp(source, `g${flags}`);
  return {
    matches: (text) => test.test(text),
    highlight(text) {
      const found: [number, number][] = [];
      for (const match of text.matchAll(all)) {
        if (match[0] !== '') found.push([match.index, match.index + match[0].length]);
        if (found.length === MOST_HIGHLIGHTS) break;
      }
      return found;
    },
  };
}

function linearSearch(compiled: RE2JS): Search {
  return {
    matches: (text) => compiled.test(text),
    highlight(text) {
      const found: [number, number][] = [];
      const matcher = compiled.matcher(text);
      for (let tries = 0; tries < MOST_HIGHLIGHTS && matcher.find(); tries += 1) {
        if (matcher.end() > matcher.start()) found.push([matcher.start(), matcher.end()]);
      }
      return found;
    },
  };
}

/** The rule that says of each entry whether it is shown. */
export function matcherOf(filter: LogFilter, search: Search | undefined): (entry: LogEntry) => boolean {
  const { hiddenLevels, tasks, containers, revisions } = filter;
  const rules: ((entry: LogEntry) => boolean)[] = [];
  if (hiddenLevels.length > 0) rules.push(({ level }) => !hiddenLevels.includes(level));
  if (revisions.kind !== 'all') rules.push(({ line }) => isChosen(revisions, line.revision));
  if (tasks.kind !== 'all') rules.push(({ line }) => isChosen(tasks, line.taskId));
  if (containers.kind !== 'all') rules.push(({ line }) => isChosen(containers, line.container));
  if (search !== undefined) rules.push(({ text }) => search.matches(text));
  return (entry) => rules.every((rule) => rule(entry));
}
