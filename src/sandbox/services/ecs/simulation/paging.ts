import { invalidParameter } from './errors.ts';

export interface PageRequest {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

export interface Page<T> {
  readonly items: T[];
  readonly nextToken: string | undefined;
}

export interface PageSize {
  readonly most: number;
  readonly byDefault: number;
}

/**
 * One page of a list. The token names the key of the last item that was given, so that a list which changes between
 * two pages neither repeats nor loses what stays in it.
 */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { nextToken, maxResults }: PageRequest,
  { most, byDefault }: PageSize,
): Page<T> {
  if (maxResults !== undefined && (maxResults < 1 || maxResults > most)) {
    throw invalidParameter(`maxResults must be between 1 and ${most}.`);
  }
  const from = nextToken === undefined ? 0 : placeAfter(items, keyOf, nextToken);
  const to = from + (maxResults ?? byDefault);
  const last = items[to - 1];
  return {
    items: items.slice(from, to),
    nextToken:
      to < items.length && last !== undefined ? encodeToken({ key: keyOf(last), place: to }) : undefined,
  };
}

interface Bookmark {
  readonly key: string;
  /** Where the page ended: the place to continue from if the item with the key has gone meanwhile. */
  readonly place: number;
}

function placeAfter<T>(items: readonly T[], keyOf: (item: T) => string, token: string): number {
  const { key, place } = decodeToken(token);
  const before = items[place - 1];
  if (before !== undefined && keyOf(before) === key) return place;
  const found = items.findIndex((item) => keyOf(item) === key);
  return found === -1 ? Math.max(0, place - 1) : found + 1;
}

function encodeToken({ key, place }: Bookmark): string {
  return Buffer.from(`${place} ${key}`).toString('base64url');
}

function decodeToken(token: string): Bookmark {
  const match = /^(\d+) (.+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (match?.[1] === undefined || match[2] === undefined) throw invalidParameter('Invalid token.');
  return { place: Number(match[1]), key: match[2] };
}
