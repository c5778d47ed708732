import type { AwsError } from './service.ts';

export interface PageRequest {
  /** How many the client wants at most, or the service's own number. */
  readonly limit: number;
  readonly token: string | undefined;
}

/**
 * One page of items in the order of their keys. The token holds the last key of the page, so nothing is shown twice or
 * left out when items come and go between two pages. Throws what `refuse` makes of a token that is none.
 */
export function pageByKey<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string,
  { limit, token }: PageRequest,
  refuse: () => AwsError,
): { readonly items: T[]; readonly nextToken: string | undefined } {
  const after = token === undefined ? undefined : keyIn(token, refuse);
  const left = [...items]
    .filter((item) => after === undefined || keyOf(item) > after)
    .toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const shown = left.slice(0, limit);
  const last = shown.at(-1);
  const isLast = last === undefined || shown.length === left.length;
  return { items: shown, nextToken: isLast ? undefined : tokenOf(keyOf(last)) };
}

const MARK = 'after:';

function tokenOf(key: string): string {
  return Buffer.from(MARK + key).toString('base64url');
}

function keyIn(token: string, refuse: () => AwsError): string {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (!text.startsWith(MARK)) throw refuse();
  return text.slice(MARK.length);
}
