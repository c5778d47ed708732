import { canonicalJson } from '../../ecs/canonical-json.ts';
import { isEmptyList, normalize } from './normalize.ts';

/** One thing that a task definition says: what is compared, and what a person reads. */
export interface Member {
  /** What kind of thing it is, such as `environment`. */
  readonly subject: string;
  /** Its name, such as that of the variable; empty if there is only one. */
  readonly name: string;
  /** The value as ECS has it, and the AWS field that holds it, which tells whether its order counts. */
  readonly value: unknown;
  readonly heldBy: string;
  /** Made only when they are read: most fields are the same on both sides. */
  readonly words: () => string;
}

/** A value that stands alone. No field when it is missing or an empty list. */
export function single<T>(
  subject: string,
  name: string,
  value: T | undefined,
  words: (value: T) => string = labelOf,
): readonly Member[] {
  if (value === undefined || isEmptyList(value)) return [];
  return [{ subject, name, value, heldBy: '', words: () => words(value) }];
}

/**
 * The items of a list whose order has no meaning, each under its own name. Items that share a name are told apart by
 * a number, in their order: of two variables with one name the last one counts.
 */
export function each<T>(
  subject: string,
  items: readonly T[] | undefined,
  nameOf: (item: T) => string,
  words: (item: T) => string = labelOf,
): readonly Member[] {
  const seen = new Map<string, number>();
  return (items ?? []).map((item) => {
    const name = nameOf(item);
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return {
      subject,
      name: times === 1 ? name : `${name} (${times})`,
      value: item,
      heldBy: '',
      words: () => words(item),
    };
  });
}

/**
 * Every field of an object by its path, for all that has no words of its own: nothing that AWS adds to a task
 * definition goes unseen. The subject is the first part of the path.
 */
export function allOf(object: object): readonly Member[] {
  return Object.entries(object).flatMap(([name, value]) => leaves(formatValue(name), [], name, value));
}

/** The fields below one that has a subject of its own, such as the options of a health check. */
export function allWithin(subject: string, object: object | undefined): readonly Member[] {
  if (object === undefined) return [];
  const entries = Object.entries(object);
  if (entries.length === 0) return single(subject, '', object);
  return entries.flatMap(([name, value]) => leaves(subject, [name], name, value));
}

function leaves(subject: string, path: readonly string[], member: string, value: unknown): readonly Member[] {
  if (value === undefined || isEmptyList(value)) return [];
  if (isTree(value)) {
    return Object.entries(value).flatMap(([name, held]) => leaves(subject, [...path, name], name, held));
  }
  return [
    {
      subject,
      name: path.join('.'),
      value,
      heldBy: member,
      words: () => labelOf(normalize(value, member)),
    },
  ];
}

/** An object with something in it. Without, it is a value of its own: ECS tells `{}` from nothing. */
function isTree(value: unknown): value is object {
  if (value === null || typeof value !== 'object' || Array.isArray(value) || value instanceof Date)
    return false;
  return Object.values(value).some((held) => held !== undefined && !isEmptyList(held));
}

/** `linuxParameters` as `linux parameters`. */
export function formatValue(member: string): string {
  return member.replace(
    /([a-z0-9])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
}

/** A value as a person reads it: scalars as they are, lists and objects as JSON. */
export function labelOf(value: unknown): string {
  if (value === '') return '""';
  if (typeof value === 'string') return value;
  return canonicalJson(value);
}

/** The rest of an item after what names it, such as `host port 80, app protocol http2`. */
export function wordsOfMembers(object: object): string {
  return Object.entries(object)
    .filter(([, value]) => value !== undefined && !isEmptyList(value))
    .map(([name, value]) => `${formatValue(name)} ${labelOf(value)}`)
    .join(', ');
}
