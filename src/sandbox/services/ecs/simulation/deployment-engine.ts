import type { DeploymentLifecycleHookAction, TaskStopCode } from '@aws-sdk/client-ecs';
import type { ScheduledEvent } from '../../../core/clock.ts';
import { lastPart, serviceDeploymentArn, serviceRevisionArn } from './arns.ts';
import { failureThreshold } from './circuit-breaker.ts';
import { resolveContainerImages } from './container-images.ts';
import { factsOf } from './container-instances.ts';
import { type EcsContext, secondsAfter } from './context.ts';
import { HOOK_ROLLED_BACK, STOPPED_BY_USER } from './deployment-failures.ts';
import { answerHook } from './deployment-hooks.ts';
import {
  abort,
  atItsEnd,
  deploymentInFlight,
  failDeployment,
  progressDeployment,
  turnBack,
} from './deployment-progress.ts';
import { isMember } from './placement-constraints.ts';
import { resolveTargetGroups } from './revision-routing.ts';
import { beginDeployment, supersede } from './rollouts.ts';
import { sentence, withEvent } from './service-events.ts';
import { announceSteadyState, dropEmptyRollouts, scaleService, stopTasks } from './service-scaling.ts';
import { constraintsOf } from './service-task-order.ts';
import { sortTasks } from './service-tasks.ts';
import type { ServiceDeploymentRecord, ServiceRecord, ServiceRevisionRecord, TaskRecord } from './state.ts';
import { recordFailure, recordHealthyTask, recordStart } from './task-changes.ts';
import { newTask, type TaskOrder } from './task-factory.ts';
import { writeTaskLogs } from './task-logs.ts';
import { createTaskRunner, type TaskNews } from './task-runner.ts';
import { scaleTaskSets } from './task-set-scaling.ts';
import { hasTaskSets } from './task-sets.ts';
import { isMeantToRun } from './task-transitions.ts';

/** What a service revision is made from, besides its ids and the digests of its images. */
export type RevisionContent = Omit<
  ServiceRevisionRecord,
  | 'serviceRevisionArn'
  | 'serviceArn'
  | 'clusterArn'
  | 'containerImages'
  | 'createdAt'
  | 'resolvedConfiguration'
>;

/** The effects of the simulated ECS: it moves services, deployments and tasks on as the clock goes. */
export interface DeploymentEngine {
  /** Starts a deployment of `content`; one that is still in progress is stopped for it. */
  deploy(service: ServiceRecord, content: RevisionContent): void;
  /** Changes how many tasks a service is to have, without a deployment. */
  scale(service: ServiceRecord, desiredCount: number): void;
  /** Turns a deployment in progress back to `revisionArn`. */
  rollBack(service: ServiceRecord, deployment: ServiceDeploymentRecord, revisionArn: string): void;
  /** Answers a paused hook of a deployment. */
  answerHook(
    service: ServiceRecord,
    deployment: ServiceDeploymentRecord,
    hookId: string,
    action: DeploymentLifecycleHookAction,
  ): void;
  /** Stops a deployment in progress where it is. */
  abort(service: ServiceRecord, deployment: ServiceDeploymentRecord): void;
  /** Has a service looked at soon: its task sets, or the room that it has, are not what they were. */
  look(serviceArn: string): void;
  /** Stops all tasks of a service; it is INACTIVE once they are gone. */
  drain(service: ServiceRecord): void;
  /** Starts a task that belongs to no service. */
  startTask(order: TaskOrder): TaskRecord;
  stopTask(taskArn: string, stopCode: TaskStopCode, stoppedReason: string): void;
  /** Takes up a task that exists already. */
  adoptTask(record: TaskRecord): void;
  /** Continues with all that was in progress when the sandbox ended. */
  resume(endedAt: Date): void;
}

/** When a service is looked at next. */
interface Round {
  readonly at: Date;
  readonly event: ScheduledEvent;
}

/** How long the scheduler waits before it looks at a service again that something happened to. */
const ROUND_SECONDS = 4;
/** How soon the scheduler looks for room again where it found none. */
const PLACEMENT_RETRY_SECONDS = 30;
/** From so many failures in a row on, ECS slows down starting tasks that no circuit breaker watches. */
const FAILURES_BEFORE_THROTTLING = 6;
const THROTTLED_ROUND_SECONDS = 60;

