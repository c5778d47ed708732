import type { ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import type { DeploymentOutcome } from '../../../shared/model/deployment.ts';

const OUTCOMES: ReadonlyMap<string, DeploymentOutcome> = new Map(
  Object.entries({
    PENDING: 'in-progress',
    IN_PROGRESS: 'in-progress',
    STOP_REQUESTED: 'in-progress',
    ROLLBACK_REQUESTED: 'in-progress',
    ROLLBACK_IN_PROGRESS: 'in-progress',
    SUCCESSFUL: 'succeeded',
    ROLLBACK_SUCCESSFUL: 'rolled-back',
    ROLLBACK_FAILED: 'failed',
    STOPPED: 'stopped',
  } as const satisfies Record<ServiceDeploymentStatus, DeploymentOutcome>),
);

/** The outcome of a service deployment (ServiceDeploymentStatus). Only SUCCESSFUL is a success. */
export function deploymentOutcome(status: string | undefined): DeploymentOutcome {
  return OUTCOMES.get(status ?? '') ?? 'unknown';
}
