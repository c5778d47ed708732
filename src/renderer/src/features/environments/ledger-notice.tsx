import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Input } from '../../../../shared/contract.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import { useEngineQuery } from '../../lib/queries.ts';

/** How long new entries of a team ledger are waited for. */
export const SYNC_MS = 60_000;
/** Queries that return entries of the journal. */
const JOURNAL_QUERIES = ['journal.list', 'services.deployments', 'services.history'];

const LEDGER_TEXT = {
  waiting: (count: number) =>
    `${count} ${count === 1 ? 'change of this machine is' : 'changes of this machine are'} not in the team ledger yet.`,
} as const;

interface LedgerNoticeProps {
  readonly place?: Immutable<NonNullable<Input<'ledger.sync'>['place']>>;
}

/** Fetches new entries of the team ledger while it is mounted. Shows something only when that fails. */
export function LedgerNotice({ place }: LedgerNoticeProps) {
  const cache = useQueryClient();
  const input = place === undefined ? {} : { place };
  const { data, dataUpdatedAt } = useEngineQuery('ledger.sync', input, { pollMs: SYNC_MS, staleMs: SYNC_MS });
  const received = data?.received ?? 0;
  // dataUpdatedAt: two answers in a row may bring the same number of entries.
  useEffect(() => {
    if (received === 0 || dataUpdatedAt === 0) return;
    for (const method of JOURNAL_QUERIES) void cache.invalidateQueries({ queryKey: [method] });
  }, [cache, received, dataUpdatedAt]);
  if (data?.problem === undefined) return null;
  return (
    <p role="status" style={{ color: 'var(--soft)', overflowWrap: 'anywhere' }}>
      {data.problem}
      {data.waiting === 0 ? null : ` ${LEDGER_TEXT.waiting(data.waiting)}`}
    </p>
  );
}
