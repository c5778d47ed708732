import type { Rollout } from '../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { isTaskSetArn } from '../ecs/service-task-sets.ts';
import type { ReleaseDependencies } from './model/release-dependencies.ts';
import { watchTaskSet } from './task-sets/resume-task-set.ts';
import { watchRollout } from './watch/watch-rollout.ts';

interface Watched {
  readonly ref: ServiceRef;
  /** The ARN of a service deployment or of a task set. */
  readonly deployment: string;
  readonly warnAfterMs?: number | undefined;
}

interface Watcher {
  readonly signal: AbortSignal;
  readonly emit: (rollout: Rollout) => void;
}

/** Follows a service deployment, or a release with task sets, until it has ended. Throws CANCELLED. */
export function watchDeployment(
  dependencies: ReleaseDependencies,
  watched: Watched,
  { signal, emit }: Watcher,
): Promise<Rollout> {
  if (isTaskSetArn(watched.deployment)) return watchTaskSet(dependencies, watched, { signal, emit });
  return watchRollout(dependencies, watched, signal, emit);
}
