import type { TrafficShare } from '../../../../shared/model/deployment.ts';
import styles from '../../ui/traffic-band.module.css';
import { ROLLOUT_TEXT, shareLabel } from './rollout-text.ts';

/** How the traffic is shared between the old and the new revision, as a band. */
export function TrafficBand({ traffic }: { readonly traffic: readonly TrafficShare[] }) {
  return (
    <div className={styles.bands}>
      <Band label={ROLLOUT_TEXT.production} shares={traffic} percentOf={({ production }) => production} />
      <Band label={ROLLOUT_TEXT.test} shares={traffic} percentOf={({ test }) => test} />
    </div>
  );
}

interface BandProps {
  readonly label: string;
  readonly shares: readonly TrafficShare[];
  readonly percentOf: (share: TrafficShare) => number;
}

function Band({ label, shares, percentOf }: BandProps) {
  const summary = shares.map((share) => `${share.revision} ${percentOf(share)} %`);
  return (
    <div className={styles.row}>
      <span className={styles.label}>{label}</span>
      <div className={styles.band} role="img" aria-label={ROLLOUT_TEXT.traffic(label, summary)}>
        {shares
          .filter((share) => percentOf(share) > 0)
          .map((share) => (
            <span
              key={share.role}
              className={`${styles.share} ${styles[share.role]}`}
              style={{ flexGrow: percentOf(share) }}
            >
              {shareLabel(share, percentOf(share))}
            </span>
          ))}
      </div>
    </div>
  );
}
