import type {
  ServiceEvent as EcsEvent,
  ServiceDeployment,
  ServiceRevisionSummary,
} from '@aws-sdk/client-ecs';
import type {
  Deployment,
  FailureGroup,
  Rollout,
  Stage,
  TrafficShare,
} from '../../../../shared/model/deployment.ts';
import type { ServiceEvent } from '../../../../shared/model/service.ts';
import type { Task } from '../../../../shared/model/task.ts';
import { diagnose, withEvidence } from '../../diagnosis/diagnose.ts';
import type { CollectedEvidence } from '../../diagnosis/evidence-reader.ts';
import { mainCause } from '../../diagnosis/main-cause.ts';
import { eventFailures } from '../../task-failures/event-failures.ts';
import { failureGroups } from '../../task-failures/failure-groups.ts';
import { type AlarmStates, alarmsOf } from './alarms.ts';
import { msLeft } from './estimate.ts';
import { hooksOf } from './lifecycle-hooks.ts';
import { stateSentence } from './sentence.ts';
import { isOfTarget, type Movement, readyTasks, taskGroupsOf } from './task-groups.ts';

/** Everything that the looks at a deployment have brought. */
export interface Poll {
  readonly deployment: Deployment;
  /** The same as ECS describes it. */
  readonly current: ServiceDeployment;
  /** Events of the service, as ECS keeps them. */
  readonly events: readonly EcsEvent[];
  /** Tasks that exist, and all that were seen to stop since the watch started. */
  readonly tasks: readonly Task[];
  readonly rolledBackTo?: string;
  /** Why it failed, in a sentence, where that was seen before. */
  readonly knownCause?: string;
  /** Milliseconds that this service's deployments take. */
  readonly expected?: number;
  readonly stage?: Stage;
  readonly alarmStates: AlarmStates;
  readonly evidence: CollectedEvidence;
  /** Now by the clock of AWS. */
  readonly now: Date;
}

/** A deployment at one moment, as a person looks at it. */
export function composeRollout(poll: Poll): Rollout {
  const { deployment, current, expected, evidence, now, stage } = poll;
  const movement = movementOf(deployment, current);
  const tasks = relevantTasks(poll);
  const failures = withEvidence(failuresOf(poll), evidence);
  const hooks = hooksOf(current);
  const known = poll.knownCause === undefined ? {} : { known: poll.knownCause };
  const cause = mainCause({ current, failures, hooks, ...known });
  const events = eventsSince(poll);
  const traffic = trafficOf(current, { old: movement.source ?? 'before', new: movement.target });
  const share = traffic?.find(({ role }) => role === 'new');
  const alarms = alarmsOf(current, poll.alarmStates);
  const breaker = current.deploymentCircuitBreaker;
  const startedAt = current.startedAt ?? current.createdAt;
  const isGoingForward = deployment.outcome === 'in-progress' && current.rollback === undefined;
  // ECS gives a reason for its status at all times, also for one that is as it should be.
  const isFine = isGoingForward && failures.length === 0;
  const sentence = stateSentence({
    deployment,
    ready: readyTasks(movement, tasks, current.targetServiceRevision?.runningTaskCount ?? 0),
    requested: movement.requested,
    ...(cause === undefined || isFine ? {} : { cause: cause.words }),
    ...(poll.rolledBackTo === undefined ? {} : { rolledBackTo: poll.rolledBackTo }),
    ...(share === undefined ? {} : { percent: share.production }),
    waits: hooks.some((hook) => hook.waits),
    ...replacedEarly(current),
  });
  const diagnosis = diagnose({ deployment, current, cause, sentence, failures, hooks, events, evidence });
  return {
    deployment,
    taskGroups: taskGroupsOf(movement, tasks),
    ...(breaker === undefined
      ? {}
      : {
          circuitBreaker: {
            status: breaker.status ?? 'DISABLED',
            failures: breaker.failureCount ?? 0,
            threshold: breaker.threshold ?? 0,
          },
        }),
    failures,
    events,
    sentence,
    strategy: current.deploymentConfiguration?.strategy ?? 'ROLLING',
    ...(stage === undefined ? {} : { stage }),
    ...(traffic === undefined ? {} : { traffic }),
    ...(alarms.length === 0 ? {} : { alarms }),
    ...(hooks.length === 0 ? {} : { hooks }),
    ...(diagnosis === undefined ? {} : { diagnosis }),
    ...(isGoingForward && expected !== undefined && startedAt !== undefined
      ? { estimatedMsLeft: msLeft(expected, startedAt, now, stage?.until) }
      : {}),
  };
}

