import type { ServiceDeploymentLifecycleStage, ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import type { ServiceDeploymentRecord } from './state.ts';

/** Which status may follow which. A deployment has ended when nothing follows. */
const NEXT: Readonly<Record<ServiceDeploymentStatus, readonly ServiceDeploymentStatus[]>> = {
  PENDING: ['IN_PROGRESS', 'STOP_REQUESTED', 'STOPPED', 'ROLLBACK_REQUESTED'],
  IN_PROGRESS: ['SUCCESSFUL', 'STOP_REQUESTED', 'STOPPED', 'ROLLBACK_REQUESTED'],
  STOP_REQUESTED: ['STOPPED'],
  ROLLBACK_REQUESTED: ['ROLLBACK_IN_PROGRESS', 'STOPPED'],
  ROLLBACK_IN_PROGRESS: ['ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED', 'STOPPED'],
  SUCCESSFUL: [],
  STOPPED: [],
  ROLLBACK_SUCCESSFUL: [],
  ROLLBACK_FAILED: [],
};

export function isOver(status: ServiceDeploymentStatus): boolean {
  return NEXT[status].length === 0;
}

/** Whether a deployment is on its way to its target: neither over, nor stopped, nor turned back. */
export function isGoingForward(status: ServiceDeploymentStatus): boolean {
  return status === 'PENDING' || status === 'IN_PROGRESS';
}

/** Whether StopServiceDeployment is still in time: the deployment is in progress and not on its way back already. */
export function canBeStopped(status: ServiceDeploymentStatus): boolean {
  return isGoingForward(status);
}

/** The deployment in its next status. Throws when the status cannot follow: a mistake of the engine. */
export function enterStatus(
  deployment: ServiceDeploymentRecord,
  status: ServiceDeploymentStatus,
  at: Date,
  reason?: string,
): ServiceDeploymentRecord {
  if (!NEXT[deployment.status].includes(status)) {
    throw new Error(`Service deployment ${deployment.arn} cannot go from ${deployment.status} to ${status}.`);
  }
  return {
    ...deployment,
    status,
    statusReason: reason ?? deployment.statusReason,
    updatedAt: at,
    startedAt: deployment.startedAt ?? (status === 'IN_PROGRESS' ? at : undefined),
    finishedAt: isOver(status) ? at : undefined,
    stoppedAt:
      status === 'STOP_REQUESTED' || status === 'ROLLBACK_REQUESTED' || status === 'STOPPED'
        ? (deployment.stoppedAt ?? at)
        : deployment.stoppedAt,
  };
}

export function enterStage(
  deployment: ServiceDeploymentRecord,
  lifecycleStage: ServiceDeploymentLifecycleStage,
  at: Date,
): ServiceDeploymentRecord {
  if (deployment.lifecycleStage === lifecycleStage) return deployment;
  return { ...deployment, lifecycleStage, updatedAt: at };
}
