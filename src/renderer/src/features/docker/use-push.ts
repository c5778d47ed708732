import { useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { PushedImage, PushLayer } from '../../../../shared/model/docker.ts';
import { type StreamState, useEngineStream } from '../../lib/streams.ts';

export interface PushTarget {
  readonly repository: string;
  readonly tag: string;
}

export interface Push {
  readonly current: StreamState<'docker.push'>;
  readonly layers: readonly PushLayer[];
  /** Pushes a local image, by its name or id. Answers nothing when it failed or was cancelled. */
  readonly start: (image: string, target: PushTarget) => Promise<PushedImage | undefined>;
  readonly cancel: () => void;
}

/** A push to ECR, with its layers as they stand. */
export function usePush({ account, region }: Scope): Push {
  const [layers, setLayers] = useState<readonly PushLayer[]>([]);
  const stream = useEngineStream('docker.push', { onEvent: (event) => setLayers(event.layers) });
  return {
    current: stream.current,
    layers,
    start: (image, { repository, tag }) => {
      setLayers([]);
      return stream.start({ account, region, image, repository, tag });
    },
    cancel: () => stream.cancel(),
  };
}
