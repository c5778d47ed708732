import { assertNever } from './assert-never.ts';
import type { EcsContext } from './context.ts';
import { hooksOfStep } from './deployment-advance.ts';
import { outcomeOf } from './deployment-hooks.ts';
import { currentStep, shiftsTraffic } from './deployment-steps.ts';
import { countTasks, type ServiceTasks, sortTasks } from './service-tasks.ts';
import type { ServiceDeploymentRecord, ServiceRecord } from './state.ts';

/** Whether what the deployment's current step waits for has come. */
export function isStepDone(
  { state }: EcsContext,
  service: ServiceRecord,
  deployment: ServiceDeploymentRecord,
  at: Date,
): boolean {
  const { end } = currentStep(deployment);
  const tasks = sortTasks(state, service);
  switch (end.kind) {
    case 'next-round':
      return true;
    case 'hooks':
      return outcomeOf(hooksOfStep(deployment)) === 'passed';
    case 'target-up':
      return isUp(service, tasks);
    case 'source-replaced':
      return (
        isEarlySuccess(service, deployment, tasks) || (isUp(service, tasks) && tasks.source.length === 0)
      );
    case 'source-gone':
      return isEarlySuccess(service, deployment, tasks) || isAlone(service, tasks);
    case 'minutes':
      return at.getTime() >= (deployment.stepEnteredAt ?? at).getTime() + end.minutes * 60_000;
    default:
      return assertNever(end);
  }
}

/** Every task of the target runs and is healthy. */
export function isUp({ desiredCount }: ServiceRecord, { target }: ServiceTasks): boolean {
  const { healthy, starting, running } = countTasks(target);
  return healthy === desiredCount && starting === 0 && running === healthy;
}

/** The same, and no task of another revision is left. */
export function isAlone(service: ServiceRecord, tasks: ServiceTasks): boolean {
  return isUp(service, tasks) && tasks.source.length === 0 && tasks.leaving.length === 0;
}

/**
 * Whether a rolling deployment counts as done before all of its tasks are up: the scheduler goes on in the background.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentEarlySuccessCriteria.html
 */
function isEarlySuccess(
  { desiredCount }: ServiceRecord,
  deployment: ServiceDeploymentRecord,
  { target, source, leaving }: ServiceTasks,
): boolean {
  const criteria = deployment.deploymentConfiguration?.earlySuccessCriteria;
  if (criteria?.enable !== true || shiftsTraffic(deployment)) return false;
  const wanted = Math.ceil((desiredCount * (criteria.healthyPercent ?? 100)) / 100);
  const isCleanedUp = source.length + leaving.length === 0;
  return (
    countTasks(target).healthy >= wanted &&
    (isCleanedUp || criteria.sourceServiceRevisionCleanup === 'DEFERRED')
  );
}