export function createDeploymentEngine(context: EcsContext): DeploymentEngine {
  const { state, clock, ids } = context;
  const rounds = new Map<string, Round>();
  const runner = createTaskRunner(context, onTaskNews);

  /** Each service has one round ahead at most, and none while nothing happens to it. */
  function requestRound(serviceArn: string): void {
    const seconds = isThrottled(state.services.get(serviceArn)) ? THROTTLED_ROUND_SECONDS : ROUND_SECONDS;
    requestRoundAt(serviceArn, secondsAfter(clock.now(), seconds));
  }

  /** An earlier round that is ahead already asks for a later one itself. */
  function requestRoundAt(serviceArn: string, at: Date): void {
    const ahead = rounds.get(serviceArn);
    if (ahead !== undefined && ahead.at <= at) return;
    ahead?.event.cancel();
    rounds.set(serviceArn, { at, event: clock.schedule(at, () => runRound(serviceArn)) });
  }

  function runRound(serviceArn: string): void {
    rounds.delete(serviceArn);
    const current = (): ServiceRecord | undefined => state.services.get(serviceArn);
    const service = current();
    if (service === undefined || service.status === 'INACTIVE') return;
    if (service.status === 'DRAINING') {
      finishDraining(service);
      return;
    }
    const progress = progressDeployment(context, fitToInstances(context, service));
    if (progress.kind === 'moved') requestRound(serviceArn);
    else if (progress.until !== undefined) requestRoundAt(serviceArn, progress.until);
    withService(current(), scale);
    withService(current(), (each) => dropEmptyRollouts(context, each));
    withService(current(), (each) => announceSteadyState(context, each));
  }

  function scale(service: ServiceRecord): void {
    const room = hasTaskSets(service)
      ? scaleTaskSets(context, runner, service)
      : scaleService(context, runner, service);
    if (room === 'lacking') requestRoundAt(service.arn, secondsAfter(clock.now(), PLACEMENT_RETRY_SECONDS));
  }

  function onTaskNews(record: TaskRecord, news: TaskNews): void {
    const service = record.serviceArn === undefined ? undefined : state.services.get(record.serviceArn);
    if (service === undefined) return;
    if (news === 'failed' && record.task.stopCode !== 'SpotInterruption') {
      recordFailure(context, service, record);
      withService(state.services.get(service.arn), warnAboutFailures);
    }
    if (news === 'healthy') recordHealthyTask(context, service, record);
    if (news === 'started') recordStart(context, service, record);
    requestRound(service.arn);
  }

  function warnAboutFailures(service: ServiceRecord): void {
    if (service.rollouts[0]?.failedTasks !== FAILURES_BEFORE_THROTTLING || !isThrottled(service)) return;
    state.services.put(withEvent(service, sentence.cannotStartConsistently(service), clock.now(), ids));
  }

  function isThrottled(service: ServiceRecord | undefined): boolean {
    const [primary] = service?.rollouts ?? [];
    if (service === undefined || primary === undefined) return false;
    const isWatched = deploymentInFlight(context, service)?.circuitBreaker.status === 'MONITORING';
    return !isWatched && primary.failedTasks >= FAILURES_BEFORE_THROTTLING;
  }

  function finishDraining(service: ServiceRecord): void {
    const tasks = sortTasks(state, service);
    if (tasks.target.length + tasks.source.length + tasks.leaving.length > 0) return;
    for (const { taskSet } of state.taskSets.inGroup(service.arn)) state.taskSets.delete(taskSet.taskSetArn);
    state.services.put({ ...service, status: 'INACTIVE', rollouts: [] });
  }

  /** Ends the deployment in progress, if there is one, for the sake of `newer`. */
  function endInFlight(service: ServiceRecord, newer: string): void {
    const deployment = deploymentInFlight(context, service);
    if (deployment === undefined) return;
    state.serviceDeployments.put(atItsEnd(context, supersede(deployment, newer, clock.now())));
  }

  return {
    deploy(service, content) {
      const arn = serviceDeploymentArn(service.arn, ids.token());
      const rolloutId = `ecs-svc/${ids.decimal()}`;
      const revision = newRevision(context, service, content);
      const sources = service.rollouts.map(({ revisionArn }) => revisionArn);
      endInFlight(service, `the newer deployment ${lastPart(arn)}`);
      const { service: deployed, deployment } = beginDeployment(service, {
        arn,
        rolloutId,
        revision,
        sourceRevisionArns: sources.filter((each) => hasTasks(context, service.arn, each)),
        at: clock.now(),
      });
      state.serviceRevisions.put(revision);
      state.serviceDeployments.put(deployment);
      state.services.put(deployed);
      requestRound(service.arn);
    },

    scale(service, desiredCount) {
      state.services.put({ ...service, desiredCount, isSteady: false });
      const deployment = deploymentInFlight(context, service);
      if (deployment !== undefined) {
        const threshold = failureThreshold(desiredCount, deployment.deploymentConfiguration);
        const circuitBreaker = { ...deployment.circuitBreaker, threshold };
        state.serviceDeployments.put({ ...deployment, circuitBreaker });
      }
      requestRound(service.arn);
    },

    rollBack(service, deployment, revisionArn) {
      turnBack(context, { service, deployment }, STOPPED_BY_USER, revisionArn);
      requestRound(service.arn);
    },

    answerHook(service, deployment, hookId, action) {
      const answered = { ...deployment, hooks: answerHook(deployment.hooks, hookId, action) };
      if (action === 'CONTINUE') state.serviceDeployments.put(answered);
      else failDeployment(context, { service, deployment: answered }, HOOK_ROLLED_BACK);
      requestRound(service.arn);
    },

    abort(service, deployment) {
      abort(context, { service, deployment });
      requestRound(service.arn);
    },

    look: requestRound,

    drain(service) {
      endInFlight(service, 'the deletion of the service');
      const draining: ServiceRecord = { ...service, status: 'DRAINING', desiredCount: 0 };
      state.services.put(draining);
      const { target, source } = sortTasks(state, draining);
      stopTasks(context, runner, draining, [...target, ...source]);
      requestRound(service.arn);
    },

    startTask(order) {
      const record = newTask(context, order);
      runner.run(record);
      return record;
    },

    stopTask(taskArn, stopCode, stoppedReason) {
      const before = state.tasks.get(taskArn);
      runner.stop(taskArn, { stopCode, stoppedReason });
      if (before === undefined || stopCode !== 'UserInitiated' || !hasFailedBeforeStart(before)) return;
      withService(state.services.get(before.serviceArn ?? ''), (service) =>
        recordFailure(context, service, before),
      );
    },

    adoptTask(record) {
      runner.run(record);
      writeTaskLogs(context, record, { kind: 'healthy' });
    },

    resume(endedAt) {
      for (const record of state.tasks.all()) {
        if (record.nextAt !== undefined) runner.run(record);
        const { serviceArn, protectedUntil } = record;
        if (serviceArn !== undefined && protectedUntil !== undefined)
          requestRoundAt(serviceArn, protectedUntil);
      }
      for (const service of state.services.all()) {
        const isIdle = service.status === 'INACTIVE' || (service.status === 'ACTIVE' && service.isSteady);
        if (!isIdle) requestRoundAt(service.arn, secondsAfter(endedAt, ROUND_SECONDS));
      }
    },
  };
}

