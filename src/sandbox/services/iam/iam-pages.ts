import { pageByKey } from '../../aws-api/pages.ts';
import { awsError } from '../../aws-api/service.ts';
import { invalidValue } from './iam-errors.ts';

const USUAL_ITEMS = 100;
const MOST_ITEMS = 1000;

/** What the lists of IAM take and give to be read in pages. */
interface Paging {
  readonly Marker: string | undefined;
  readonly MaxItems: number | undefined;
}

/** A page of a list, and the members of the answer that say whether there is more. */
export function pageOf<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string,
  { Marker, MaxItems: limit = USUAL_ITEMS }: Paging,
): { readonly items: readonly T[]; readonly shown: { IsTruncated: boolean; Marker: string | undefined } } {
  if (limit < 1 || limit > MOST_ITEMS) {
    throw invalidValue(limit, 'maxItems', `Member must be from 1 to ${MOST_ITEMS}`);
  }
  const page = pageByKey(items, keyOf, { limit, token: Marker }, () =>
    awsError('ValidationError', `Invalid Marker.`),
  );
  return { items: page.items, shown: { IsTruncated: page.nextToken !== undefined, Marker: page.nextToken } };
}
