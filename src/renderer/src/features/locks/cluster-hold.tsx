import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { Mark } from '../../ui/mark.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import styles from './cluster-hold.module.css';
import { HoldEnd } from './hold-end.tsx';
import { LOCK_TEXT } from './lock-text.ts';

/** Each cluster takes a request of the ledger each time. */
const POLL_MS = 60_000;

/** The hold of a cluster in a list of clusters; nothing without one, and where the ledger can't be read. */
export function ClusterHold({ cluster }: { readonly cluster: ClusterRef }) {
  const hold = useEngineQuery('locks.status', cluster, { pollMs: POLL_MS }).data?.clusterHold;
  if (hold === undefined) return null;
  return (
    <p className={styles.hold}>
      <Mark kind="warning" />
      <span className={styles.text}>
        {LOCK_TEXT.onHold(hold)}, <RelativeTime at={hold.since} />
        <HoldEnd hold={hold} />: {hold.why}
      </span>
    </p>
  );
}
