import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { usePlace } from '../lib/place.ts';
import { useEngineQuery } from '../lib/queries.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';

/** The view of the address, or the sentence that its account doesn't exist, once the accounts have been read. */
export function KnownAccount({ children }: { readonly children: ReactNode }) {
  const { scope } = usePlace();
  const accounts = useEngineQuery('accounts.list', {}, { staleMs: 60_000 });
  const isMissing =
    scope !== undefined && accounts.data?.accounts.every(({ id }) => id !== scope.account) === true;
  if (!isMissing) return children;
  return (
    <Page title="No such account">
      <EmptyState
        title={`The account ${scope.account} doesn't exist.`}
        action={<Button renderRoot={(props) => <Link to="/" {...props} />}>Open the first account</Button>}
      >
        The address may be from another computer. Choose an account on the left, or add the profile to the
        shared AWS files.
      </EmptyState>
    </Page>
  );
}
