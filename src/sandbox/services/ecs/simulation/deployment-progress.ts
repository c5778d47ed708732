import { assertNever } from './assert-never.ts';
import { isThresholdReached } from './circuit-breaker.ts';
import type { EcsContext } from './context.ts';
import { ignoreAlarmsInAlarm, triggeredAlarms, withTriggeredAlarms } from './deployment-alarms.ts';
import {
  ALARMS_DETECTED,
  type Failure,
  HOOK_FAILED,
  STOPPED_BY_USER,
  TASKS_FAILED_TO_START,
} from './deployment-failures.ts';
import { hookAt, nextOfHooks, outcomeOf, startHooks } from './deployment-hooks.ts';
import { enterStage, enterStatus, isOver } from './deployment-state.ts';
import { currentStep, shiftsTraffic, stepsOf } from './deployment-steps.ts';
import type { HookRun } from './hook-run.ts';
import type { IdSource } from './ids.ts';
import { beginRollback, completeDeployment, type Deployed, giveUpDeployment } from './rollouts.ts';
import { sentence, withEvent } from './service-events.ts';
import { countTasks, deploymentCounts, type ServiceTasks, sortTasks } from './service-tasks.ts';
import type { ServiceDeploymentRecord, ServiceRecord } from './state.ts';

/** What a round did: the deployment moved and the next round is due, or it waits, perhaps until some time. */
export type Progress =
  | { readonly kind: 'moved' }
  | { readonly kind: 'waits'; readonly until: Date | undefined };

const MOVED: Progress = { kind: 'moved' };
const IDLE: Progress = { kind: 'waits', until: undefined };

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

/** Moves a service's deployment on by one step, if there is one to take: started, failed, turned back or done. */
export function progressDeployment(context: EcsContext, service: ServiceRecord): Progress {
  const deployment = deploymentInFlight(context, service);
  if (deployment === undefined) return IDLE;
  const deployed: Deployed = { service, deployment };
  const at = context.clock.now();
  switch (deployment.status) {
    case 'PENDING': {
      const begun = ignoreAlarmsInAlarm(context, enterStatus(deployment, 'IN_PROGRESS', at));
      return keep(context, service, enterStep(begun, 0, context.ids, at));
    }
    case 'IN_PROGRESS': {
      const failure = failureOf(context, deployment);
      if (failure !== undefined) return failDeployment(context, deployed, failure);
      return goForward(context, deployed);
    }
    case 'ROLLBACK_REQUESTED':
      return keep(context, service, enterStatus(deployment, 'ROLLBACK_IN_PROGRESS', at));
    case 'ROLLBACK_IN_PROGRESS':
      return goBack(context, deployed);
    case 'STOP_REQUESTED':
      return keep(context, service, atItsEnd(context, enterStatus(deployment, 'STOPPED', at)));
    case 'SUCCESSFUL':
    case 'STOPPED':
    case 'ROLLBACK_SUCCESSFUL':
    case 'ROLLBACK_FAILED':
      return IDLE;
    default:
      return assertNever(deployment.status);
  }
}

/**
 * Ends a deployment that must not continue: turned back to the last completed revision when there is one and its
 * configuration wants that, given up otherwise.
 */
