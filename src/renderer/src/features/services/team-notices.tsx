import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { LedgerNotice } from '../environments/ledger-notice.tsx';
import { LockNotice } from '../locks/lock-notice.tsx';

/** The lock and the holds of a service, and what keeps the team ledger from being read: once, where both reads fail. */
export function TeamNotices({ service }: { readonly service: ServiceRef }) {
  const { data } = useEngineQuery('locks.status', service);
  return (
    <>
      <LockNotice place={service} />
      {data === undefined || data.ledger === 'unavailable' ? null : <LedgerNotice place={service} />}
    </>
  );
}