function newRevision(
  context: EcsContext,
  service: ServiceRecord,
  content: RevisionContent,
): ServiceRevisionRecord {
  const record = context.state.taskDefinitions.get(content.taskDefinition);
  const before = context.state.serviceRevisions.get(service.lastCompletedRevisionArn ?? '');
  const resolvedConfiguration = resolveTargetGroups(content.loadBalancers, before);
  return {
    ...content,
    ...(resolvedConfiguration === undefined ? {} : { resolvedConfiguration }),
    serviceRevisionArn: serviceRevisionArn(service.arn, context.ids.decimal()),
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    containerImages: record === undefined ? [] : resolveContainerImages(context, record.definition),
    createdAt: context.clock.now(),
  };
}

function hasTasks({ state }: EcsContext, serviceArn: string, revisionArn: string): boolean {
  for (const record of state.tasks.inGroup(serviceArn)) {
    if (record.revisionArn === revisionArn && isMeantToRun(record)) return true;
  }
  return false;
}

/**
 * A task that does not reach RUNNING counts as failed, whoever stopped it.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html (failedTasks)
 */
function hasFailedBeforeStart(record: TaskRecord): boolean {
  return isMeantToRun(record) && record.task.startedAt === undefined;
}

function withService(service: ServiceRecord | undefined, act: (service: ServiceRecord) => void): void {
  if (service !== undefined) act(service);
}

/** A DAEMON wants one task on each active instance that its constraints allow. Other services stay as they are. */
function fitToInstances(context: EcsContext, service: ServiceRecord): ServiceRecord {
  const { state } = context;
  if (service.settings.schedulingStrategy !== 'DAEMON') return service;
  const revision = state.serviceRevisions.get(service.rollouts[0]?.revisionArn ?? '');
  const definition = state.taskDefinitions.get(revision?.taskDefinition ?? '')?.definition;
  if (definition === undefined) return service;
  const constraints = constraintsOf(service.settings, definition);
  const instances = [...state.containerInstances.inGroup(service.clusterArn)].filter(
    (record) => record.instance.status === 'ACTIVE' && isMember(constraints, factsOf(context, record)),
  );
  if (instances.length === service.desiredCount) return service;
  const fitted: ServiceRecord = { ...service, desiredCount: instances.length, isSteady: false };
  state.services.put(fitted);
  return fitted;
}
