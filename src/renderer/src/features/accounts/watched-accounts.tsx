import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useEngineWatch } from '../../lib/streams.ts';

const LISTEN_AGAIN_MS = 2_000;

/** Keeps the list of accounts as the shared AWS files have it. What failed for want of credentials is read again then. */
export function WatchedAccounts() {
  const queries = useQueryClient();
  const isFirst = useRef(true);
  const { current, restart } = useEngineWatch(
    'accounts.watch',
    {},
    {
      onEvent(accounts) {
        queries.setQueryData(['accounts.list', {}], accounts);
        if (!isFirst.current) {
          void queries.invalidateQueries({ predicate: ({ state }) => state.status === 'error' });
          void queries.invalidateQueries({ queryKey: ['overview.read'] });
          void queries.invalidateQueries({ queryKey: ['accounts.refused'] });
          void queries.invalidateQueries({ queryKey: ['environments.of'] });
        }
        isFirst.current = false;
      },
    },
  );
  useEffect(() => {
    if (current.state !== 'failed') return;
    const timer = setTimeout(restart, LISTEN_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [current.state, restart]);
  return null;
}
