import { type Query, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useLastingWatch } from '../../lib/streams.ts';

/** Keeps the list of accounts as the shared AWS files have it. What failed for want of credentials is read again then. */
export function WatchedAccounts() {
  const queries = useQueryClient();
  const isFirst = useRef(true);
  useLastingWatch('accounts.watch', {}, (accounts) => {
    queries.setQueryData(['accounts.list', {}], accounts);
    // Also with the first answer: what was read before it may have asked for an account that the engine had not read yet.
    // Without its error, a view that had nothing to show reads again; it may have no reader that could.
    const isFailed = ({ state }: Query): boolean => state.status === 'error';
    void queries.resetQueries({
      predicate: (query) => isFailed(query) && query.state.data === undefined,
    });
    void queries.invalidateQueries({ predicate: isFailed });
    if (!isFirst.current) {
      void queries.invalidateQueries({ queryKey: ['overview.read'] });
      void queries.invalidateQueries({ queryKey: ['accounts.refused'] });
      void queries.invalidateQueries({ queryKey: ['environments.of'] });
    }
    isFirst.current = false;
  });
  return null;
}
