import type { Scope } from '../../../../shared/model/account.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { useFolded } from '../../lib/streams.ts';
import { familyNamesFolding } from './family-names.ts';
import { STATUSES } from './search-fields.tsx';

/**
 * Whether a family has no revision of any status. The list of all families is read only where the timeline has found
 * no ACTIVE one.
 */
export function useIsMissingFamily({ account, region }: Scope, family: string): boolean {
  const names = useFolded(
    'revisions.names',
    { account, region, family, statuses: STATUSES.ACTIVE },
    familyNamesFolding,
  );
  const isEmpty = names.listedAt !== undefined && names.revisions.length === 0;
  const families = useEngineQuery('families.all', { account, region }, { enabled: isEmpty, staleMs: 60_000 });
  return isEmpty && families.data?.every((each) => each.family !== family) === true;
}
