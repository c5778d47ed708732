import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Input } from '../../../../shared/contract.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import { useEngineQuery } from '../../lib/queries.ts';

const SYNC_MS = 60_000;
/** What shows entries of the journal. */
const SHOWN_BY = ['journal.list', 'services.deployments', 'services.history'];

const LEDGER_TEXT = {
  waiting: (count: number) =>
    `${count} ${count === 1 ? 'change of this machine is' : 'changes of this machine are'} not in the team ledger yet.`,
} as const;

interface LedgerNoticeProps {
  readonly place?: Immutable<NonNullable<Input<'ledger.sync'>['place']>>;
}

/** Fetches what others have put into the team ledger while it is shown. Says only why that does not work. */
export function LedgerNotice({ place }: LedgerNoticeProps) {
  const cache = useQueryClient();
  const input = place === undefined ? {} : { place };
  const { data, dataUpdatedAt } = useEngineQuery('ledger.sync', input, { pollMs: SYNC_MS, staleMs: SYNC_MS });
  const received = data?.received ?? 0;
  // Each answer that brought something is a reason to read again, also when it brought as much as the last one.
  useEffect(() => {
    if (received === 0 || dataUpdatedAt === 0) return;
    for (const method of SHOWN_BY) void cache.invalidateQueries({ queryKey: [method] });
  }, [cache, received, dataUpdatedAt]);
  if (data?.problem === undefined) return null;
  return (
    <p role="status" style={{ color: 'var(--soft)', overflowWrap: 'anywhere' }}>
      {data.problem}
      {data.waiting === 0 ? null : ` ${LEDGER_TEXT.waiting(data.waiting)}`}
    </p>
  );
}
