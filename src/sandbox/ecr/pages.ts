import { InvalidParameterException$ } from '@aws-sdk/client-ecr';
import { type AwsError, awsError } from '../aws-json/service.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

export interface PageRequest {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

const DEFAULT_RESULTS = 100;
const MOST_RESULTS = 1000;

/**
 * One page of items that are sorted by their keys. The token holds the last key of the page, so nothing is shown twice
 * or left out when items come and go between two pages.
 *
 * @throws AwsError `InvalidParameterException` for a page size outside of 1 to 1000 or a token that is none.
 */
export function page<T>(items: readonly T[], keyOf: (item: T) => string, request: PageRequest): Page<T> {
  const { maxResults = DEFAULT_RESULTS, nextToken } = request;
  if (!Number.isInteger(maxResults) || maxResults < 1 || maxResults > MOST_RESULTS) {
    throw invalid('maxResults', `Member must have a value between 1 and ${MOST_RESULTS}`);
  }
  const after = nextToken === undefined ? undefined : readToken(nextToken);
  const remaining = after === undefined ? items : items.filter((item) => keyOf(item) > after);
  const shown = remaining.slice(0, maxResults);
  const last = shown.at(-1);
  if (last === undefined || shown.length === remaining.length) return { items: shown };
  return { items: shown, nextToken: Buffer.from(`after:${keyOf(last)}`).toString('base64') };
}

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString('utf8');
  if (!text.startsWith('after:')) throw invalid('nextToken', 'Invalid pagination token');
  return text.slice('after:'.length);
}

function invalid(member: string, constraint: string): AwsError {
  return awsError(
    InvalidParameterException$,
    `Invalid parameter at '${member}' failed to satisfy constraint: '${constraint}'`,
  );
}
