import type { ReactNode } from 'react';
import { MissingAccount } from '../features/accounts/missing-account.tsx';
import { usePlace } from '../lib/place.ts';
import { useEngineQuery } from '../lib/queries.ts';

/** The view of the address, or the sentence that its account doesn't exist, once the accounts have been read. */
export function KnownAccount({ children }: { readonly children: ReactNode }) {
  const { scope } = usePlace();
  const accounts = useEngineQuery('accounts.list', {}, { staleMs: 60_000 });
  const isMissing =
    scope !== undefined && accounts.data?.accounts.every(({ id }) => id !== scope.account) === true;
  return isMissing ? <MissingAccount account={scope.account} /> : children;
}