/** What failed of a deployment: tasks that stopped, and tasks that could not even be made. */
export function failuresOf(
  poll: Pick<Poll, 'deployment' | 'current' | 'tasks' | 'events'>,
): readonly FailureGroup[] {
  const movement = movementOf(poll.deployment, poll.current);
  const ofTarget = relevantTasks(poll).filter((task) => isOfTarget(movement, task));
  const groups = [...failureGroups(ofTarget), ...eventFailures(eventsSince(poll))];
  return groups.toSorted((one, other) => other.times - one.times);
}

/**
 * How many tasks are replaced, where ECS called the deployment successful before all were.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentEarlySuccessCriteria.html
 */
function replacedEarly({
  deploymentConfiguration,
  targetServiceRevision: target,
  sourceServiceRevisions = [],
}: ServiceDeployment): { readonly replacedEarly?: number } {
  if (deploymentConfiguration?.earlySuccessCriteria?.enable !== true) return {};
  const requested = target?.requestedTaskCount ?? 0;
  const old = sourceServiceRevisions.reduce((sum, { runningTaskCount = 0 }) => sum + runningTaskCount, 0);
  const replaced = Math.min(target?.runningTaskCount ?? 0, Math.max(0, requested - old));
  return replaced < requested ? { replacedEarly: replaced } : {};
}

function movementOf(deployment: Deployment, { targetServiceRevision }: ServiceDeployment): Movement {
  const { taskDefinitionArn = '', revision = '', previousRevision, createdAt } = deployment;
  return {
    targetArn: taskDefinitionArn,
    target: revision,
    requested: targetServiceRevision?.requestedTaskCount ?? 0,
    ...(previousRevision === undefined ? {} : { source: previousRevision }),
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

/** Tasks that came after the end belong to what came later. */
function relevantTasks({
  tasks,
  deployment: { finishedAt },
}: Pick<Poll, 'tasks' | 'deployment'>): readonly Task[] {
  return tasks.filter(
    ({ createdAt }) => finishedAt === undefined || createdAt === undefined || createdAt <= finishedAt,
  );
}

/** What the service has said from the beginning of the deployment to its end. */
function eventsSince({ events, current }: Pick<Poll, 'events' | 'current'>): readonly ServiceEvent[] {
  const { createdAt, finishedAt } = current;
  return events.flatMap(({ id, createdAt: at, message }) => {
    if (id === undefined || at === undefined || message === undefined) return [];
    const isTooEarly = createdAt !== undefined && at < createdAt;
    const isTooLate = finishedAt !== undefined && at > finishedAt;
    return isTooEarly || isTooLate ? [] : [{ id, at: at.toISOString(), message }];
  });
}

/** The latest moment that AWS has told of in one poll: its clock stands there or later. */
export function latestInstant({ current, events }: Pick<Poll, 'current' | 'events'>): Date | undefined {
  const times = [
    current.updatedAt,
    current.createdAt,
    current.startedAt,
    current.finishedAt,
    ...events.map(({ createdAt }) => createdAt),
  ].flatMap((time) => time?.getTime() ?? []);
  return times.length === 0 ? undefined : new Date(Math.max(...times));
}

/**
 * How the traffic is shared between what goes and what comes; undefined for a deployment that shifts none. `names`:
 * family and number of each side.
 */
function trafficOf(
  { sourceServiceRevisions = [], targetServiceRevision }: ServiceDeployment,
  names: { readonly old: string; readonly new: string },
): readonly TrafficShare[] | undefined {
  if (targetServiceRevision?.requestedProductionTrafficWeight === undefined) return undefined;
  const comes: TrafficShare = { role: 'new', revision: names.new, ...weightsOf([targetServiceRevision]) };
  if (sourceServiceRevisions.length === 0) return [comes];
  return [{ role: 'old', revision: names.old, ...weightsOf(sourceServiceRevisions) }, comes];
}

function weightsOf(revisions: readonly ServiceRevisionSummary[]): Pick<TrafficShare, 'production' | 'test'> {
  const sum = (weights: readonly (number | undefined)[]): number =>
    weights.reduce<number>((total, weight) => total + (weight ?? 0), 0);
  return {
    production: sum(revisions.map((each) => each.requestedProductionTrafficWeight)),
    test: sum(revisions.map((each) => each.requestedTestTrafficWeight)),
  };
}
