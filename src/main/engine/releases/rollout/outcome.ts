import type { DeploymentOutcome } from '../../../../shared/model/deployment.ts';

/** Every status of a service deployment. Only SUCCESSFUL is a success: ROLLBACK_SUCCESSFUL is a failed deploy. */
const OUTCOMES: Readonly<Record<string, DeploymentOutcome>> = {
  PENDING: 'in-progress',
  IN_PROGRESS: 'in-progress',
  STOP_REQUESTED: 'in-progress',
  ROLLBACK_REQUESTED: 'in-progress',
  ROLLBACK_IN_PROGRESS: 'in-progress',
  SUCCESSFUL: 'succeeded',
  ROLLBACK_SUCCESSFUL: 'rolled-back',
  ROLLBACK_FAILED: 'failed',
  STOPPED: 'stopped',
};

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html */
export function outcomeOf(status: string): DeploymentOutcome {
  return (Object.hasOwn(OUTCOMES, status) ? OUTCOMES[status] : undefined) ?? 'unknown';
}
