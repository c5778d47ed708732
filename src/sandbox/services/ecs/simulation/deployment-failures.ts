/** Why a deployment is turned back or given up, for each place where ECS tells it. */
export interface Failure {
  /** What saw it, whose status becomes TRIGGERED. */
  readonly seenBy: 'circuit-breaker' | 'alarms' | 'caller' | 'hook';
  /** Of the failed rollout. */
  readonly stateReason: string;
  /** Of the rollout that goes back, up to its id. */
  readonly rollbackStateReason: (rolloutId: string) => string;
  /** Follows `because` in the deployment's status reason. */
  readonly cause: string;
  /** Follows `deployment failed:` in the service's events. */
  readonly event: string;
}

export const TASKS_FAILED_TO_START: Failure = {
  seenBy: 'circuit-breaker',
  stateReason: 'ECS deployment circuit breaker: tasks failed to start.',
  rollbackStateReason: (id) => `ECS deployment circuit breaker: rolling back to deploymentId ${id}.`,
  cause: 'the circuit breaker threshold was exceeded',
  event: 'tasks failed to start.',
};

export const STOPPED_BY_USER: Failure = {
  seenBy: 'caller',
  stateReason: 'ECS deployment was stopped by a StopServiceDeployment request.',
  rollbackStateReason: (id) => `ECS deployment was stopped: rolling back to deploymentId ${id}.`,
  cause: 'of a StopServiceDeployment request',
  event: 'deployment was stopped.',
};

export const ALARMS_DETECTED: Failure = {
  seenBy: 'alarms',
  stateReason: 'ECS deployment failed: alarm(s) detected.',
  rollbackStateReason: (id) =>
    `ECS deployment failed: alarm(s) detected: rolling back to deploymentId ${id}.`,
  cause: 'of alarm(s) that were detected',
  event: 'alarm detected.',
};

export const HOOK_FAILED: Failure = {
  seenBy: 'hook',
  stateReason: 'ECS deployment failed: a lifecycle hook failed.',
  rollbackStateReason: (id) =>
    `ECS deployment failed: a lifecycle hook failed: rolling back to deploymentId ${id}.`,
  cause: 'a lifecycle hook failed',
  event: 'a lifecycle hook failed.',
};

export const HOOK_ROLLED_BACK: Failure = {
  seenBy: 'caller',
  stateReason: 'ECS deployment was rolled back by a ContinueServiceDeployment request.',
  rollbackStateReason: (id) =>
    `ECS deployment was rolled back by a ContinueServiceDeployment request: rolling back to deploymentId ${id}.`,
  cause: 'of a ContinueServiceDeployment request',
  event: 'deployment was rolled back.',
};

/** The status reason of a deployment that ends this way. */
export function statusReasonOf(
  { cause }: Failure,
  outcome: 'rolled back' | 'rollback failed' | 'stopped',
): string {
  return `Service deployment ${outcome} because ${cause}.`;
}
