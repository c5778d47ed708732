import type { TrafficShare } from '../../../../shared/model/deployment.ts';
import styles from '../../ui/traffic-band.module.css';

/** How the traffic is shared between the revision that goes and the one that comes, as a band that shifts over. */
export function TrafficBand({ traffic }: { readonly traffic: readonly TrafficShare[] }) {
  return (
    <div className={styles.bands}>
      <Band label="Production" shares={traffic} percentOf={({ production }) => production} />
      <Band label="Test" shares={traffic} percentOf={({ test }) => test} />
    </div>
  );
}

interface BandProps {
  readonly label: string;
  readonly shares: readonly TrafficShare[];
  readonly percentOf: (share: TrafficShare) => number;
}

function Band({ label, shares, percentOf }: BandProps) {
  const summary = shares.map((share) => `${share.revision} ${percentOf(share)} %`).join(', ');
  return (
    <div className={styles.row}>
      <span className={styles.label}>{label}</span>
      <div className={styles.band} role="img" aria-label={`${label} traffic: ${summary}`}>
        {shares
          .filter((share) => percentOf(share) > 0)
          .map((share) => (
            <span
              key={share.role}
              className={`${styles.share} ${styles[share.role]}`}
              style={{ flexGrow: percentOf(share) }}
            >
              {share.revision} · {percentOf(share)} %
            </span>
          ))}
      </div>
    </div>
  );
}
