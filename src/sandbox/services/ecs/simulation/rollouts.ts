import { armCircuitBreaker, settleCircuitBreaker } from './circuit-breaker.ts';
import { armAlarms, settleAlarms } from './deployment-alarms.ts';
import { type Failure, statusReasonOf } from './deployment-failures.ts';
import { endHook } from './deployment-hooks.ts';
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
      alarms: armAlarms(deploymentConfiguration),
      step: 0,
      stepEnteredAt: undefined,
      hooks: [],
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
      ...settleMonitors(deployment, undefined),
    },
  };
}

/** The rollback: the last completed revision becomes PRIMARY again, and takes over the tasks that it still has. */
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
  const reason = statusReasonOf(failure, 'rolled back');
  return {
    service: { ...service, rollouts: [rollout, ...others], isSteady: false },
    deployment: {
      ...enterStatus(deployment, 'ROLLBACK_REQUESTED', back.at, reason),
      ...settleMonitors(deployment, failure),
      rollback: { reason, startedAt: back.at, serviceRevisionArn: back.revisionArn },
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
  return {
    service: failPrimary(service, failure.stateReason, at),
    deployment: {
      ...enterStatus(deployment, status, at, statusReasonOf(failure, outcome)),
      ...settleMonitors(deployment, failure),
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
    ...settleMonitors(deployment, undefined),
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

/** What watched a deployment watches no more: what saw its failure is TRIGGERED, the rest is complete. */
function settleMonitors(
  { circuitBreaker, alarms, hooks }: ServiceDeploymentRecord,
  failure: Failure | undefined,
): Pick<ServiceDeploymentRecord, 'circuitBreaker' | 'alarms' | 'hooks'> {
  const statusOf = (monitor: Failure['seenBy']) =>
    failure?.seenBy === monitor ? 'TRIGGERED' : 'MONITORING_COMPLETE';
  return {
    circuitBreaker: settleCircuitBreaker(circuitBreaker, statusOf('circuit-breaker')),
    alarms: settleAlarms(alarms, statusOf('alarms')),
    hooks: hooks.map(endHook),
  };
}
