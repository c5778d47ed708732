import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';

/** How many tasks a service may have while it is deployed. */
export interface TaskBounds {
  /** At least so many keep running: ceil(desired × minimumHealthyPercent / 100). */
  readonly least: number;
  /** At most so many are running or starting: floor(desired × maximumPercent / 100). */
  readonly most: number;
}

/** ECS's defaults for a REPLICA service: 100 and 200 percent. */
export function taskBounds(desired: number, configuration: DeploymentConfiguration | undefined): TaskBounds {
  const minimumHealthyPercent = configuration?.minimumHealthyPercent ?? 100;
  const maximumPercent = configuration?.maximumPercent ?? 200;
  return {
    least: Math.ceil((desired * minimumHealthyPercent) / 100),
    most: Math.floor((desired * maximumPercent) / 100),
  };
}

/** The tasks of one side of a deployment that are meant to run. */
export interface TaskCounts {
  /** Not RUNNING yet. */
  readonly starting: number;
  readonly running: number;
  /** Of those running: the ones whose health checks have passed. */
  readonly healthy: number;
}

export interface ScalingStep {
  readonly startTarget: number;
  readonly stopTarget: number;
  /** Those that have not come up yet first. */
  readonly stopSource: number;
}

/**
 * What one round of the service scheduler starts and stops. Tasks of the target count as a replacement only once
 * they are healthy, so `least` running tasks are always left; `most` holds for running and starting ones together.
 */
export function planScalingStep(
  desired: number,
  bounds: TaskBounds,
  target: TaskCounts,
  source: TaskCounts,
): ScalingStep {
  const targetTotal = target.starting + target.running;
  if (targetTotal > desired) return { startTarget: 0, stopTarget: targetTotal - desired, stopSource: 0 };

  const missing = desired - targetTotal;
  const room = bounds.most - targetTotal - source.running;
  const serving = target.healthy + source.running;
  const wanted = Math.max(serving - desired, missing - room, 0);
  const spare = Math.max(0, serving - bounds.least);
  const stopRunning = Math.min(wanted, spare, source.running);
  return {
    startTarget: Math.max(0, Math.min(missing, room + stopRunning)),
    stopTarget: 0,
    stopSource: source.starting + stopRunning,
  };
}

/** Nothing can ever be replaced: there is no capacity for one more task, and not one may be stopped. */
export function isStuck({ least, most }: TaskBounds): boolean {
  return most > 0 && least >= most;
}