export function failDeployment(
  context: EcsContext,
  { service, deployment }: Deployed,
  failure: Failure,
): Progress {
  const at = context.clock.now();
  const failedId = service.rollouts[0]?.id ?? '';
  const told = withEvent(
    service,
    sentence.deploymentFailed(service, failedId, failure.event),
    at,
    context.ids,
  );
  const failed: Deployed = {
    service: told,
    deployment: withTriggeredAlarms(deployment, triggeredAlarms(context, deployment)),
  };
  const { lastCompletedRevisionArn: before } = service;
  if (before !== undefined && wantsRollback(deployment, failure)) {
    turnBack(context, failed, failure, before);
    return MOVED;
  }
  return end(context, giveUpDeployment(failed, 'STOPPED', failure, at));
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

/** The deployment with its counts as they are now, permanently. */
export function atItsEnd(
  { state }: EcsContext,
  deployment: ServiceDeploymentRecord,
): ServiceDeploymentRecord {
  return { ...deployment, finalCounts: deploymentCounts(state, deployment) };
}

function failureOf(context: EcsContext, deployment: ServiceDeploymentRecord): Failure | undefined {
  if (isThresholdReached(deployment.circuitBreaker)) return TASKS_FAILED_TO_START;
  return triggeredAlarms(context, deployment).length > 0 ? ALARMS_DETECTED : undefined;
}

function wantsRollback({ deploymentConfiguration }: ServiceDeploymentRecord, { seenBy }: Failure): boolean {
  switch (seenBy) {
    case 'circuit-breaker':
      return deploymentConfiguration?.deploymentCircuitBreaker?.rollback === true;
    case 'alarms':
      return deploymentConfiguration?.alarms?.rollback === true;
    case 'hook':
    case 'caller':
      return true;
    default:
      return assertNever(seenBy);
  }
}

/** The step that the deployment is in, until it is done; then the next one; after the last one it is complete. */
function goForward(context: EcsContext, { service, deployment }: Deployed): Progress {
  const at = context.clock.now();
  const current = { ...deployment, hooks: deployment.hooks.map((run) => hookAt(run, at)) };
  if (outcomeOf(hooksOfStep(current)) === 'failed') {
    return failDeployment(context, { service, deployment: current }, HOOK_FAILED);
  }
  if (!isStepDone(context, service, current, at)) {
    keep(context, service, current);
    return { kind: 'waits', until: nextPoll(current, at) };
  }
  const next = stepAfter(current);
  if (next === undefined) return complete(context, { service, deployment: current });
  return keep(context, service, enterStep(current, next, context.ids, at));
}

/** The rollback: SCALE_UP until every task is healthy, CLEAN_UP until the others are gone, then done. */
function goBack(context: EcsContext, deployed: Deployed): Progress {
  const { service, deployment } = deployed;
  const at = context.clock.now();
  const failedTasks = service.rollouts[0]?.failedTasks ?? 0;
  if (failedTasks >= deployment.circuitBreaker.threshold) {
    return end(context, giveUpDeployment(deployed, 'ROLLBACK_FAILED', TASKS_FAILED_TO_START, at));
  }
  const tasks = sortTasks(context.state, service);
  if (isAlone(service, tasks)) {
    return complete(context, { service, deployment: enterStage(deployment, 'CLEAN_UP', at) });
  }
  const isReplaced = isUp(service, tasks) && tasks.source.length === 0;
  const next = enterStage(deployment, isReplaced ? 'CLEAN_UP' : 'SCALE_UP', at);
  return next === deployment ? IDLE : keep(context, service, next);
}

function complete(context: EcsContext, deployed: Deployed): Progress {
  const at = context.clock.now();
  const completed = completeDeployment(deployed, at);
  const primaryId = completed.service.rollouts[0]?.id ?? '';
  const message = sentence.deploymentCompleted(deployed.service, primaryId);
  return end(context, { ...completed, service: withEvent(completed.service, message, at, context.ids) });
}

function end(context: EcsContext, { service, deployment }: Deployed): Progress {
  context.state.services.put(service);
  context.state.serviceDeployments.put(atItsEnd(context, deployment));
  return MOVED;
}

function keep({ state }: EcsContext, service: ServiceRecord, deployment: ServiceDeploymentRecord): Progress {
  state.services.put(service);
  state.serviceDeployments.put(deployment);
  return MOVED;
}

/** Whether what the deployment's current step waits for has come. */
function isStepDone(
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
function isUp({ desiredCount }: ServiceRecord, { target }: ServiceTasks): boolean {
  const { healthy, starting, running } = countTasks(target);
  return healthy === desiredCount && starting === 0 && running === healthy;
}

/** The same, and no task of another revision is left. */
function isAlone(service: ServiceRecord, tasks: ServiceTasks): boolean {
  return isUp(service, tasks) && tasks.source.length === 0 && tasks.leaving.length === 0;
}

/**
 * Whether a rolling deployment counts as done before all of its tasks are up: the scheduler continues in the
 * background.
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

/** How often ECS looks at the alarms of a deployment. */
const ALARM_CHECK_SECONDS = 10;

/** The deployment at the beginning of one of its steps, with the hooks of that step started. */
function enterStep(
  deployment: ServiceDeploymentRecord,
  step: number,
  ids: IdSource,
  at: Date,
): ServiceDeploymentRecord {
  const stepTimes = [...(deployment.stepTimes ?? []), at];
  const entered = { ...deployment, step, stepEnteredAt: at, stepTimes };
  const { stage, end } = currentStep(entered);
  const started = end.kind === 'hooks' ? startHooks(entered, end.stage, ids, at) : [];
  return enterStage({ ...entered, hooks: [...deployment.hooks, ...started] }, stage, at);
}

/** The number of the step that follows; undefined after the last one. */
function stepAfter(deployment: ServiceDeploymentRecord): number | undefined {
  const next = deployment.step + 1;
  return next < stepsOf(deployment).length ? next : undefined;
}

function hooksOfStep({ hooks, step }: ServiceDeploymentRecord): readonly HookRun[] {
  return hooks.filter((run) => run.step === step);
}

/** When a waiting deployment must be looked at again though none of its tasks has changed. */
function nextPoll(deployment: ServiceDeploymentRecord, at: Date): Date | undefined {
  const { end } = currentStep(deployment);
  const times = [
    nextOfHooks(hooksOfStep(deployment))?.getTime(),
    end.kind === 'minutes' ? (deployment.stepEnteredAt ?? at).getTime() + end.minutes * 60_000 : undefined,
    deployment.alarms.status === 'MONITORING' ? at.getTime() + ALARM_CHECK_SECONDS * 1000 : undefined,
  ].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}
