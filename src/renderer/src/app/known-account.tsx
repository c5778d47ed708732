import type { ReactNode } from 'react';
import { Region } from '../../../shared/model/account.ts';
import { MissingAccount } from '../features/accounts/missing-account.tsx';
import { MissingRegion } from '../features/accounts/missing-region.tsx';
import { usePlace } from '../lib/place.ts';
import { useEngineQuery } from '../lib/queries.ts';

/** The view of the address, or the sentence that there is no such account or region, once the accounts have been read. */
export function KnownAccount({ children }: { readonly children: ReactNode }) {
  const { scope } = usePlace();
  const accounts = useEngineQuery('accounts.list', {}, { staleMs: 60_000 });
  const isMissing =
    scope !== undefined && accounts.data?.accounts.every(({ id }) => id !== scope.account) === true;
  if (isMissing) return <MissingAccount account={scope.account} />;
  if (scope !== undefined && !Region.safeParse(scope.region).success) return <MissingRegion scope={scope} />;
  return children;
}
