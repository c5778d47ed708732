import { assertNever } from '../../../../shared/assert-never.ts';
import type { PushLayer } from '../../../../shared/model/docker.ts';
import { formatBytes } from '../../lib/format.ts';
import styles from './layer-progress.module.css';

/** The layers of an image on their way to the registry, each as a bar that fills. */
export function LayerProgress({ layers }: { readonly layers: readonly PushLayer[] }) {
  const there = layers.filter(isThere).length;
  return (
    <div>
      <p className={styles.summary} role="status">
        {layers.length === 0
          ? 'Signing in to the registry…'
          : `${there} of ${layers.length} layers are in the registry`}
      </p>
      <ul className={styles.layers}>
        {layers.map((layer) => (
          <li key={layer.id} className={styles.layer}>
            <span className={styles.id}>{layer.id.slice(0, 12)}</span>
            <progress
              className={styles.bar}
              data-state={layer.state}
              max={1}
              value={layerShare(layer)}
              aria-label={`Layer ${layer.id.slice(0, 12)}`}
            />
            <span className={styles.text}>{layerLabel(layer)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function isThere({ state }: PushLayer): boolean {
  return state === 'pushed' || state === 'exists' || state === 'mounted';
}

/** How much of a layer is in the registry, from 0 to 1. */
export function layerShare(layer: PushLayer): number {
  if (isThere(layer)) return 1;
  if (layer.totalBytes <= 0) return 0;
  return Math.min(1, layer.sentBytes / layer.totalBytes);
}

function layerLabel({ state, sentBytes, totalBytes }: PushLayer): string {
  switch (state) {
    case 'waiting':
      return 'waiting';
    case 'pushing':
      return totalBytes > 0
        ? `${formatBytes(sentBytes)} of ${formatBytes(totalBytes)}`
        : formatBytes(sentBytes);
    case 'pushed':
      return totalBytes > 0 ? `pushed, ${formatBytes(totalBytes)}` : 'pushed';
    case 'exists':
      return 'already in the registry';
    case 'mounted':
      return 'mounted from another repository';
    default:
      return assertNever(state);
  }
}
