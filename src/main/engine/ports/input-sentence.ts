import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

export interface RefusedInput {
  /** What is wrong, as a sentence: `region is not the name of an AWS region`. Contains no value of the input. */
  readonly sentence: string;
  /** The field in question, such as `change.images.0.container`; empty for the input as a whole. */
  readonly field: string;
}

/** Describes the first problem that a schema found in an input. */
export function describeRefusal(error: z.ZodError, input: unknown): RefusedInput {
  const [issue] = error.issues;
  if (issue === undefined) return { sentence: 'the input is not valid', field: '' };
  return describeIssue(issue, input);
}

function describeIssue(issue: Issue, input: unknown): RefusedInput {
  const innermost = innermostIssue(issue);
  const field = innermost.path.map(String).join('.');
  return { sentence: `${field === '' ? 'the input' : field} ${predicateOf(innermost, input)}`, field };
}

/** An issue of a union's only alternative that got anywhere says more than "no alternative fits". */
function innermostIssue(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const deepest = issue.errors.flat().toSorted((one, other) => other.path.length - one.path.length)[0];
  if (deepest === undefined) return issue;
  return innermostIssue({ ...deepest, path: [...issue.path, ...deepest.path] });
}

/** What an issue says of its field, such as “must be a string”. */
export function predicateOf(issue: Issue, input: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return isMissing(input, issue.path) ? 'is missing' : `must be ${withArticle(issue.expected)}`;
    case 'unrecognized_keys':
      return `has an unknown field: ${issue.keys.map((key) => JSON.stringify(key.slice(0, 60))).join(', ')}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'too_small':
      return `must ${sizeOf(issue.origin)} at least ${amountOf(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `must ${sizeOf(issue.origin)} at most ${amountOf(issue.maximum, issue.origin)}`;
    case 'invalid_format':
      return issue.message.startsWith('is ') ? issue.message : `is not a valid ${issue.format}`;
    case 'custom':
      return issue.message.startsWith('is ') ? issue.message : 'is not valid';
    default:
      return 'is not valid';
  }
}

function isMissing(input: unknown, path: readonly PropertyKey[]): boolean {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return true;
    value = Reflect.get(value, key);
  }
  return value === undefined;
}

function withArticle(type: string): string {
  if (type === 'int') return 'a whole number';
  if (type === 'record') return 'an object';
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function sizeOf(origin: string): string {
  return origin === 'string' || origin === 'array' ? 'have' : 'be';
}

function amountOf(limit: number | bigint, origin: string): string {
  if (origin === 'string') return limit === 1 ? '1 character' : `${limit} characters`;
  if (origin === 'array') return limit === 1 ? '1 entry' : `${limit} entries`;
  return String(limit);
}

/**
 * Whether objects and lists nest to more levels than that. Asked of every input before a schema or a handler walks
 * down it, because each level is a call for them, and the stack has an end. An object that holds itself nests
 * without end; one that stands at many places of a level is looked into once.
 */
export function nestsDeeper(input: unknown, levels: number): boolean {
  let level: ReadonlySet<unknown> = new Set([input]);
  for (let depth = 0; depth < levels; depth += 1) {
    level = new Set(
      [...level].flatMap((value) => (isHolder(value) ? Object.values(value).filter(isHolder) : [])),
    );
    if (level.size === 0) return false;
  }
  return true;
}

function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
