import { assertNever } from '../../../../shared/assert-never.ts';
import type { PushEvent, PushedImage, PushLayer } from '../../../../shared/model/docker.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Mono } from '../../ui/mono.tsx';
import { PUSH_TEXT } from './docker-text.ts';
import styles from './layer-progress.module.css';
import type { Push } from './use-push.ts';

/** How a push stands: its layers while it runs, then the digest, or why it failed. */
export function PushOutcome({ push }: { readonly push: Push }) {
  const { current, progress } = push;
  if (current.state === 'running') return <LayerProgress progress={progress} />;
  if (current.state === 'failed') return <ErrorNotice error={current.error} />;
  if (current.state === 'done') return <Pushed image={current.output} />;
  return null;
}

function Pushed({ image }: { readonly image: PushedImage }) {
  return (
    <div role="status" style={{ display: 'flex', gap: 6 }}>
      <Mark kind="ok" />
      <span>
        {image.alreadyThere ? PUSH_TEXT.alreadyThere : PUSH_TEXT.pushed}
        <Mono>{PUSH_TEXT.reference(image.tag, image.digest)}</Mono>
      </span>
    </div>
  );
}

/** The layers of an image on their way to the registry, each as a bar that fills. */
function LayerProgress({ progress }: { readonly progress: PushEvent | undefined }) {
  if (progress === undefined) {
    return (
      <p className={styles.summary} role="status">
        {PUSH_TEXT.signingIn}
      </p>
    );
  }
  const { layers } = progress;
  const there = layers.filter(isThere).length;
  return (
    <div>
      <p className={styles.summary}>
        <span role="status">{PUSH_TEXT.layers(there, layers.length)}</span>
        {/* Not announced: it changes ten times a second. */}
        <span className={styles.transfer}>{PUSH_TEXT.transfer(progress)}</span>
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard */}
      <ul className={styles.layers} tabIndex={0} aria-label={PUSH_TEXT.allLayers}>
        {layers.map((layer) => (
          <li key={layer.id} className={styles.layer}>
            <span className={styles.id}>{layer.id.slice(0, 12)}</span>
            <progress
              className={styles.bar}
              data-state={layer.state}
              max={1}
              value={layerShare(layer)}
              aria-label={PUSH_TEXT.layer(layer.id.slice(0, 12))}
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
function layerShare(layer: PushLayer): number {
  if (isThere(layer)) return 1;
  if (layer.totalBytes <= 0) return 0;
  return Math.min(1, layer.sentBytes / layer.totalBytes);
}

function layerLabel({ state, sentBytes, totalBytes, retryInSeconds }: PushLayer): string {
  switch (state) {
    case 'waiting':
      return PUSH_TEXT.waiting;
    case 'pushing':
      return PUSH_TEXT.sent(sentBytes, totalBytes);
    case 'retrying':
      return PUSH_TEXT.retrying(retryInSeconds ?? 0);
    case 'pushed':
      return PUSH_TEXT.layerPushed(totalBytes);
    case 'exists':
      return PUSH_TEXT.exists;
    case 'mounted':
      return PUSH_TEXT.mounted;
    default:
      return assertNever(state);
  }
}
