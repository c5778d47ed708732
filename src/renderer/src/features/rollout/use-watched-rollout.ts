import { useEffect, useEffectEvent } from 'react';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { type Folding, useEngineFold } from '../../lib/streams.ts';

/** How a deployment ended does not change. Without an end it is watched again, since its data has no age yet. */
const ENDED_FRESH_MS = 24 * 60 * 60_000;

/** Only the newest state counts. Before the first one it is null, because a query cannot hold undefined. */
export const newestRollout: Folding<'releases.watch', Rollout | null> = {
  initial: null,
  event: (_, rollout) => rollout,
  output: (_, rollout) => rollout,
};

interface WatchedRolloutOptions {
  readonly service: ServiceRef;
  readonly deploymentArn: string;
  readonly onMissing: (() => void) | undefined;
  readonly onEnded: ((rollout: Rollout) => void) | undefined;
}

/**
 * The newest state of a deployment, until it is over. The watch is a query: after a missing login or a lost connection it
 * resumes with the others.
 */
export function useWatchedRollout({ service, deploymentArn, onMissing, onEnded }: WatchedRolloutOptions) {
  const { account, region, cluster, service: name } = service;
  const watch = useEngineFold(
    'releases.watch',
    { account, region, cluster, service: name, deployment: deploymentArn },
    newestRollout,
    { staleMs: ENDED_FRESH_MS },
  );
  const rollout = watch.data ?? undefined;
  const isOver = watch.isSuccess && !watch.isFetching;
  const tellEnd = useEffectEvent(() => {
    if (rollout) onEnded?.(rollout);
  });
  useEffect(() => {
    if (isOver) tellEnd();
  }, [isOver]);
  const isMissing = watch.error?.code === 'NOT_FOUND';
  const tellMissing = useEffectEvent(() => onMissing?.());
  useEffect(() => {
    if (isMissing) tellMissing();
  }, [isMissing]);
  return {
    rollout,
    /** Whether the deployment has ended. */
    isOver,
    /** Whether ECS has the deployment no more. */
    isMissing,
    error: watch.error,
    retry: (): void => void watch.refetch(),
  };
}
