import { invalidParameter } from './invalid-parameter.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

export interface PageRequest {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

const DEFAULT_RESULTS = 100;

/**
 * One page of items that are sorted by their keys. The token holds the last key of the page, so nothing is shown twice
 * or left out when items come and go between two pages.
 *
 * @throws AwsError `InvalidParameterException` for a token that is none.
 */
export function page<T>(items: readonly T[], keyOf: (item: T) => string, request: PageRequest): Page<T> {
  const { maxResults = DEFAULT_RESULTS, nextToken } = request;
  const after = nextToken === undefined ? undefined : readToken(nextToken);
  const remaining = after === undefined ? items : items.filter((item) => keyOf(item) > after);
  const shown = remaining.slice(0, maxResults);
  const last = shown.at(-1);
  if (last === undefined || shown.length === remaining.length) return { items: shown };
  return { items: shown, nextToken: Buffer.from(`after:${keyOf(last)}`).toString('base64') };
}

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString('utf8');
  if (!text.startsWith('after:')) throw invalidParameter('nextToken', 'Invalid pagination token');
  return text.slice('after:'.length);
}
