import { useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { PushEvent, PushedImage } from '../../../../shared/model/docker.ts';
import { type StreamState, useEngineStream } from '../../lib/streams.ts';

export interface PushTarget {
  readonly repository: string;
  readonly tag: string;
}

export interface Push {
  readonly current: StreamState<'docker.push'>;
  /** How far it is; undefined before the registry was asked for a layer. */
  readonly progress: PushEvent | undefined;
  /** Pushes a local image, by its name or id. Answers nothing when it failed or was cancelled. */
  readonly start: (image: string, target: PushTarget) => Promise<PushedImage | undefined>;
  readonly cancel: () => void;
}

/** A push to ECR, with its layers as they stand. */
export function usePush({ account, region }: Scope): Push {
  const [progress, setProgress] = useState<PushEvent>();
  const stream = useEngineStream('docker.push', { onEvent: setProgress });
  return {
    current: stream.current,
    progress,
    start: (image, { repository, tag }) => {
      setProgress(undefined);
      return stream.start({ account, region, image, repository, tag });
    },
    cancel: () => stream.cancel(),
  };
}
