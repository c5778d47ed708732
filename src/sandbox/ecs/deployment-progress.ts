import { assertNever } from './assert-never.ts';
import { isThresholdReached } from './circuit-breaker.ts';
import type { EcsContext } from './context.ts';
import { enterStage, enterStatus, isOver } from './deployment-state.ts';
import {
  beginRollback,
  completeDeployment,
  type Deployed,
  type Failure,
  giveUpDeployment,
  STOPPED_BY_USER,
  TASKS_FAILED_TO_START,
} from './rollouts.ts';
import { sentence, withEvent } from './service-events.ts';
import { countTasks, deploymentCounts, sortTasks } from './service-tasks.ts';
import type { ServiceDeploymentRecord, ServiceRecord } from './state.ts';

/** The deployment that the service's PRIMARY belongs to. */
export function primaryDeployment(
  { state }: EcsContext,
  service: ServiceRecord,
): ServiceDeploymentRecord | undefined {
  const arn = service.rollouts[0]?.serviceDeploymentArn;
  return arn === undefined ? undefined : state.serviceDeployments.get(arn);
}

/** The deployment of the service that is not over yet. */
export function deploymentInFlight(
  context: EcsContext,
  service: ServiceRecord,
): ServiceDeploymentRecord | undefined {
  const deployment = primaryDeployment(context, service);
  return deployment === undefined || isOver(deployment.status) ? undefined : deployment;
}

/**
 * Moves a service's deployment on by one step, if there is one to take: begun, failed, turned back or done. True when
 * it moved, so that the next round is due.
 */
export function progressDeployment(context: EcsContext, service: ServiceRecord): boolean {
  const deployment = deploymentInFlight(context, service);
  if (deployment === undefined) return false;
  const deployed: Deployed = { service, deployment };
  const at = context.clock.now();
  switch (deployment.status) {
    case 'PENDING':
      return keep(
        context,
        service,
        enterStage(enterStatus(deployment, 'IN_PROGRESS', at), 'RECONCILE_SERVICE', at),
      );
    case 'ROLLBACK_REQUESTED':
      return keep(context, service, enterStatus(deployment, 'ROLLBACK_IN_PROGRESS', at));
    case 'STOP_REQUESTED':
      return keep(context, service, atItsEnd(context, enterStatus(deployment, 'STOPPED', at)));
    case 'IN_PROGRESS':
      if (isThresholdReached(deployment.circuitBreaker)) return failDeployment(context, deployed);
      return proceed(context, deployed);
    case 'ROLLBACK_IN_PROGRESS': {
      const failedTasks = service.rollouts[0]?.failedTasks ?? 0;
      if (failedTasks < deployment.circuitBreaker.threshold) return proceed(context, deployed);
      return end(context, giveUpDeployment(deployed, 'ROLLBACK_FAILED', TASKS_FAILED_TO_START, at));
    }
    case 'SUCCESSFUL':
    case 'STOPPED':
    case 'ROLLBACK_SUCCESSFUL':
    case 'ROLLBACK_FAILED':
      return false;
    default:
      return assertNever(deployment.status);
  }
}

/** Turns a deployment back to the last completed revision, as StopServiceDeployment and the circuit breaker do. */
export function turnBack(
  context: EcsContext,
  deployed: Deployed,
  failure: Failure,
  revisionArn: string,
): void {
  const rolloutId = `ecs-svc/${context.ids.decimal()}`;
  const at = context.clock.now();
  const { service, deployment } = beginRollback(deployed, failure, { revisionArn, rolloutId, at });
  const told = withEvent(service, sentence.rollingBack(service, rolloutId), at, context.ids);
  keep(context, told, deployment);
}

/** Stops a deployment where it is, as StopServiceDeployment with ABORT does. */
export function abort(context: EcsContext, deployed: Deployed): void {
  const { service, deployment } = giveUpDeployment(
    deployed,
    'STOP_REQUESTED',
    STOPPED_BY_USER,
    context.clock.now(),
  );
  keep(context, service, deployment);
}

/** The deployment with its counts as they are now, for good. */
export function atItsEnd(
  { state }: EcsContext,
  deployment: ServiceDeploymentRecord,
): ServiceDeploymentRecord {
  return { ...deployment, finalCounts: deploymentCounts(state, deployment) };
}

function failDeployment(context: EcsContext, { service, deployment }: Deployed): boolean {
  const at = context.clock.now();
  const failedId = service.rollouts[0]?.id ?? '';
  const told = withEvent(service, sentence.deploymentFailed(service, failedId), at, context.ids);
  const wantsRollback = deployment.deploymentConfiguration?.deploymentCircuitBreaker?.rollback === true;
  if (wantsRollback && service.lastCompletedRevisionArn !== undefined) {
    turnBack(context, { service: told, deployment }, TASKS_FAILED_TO_START, service.lastCompletedRevisionArn);
    return true;
  }
  return end(context, giveUpDeployment({ service: told, deployment }, 'STOPPED', TASKS_FAILED_TO_START, at));
}

/** SCALE_UP until every task of the target is healthy, CLEAN_UP until those of the source are gone, then done. */
function proceed(context: EcsContext, deployed: Deployed): boolean {
  const { service, deployment } = deployed;
  const at = context.clock.now();
  const tasks = sortTasks(context.state, service);
  const target = countTasks(tasks.target);
  const isUp =
    target.healthy === service.desiredCount && target.starting === 0 && target.running === target.healthy;
  if (!isUp || tasks.source.length > 0) return changeStage(context, deployed, 'SCALE_UP');
  if (tasks.leaving.length > 0) return changeStage(context, deployed, 'CLEAN_UP');

  const completed = completeDeployment({ service, deployment: enterStage(deployment, 'CLEAN_UP', at) }, at);
  const primaryId = completed.service.rollouts[0]?.id ?? '';
  const message = sentence.deploymentCompleted(service, primaryId);
  return end(context, { ...completed, service: withEvent(completed.service, message, at, context.ids) });
}

function changeStage(
  context: EcsContext,
  { service, deployment }: Deployed,
  stage: 'SCALE_UP' | 'CLEAN_UP',
): boolean {
  const next = enterStage(deployment, stage, context.clock.now());
  return next === deployment ? false : keep(context, service, next);
}

function end(context: EcsContext, { service, deployment }: Deployed): boolean {
  context.state.services.put(service);
  context.state.serviceDeployments.put(atItsEnd(context, deployment));
  return true;
}

function keep({ state }: EcsContext, service: ServiceRecord, deployment: ServiceDeploymentRecord): boolean {
  state.services.put(service);
  state.serviceDeployments.put(deployment);
  return true;
}
