import { armCircuitBreaker, settleCircuitBreaker } from './circuit-breaker.ts';
import { enterStatus } from './deployment-state.ts';
import type { Rollout, ServiceDeploymentRecord, ServiceRecord, ServiceRevisionRecord } from './state.ts';

/** A service together with its service deployment, both after the same change. */
export interface Deployed {
  readonly service: ServiceRecord;
  readonly deployment: ServiceDeploymentRecord;
}

/** The ids that a new deployment is given. */
export interface NewDeployment {
  readonly arn: string;
  readonly rolloutId: string;
  readonly revision: ServiceRevisionRecord;
  /** The revisions that still have tasks. */
  readonly sourceRevisionArns: readonly string[];
  readonly at: Date;
}

/** The service with `revision` as its PRIMARY deployment, and the service deployment that is to bring it there. */
export function beginDeployment(service: ServiceRecord, start: NewDeployment): Deployed {
  const { arn, rolloutId, revision, at } = start;
  const { deploymentConfiguration } = service.settings;
  const rollout: Rollout = {
    id: rolloutId,
    serviceDeploymentArn: arn,
    revisionArn: revision.serviceRevisionArn,
    createdAt: at,
    updatedAt: at,
    failedTasks: 0,
    state: 'IN_PROGRESS',
    stateReason: `ECS deployment ${rolloutId} in progress.`,
  };
  return {
    service: { ...service, rollouts: [rollout, ...service.rollouts], isSteady: false },
    deployment: {
      arn,
      serviceArn: service.arn,
      clusterArn: service.clusterArn,
      status: 'PENDING',
      statusReason: undefined,
      lifecycleStage: undefined,
      createdAt: at,
      startedAt: undefined,
      finishedAt: undefined,
      stoppedAt: undefined,
      updatedAt: at,
      deploymentConfiguration,
      targetRevisionArn: revision.serviceRevisionArn,
      sourceRevisionArns: start.sourceRevisionArns,
      finalCounts: undefined,
      circuitBreaker: armCircuitBreaker(service.desiredCount, deploymentConfiguration),
      rollback: undefined,
    },
  };
}

/** A deployment that has brought its service where it was to go: forward, or back. */
export function completeDeployment({ service, deployment }: Deployed, at: Date): Deployed {
  const [primary, ...others] = service.rollouts;
  if (primary === undefined) return { service, deployment };
  const isRollback = deployment.status === 'ROLLBACK_IN_PROGRESS';
  const completed: Rollout = {
    ...primary,
    state: 'COMPLETED',
    stateReason: isRollback ? primary.stateReason : `ECS deployment ${primary.id} completed.`,
    updatedAt: at,
  };
  return {
    service: {
      ...service,
      rollouts: [completed, ...others],
      lastCompletedRevisionArn: primary.revisionArn,
    },
    deployment: {
      ...enterStatus(deployment, isRollback ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL', at),
      circuitBreaker: settleCircuitBreaker(deployment.circuitBreaker, 'MONITORING_COMPLETE'),
    },
  };
}

/** Why a deployment is turned back or given up, for each place where ECS tells it. */
export interface Failure {
  /** Of the failed rollout. */
  readonly stateReason: string;
  /** Of the rollout that goes back. */
  readonly rollbackStateReason: (rolloutId: string) => string;
  readonly statusReason: string;
  readonly breakerTriggered: boolean;
}

export const TASKS_FAILED_TO_START: Failure = {
  stateReason: 'ECS deployment circuit breaker: tasks failed to start.',
  rollbackStateReason: (id) => `ECS deployment circuit breaker: rolling back to deploymentId ${id}.`,
  statusReason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
  breakerTriggered: true,
};

export const STOPPED_BY_USER: Failure = {
  stateReason: 'ECS deployment was stopped by a StopServiceDeployment request.',
  rollbackStateReason: (id) => `ECS deployment was stopped: rolling back to deploymentId ${id}.`,
  statusReason: 'Service deployment rolled back because of a StopServiceDeployment request.',
  breakerTriggered: false,
};

/** The way back: the last completed revision becomes PRIMARY again, and takes over the tasks that it still has. */
export function beginRollback(
  { service, deployment }: Deployed,
  failure: Failure,
  back: { readonly revisionArn: string; readonly rolloutId: string; readonly at: Date },
): Deployed {
  const rollout: Rollout = {
    id: back.rolloutId,
    serviceDeploymentArn: deployment.arn,
    revisionArn: back.revisionArn,
    createdAt: back.at,
    updatedAt: back.at,
    failedTasks: 0,
    state: 'IN_PROGRESS',
    stateReason: failure.rollbackStateReason(back.rolloutId),
  };
  const others = failPrimary(service, failure.stateReason, back.at).rollouts.filter(
    ({ revisionArn }) => revisionArn !== back.revisionArn,
  );
  return {
    service: { ...service, rollouts: [rollout, ...others], isSteady: false },
    deployment: {
      ...enterStatus(deployment, 'ROLLBACK_REQUESTED', back.at, failure.statusReason),
      circuitBreaker: settleBreaker(deployment, failure),
      rollback: { reason: failure.statusReason, startedAt: back.at, serviceRevisionArn: back.revisionArn },
    },
  };
}

/** A deployment that ends where it is: no way back, or none wanted. ECS starts no more of its tasks. */
export function giveUpDeployment(
  { service, deployment }: Deployed,
  status: 'STOPPED' | 'STOP_REQUESTED' | 'ROLLBACK_FAILED',
  failure: Failure,
  at: Date,
): Deployed {
  const outcome = status === 'ROLLBACK_FAILED' ? 'rollback failed' : 'stopped';
  const cause = failure.breakerTriggered
    ? 'the circuit breaker threshold was exceeded'
    : 'of a StopServiceDeployment request';
  return {
    service: failPrimary(service, failure.stateReason, at),
    deployment: {
      ...enterStatus(deployment, status, at, `Service deployment ${outcome} because ${cause}.`),
      circuitBreaker: settleBreaker(deployment, failure),
    },
  };
}

/** A deployment that something newer takes the place of: another deployment, or the deletion of its service. */
export function supersede(
  deployment: ServiceDeploymentRecord,
  newer: string,
  at: Date,
): ServiceDeploymentRecord {
  return {
    ...enterStatus(deployment, 'STOPPED', at, `Service deployment stopped because of ${newer}.`),
    circuitBreaker: settleCircuitBreaker(deployment.circuitBreaker, 'MONITORING_COMPLETE'),
  };
}

/** The service with one entry of its deployments changed. */
export function withRollout(
  service: ServiceRecord,
  revisionArn: string | undefined,
  change: (rollout: Rollout) => Rollout,
): ServiceRecord {
  const rollouts = service.rollouts.map((each) => (each.revisionArn === revisionArn ? change(each) : each));
  return { ...service, rollouts };
}

function failPrimary(service: ServiceRecord, stateReason: string, at: Date): ServiceRecord {
  return withRollout(service, service.rollouts[0]?.revisionArn, (primary) => ({
    ...primary,
    state: 'FAILED',
    stateReason,
    updatedAt: at,
  }));
}

function settleBreaker(
  { circuitBreaker }: ServiceDeploymentRecord,
  { breakerTriggered }: Failure,
): ServiceDeploymentRecord['circuitBreaker'] {
  return settleCircuitBreaker(circuitBreaker, breakerTriggered ? 'TRIGGERED' : 'MONITORING_COMPLETE');
}
