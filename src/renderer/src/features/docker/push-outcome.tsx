import type { PushedImage } from '../../../../shared/model/docker.ts';
import { shortDigest } from '../../lib/format.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Mono } from '../../ui/mono.tsx';
import { LayerProgress } from './layer-progress.tsx';
import type { Push } from './use-push.ts';

/** How a push stands: its layers while it runs, then the digest, or why it failed. */
export function PushOutcome({ push }: { readonly push: Push }) {
  const { current, layers } = push;
  if (current.state === 'running') return <LayerProgress layers={layers} />;
  if (current.state === 'failed') return <ErrorNotice error={current.error} />;
  if (current.state === 'done') return <Pushed image={current.output} />;
  return null;
}

function Pushed({ image }: { readonly image: PushedImage }) {
  return (
    <div role="status" style={{ display: 'flex', gap: 6 }}>
      <Mark kind="ok" />
      <span>
        {image.alreadyThere ? 'Already in the registry: ' : 'Pushed: '}
        <Mono>
          {image.tag} @{shortDigest(image.digest)}
        </Mono>
      </span>
    </div>
  );
}
