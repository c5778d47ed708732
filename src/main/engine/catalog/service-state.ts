import type { Deployment, Service } from '@aws-sdk/client-ecs';
import type { DeploymentOutcome } from '../../../shared/model/deployment.ts';
import type { ServiceState } from '../../../shared/model/service.ts';

/** What DescribeServices says that the state of a service depends on. */
export type ObservedService = Pick<
  Service,
  'status' | 'desiredCount' | 'runningCount' | 'deployments' | 'taskSets'
>;

/**
 * How a service is, in one word. `lastOutcome` is that of its newest service deployment, where it is known;
 * otherwise what DescribeServices says of a rollback has to do.
 */
export function serviceState(service: ObservedService, lastOutcome?: DeploymentOutcome): ServiceState {
  const { status, desiredCount = 0, runningCount = 0 } = service;
  if (status === 'INACTIVE') return 'inactive';
  if (status === 'DRAINING') return 'draining';

  const primary = primaryDeployment(service);
  if (isUnderWay(service, primary)) return isGoingWrong(primary) ? 'failing' : 'deploying';
  if (primary?.rolloutState === 'FAILED') return 'failing';
  if (desiredCount === 0 && runningCount === 0) return 'idle';
  if (runningCount < desiredCount) return 'failing';
  return didNotMakeIt(lastOutcome, primary) ? 'rolled-back' : 'steady';
}

/** The newest deployment of a service: the one that its desired state comes from. */
export function primaryDeployment({ deployments = [] }: ObservedService): Deployment | undefined {
  return deployments.find(({ status }) => status === 'PRIMARY') ?? deployments[0];
}

/** A rollout state exists for the ECS controller only; for the others more than one side means movement. */
function isUnderWay(
  { deployments = [], taskSets = [] }: ObservedService,
  primary: Deployment | undefined,
): boolean {
  if (primary?.rolloutState !== undefined) return primary.rolloutState === 'IN_PROGRESS';
  return deployments.length > 1 || taskSets.length > 1;
}

function isGoingWrong(primary: Deployment | undefined): boolean {
  return (primary?.failedTasks ?? 0) > 0 || saysRollback(primary);
}

function didNotMakeIt(outcome: DeploymentOutcome | undefined, primary: Deployment | undefined): boolean {
  if (outcome === undefined || outcome === 'unknown' || outcome === 'in-progress')
    return saysRollback(primary);
  return outcome !== 'succeeded';
}

/** ECS writes `ECS deployment circuit breaker: rolling back to deploymentId ...` and the like. */
function saysRollback(primary: Deployment | undefined): boolean {
  return /roll(?:ing|ed)[ -]?back/i.test(primary?.rolloutStateReason ?? '');
}
