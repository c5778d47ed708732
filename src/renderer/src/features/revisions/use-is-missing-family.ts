import type { Scope } from '../../../../shared/model/account.ts';
import { isNotThere } from '../../lib/not-there.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { useFolded, useFoldedError } from '../../lib/streams.ts';
import { familyNamesFolding } from './family-names.ts';
import { STATUSES } from './search-fields.tsx';

/**
 * Whether a family has no revision of any status. The list of all families is read only where the timeline has found
 * no ACTIVE one.
 */
export function useIsMissingFamily({ account, region }: Scope, family: string): boolean {
  const input = { account, region, family, statuses: STATUSES.ACTIVE };
  const names = useFolded('revisions.names', input, familyNamesFolding);
  const error = useFoldedError('revisions.names', input);
  const isEmpty = names.listedAt !== undefined && names.revisions.length === 0;
  const families = useEngineQuery('families.all', { account, region }, { enabled: isEmpty, staleMs: 60_000 });
  // A name that no family can have, such as one that is too long, is refused.
  if (names.listedAt === undefined && isNotThere(error)) return true;
  return isEmpty && families.data?.every((each) => each.family !== family) === true;
}
