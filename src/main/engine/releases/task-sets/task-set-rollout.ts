import type { Service } from '@aws-sdk/client-ecs';
import type {
  Deployment,
  FailureGroup,
  Rollout,
  RolloutTaskGroup,
} from '../../../../shared/model/deployment.ts';
import type { JournalEntry } from '../../../../shared/model/journal.ts';
import type { ServiceEvent } from '../../../../shared/model/service.ts';
import type { Task } from '../../../../shared/model/task.ts';
import { lastPartOf, revisionNameOf } from '../../aws/arns.ts';
import { diagnose, withEvidence } from '../../diagnosis/diagnose.ts';
import type { CollectedEvidence } from '../../diagnosis/evidence-reader.ts';
import { mainCause } from '../../diagnosis/main-cause.ts';
import { primarySetOf, type ServiceTaskSet, taskSetId } from '../../ecs/service-task-sets.ts';
import { eventFailures } from '../../task-failures/event-failures.ts';
import { failureGroups } from '../../task-failures/failure-groups.ts';
import { taskGroupsOf } from '../watch/task-groups.ts';
import type { ReleaseProgress, ReleaseState } from './release-state.ts';
import { outcomeOf, sentenceOf, stageNameOf, type Told } from './release-state-label.ts';

/** Everything that the looks at a release with task sets have brought. */
export interface TaskSetPoll {
  readonly progress: ReleaseProgress;
  readonly state: ReleaseState;
  /** Whether the standing is believed to be the end. */
  readonly isOver: boolean;
  readonly service: Service | undefined;
  /** The set that comes, as it was seen last. */
  readonly target: ServiceTaskSet | undefined;
  /** The change that brings it, if it was made here. */
  readonly entry: JournalEntry | undefined;
  /** Tasks that exist, and all that were seen to stop since the watch started. */
  readonly tasks: readonly Task[];
  readonly evidence: CollectedEvidence;
  readonly now: Date;
}

/** How a release of this kind is told where ECS would name its strategy. */
export const TASK_SETS_STRATEGY = 'TASK_SETS';

/** A release with task sets at one moment, as a person looks at it: the shape of any rollout. */
export function taskSetRollout(poll: TaskSetPoll): Rollout {
  const { state } = poll;
  const failures = withEvidence(failuresOf(poll), poll.evidence);
  const cause = state.kind === 'done' ? undefined : mainCause({ current: {}, failures, hooks: [] });
  const told: Told = { ...poll, revision: revisionOf(poll), cause: cause?.words };
  const deployment = deploymentOf(poll, told);
  const sentence = sentenceOf(told);
  const events = eventsSince(poll);
  const diagnosis = diagnose({
    deployment,
    current: {},
    cause,
    sentence,
    failures,
    hooks: [],
    events,
    evidence: poll.evidence,
  });
  return {
    deployment,
    taskGroups: taskGroupsWithPrimary(poll, deployment),
    failures,
    events,
    sentence,
    strategy: TASK_SETS_STRATEGY,
    ...(deployment.stage === undefined ? {} : { stage: { name: deployment.stage } }),
    ...(diagnosis === undefined ? {} : { diagnosis }),
  };
}

/** What failed of the set that comes: tasks that stopped, and tasks that could not even be made. */
export function failuresOf(
  poll: Pick<TaskSetPoll, 'progress' | 'tasks' | 'service' | 'target' | 'entry'>,
): readonly FailureGroup[] {
  const id = taskSetId(poll.progress.target);
  const groups = [
    ...failureGroups(poll.tasks.filter(({ startedBy }) => startedBy === id)),
    ...eventFailures(eventsSince(poll)),
  ];
  return groups.toSorted((one, other) => other.times - one.times);
}

function revisionOf({ target, entry }: Pick<TaskSetPoll, 'target' | 'entry'>): string {
  const arn = target?.taskDefinition ?? entry?.taskDefinitionArn;
  return arn === undefined ? 'the new revision' : revisionNameOf(arn);
}

function deploymentOf(poll: TaskSetPoll, told: Told): Deployment {
  const { progress, target, entry, service, now } = poll;
  const outcome = outcomeOf(told);
  const stage = stageNameOf(told);
  const taskDefinitionArn = target?.taskDefinition ?? entry?.taskDefinitionArn;
  const createdAt = beganAt(poll);
  const before = entry?.base ?? primaryBeside(service, progress.target)?.taskDefinition;
  const isGone = poll.state.kind === 'missing';
  return {
    arn: progress.target,
    id: lastPartOf(progress.target),
    status: isGone ? 'MISSING' : (target?.status ?? 'UNKNOWN'),
    outcome,
    ...(stage === undefined ? {} : { stage }),
    ...(createdAt === undefined
      ? {}
      : { createdAt: createdAt.toISOString(), startedAt: createdAt.toISOString() }),
    ...(outcome === 'in-progress' ? {} : { finishedAt: now.toISOString() }),
    ...(outcome === 'in-progress' || createdAt === undefined
      ? {}
      : { durationMs: Math.max(0, now.getTime() - createdAt.getTime()) }),
    ...(taskDefinitionArn === undefined
      ? {}
      : { taskDefinitionArn, revision: revisionNameOf(taskDefinitionArn) }),
    ...(before === undefined ? {} : { previousRevision: revisionNameOf(before) }),
    images: [],
    isRollbackTarget: false,
    ...(entry?.why === undefined ? {} : { why: entry.why }),
    ...(entry?.callerIdentity === undefined ? {} : { callerIdentity: entry.callerIdentity }),
  };
}

/** A set that was made primary again is older than the release that does so. */
function beganAt({ target, entry }: Pick<TaskSetPoll, 'target' | 'entry'>): Date | undefined {
  const created = target?.createdAt;
  if (entry === undefined) return created;
  const asked = new Date(entry.at);
  return created === undefined || created < asked ? asked : created;
}

function primaryBeside(service: Service | undefined, target: string): ServiceTaskSet | undefined {
  const primary = service === undefined ? undefined : primarySetOf(service);
  return primary?.taskSetArn === target ? undefined : primary;
}

/** The rows of both sets, each saying which of them is the primary one. */
function taskGroupsWithPrimary(poll: TaskSetPoll, deployment: Deployment): readonly RolloutTaskGroup[] {
  const { progress, service, target, state } = poll;
  const { revision = revisionOf(poll), taskDefinitionArn = '', previousRevision } = deployment;
  const taskGroups = taskGroupsOf(
    {
      targetArn: taskDefinitionArn,
      target: revision,
      requested: state.kind === 'missing' ? 0 : (target?.computedDesiredCount ?? 0),
      startedBy: taskSetId(progress.target),
      ...(previousRevision === undefined ? {} : { source: previousRevision }),
    },
    poll.tasks,
  );
  const primary = service === undefined ? undefined : primarySetOf(service);
  if (primary === undefined) return taskGroups;
  const role = primary.taskSetArn === progress.target ? 'new' : 'old';
  return taskGroups.map((taskGroup) =>
    taskGroup.role === role ? { ...taskGroup, summary: `${taskGroup.summary} · primary` } : taskGroup,
  );
}

/** What the service has said since the release started. */
function eventsSince({
  service,
  target,
  entry,
}: Pick<TaskSetPoll, 'service' | 'target' | 'entry'>): readonly ServiceEvent[] {
  const since = target?.createdAt ?? (entry === undefined ? undefined : new Date(entry.at));
  return (service?.events ?? []).flatMap(({ id, createdAt: at, message }) => {
    if (id === undefined || at === undefined || message === undefined) return [];
    return since !== undefined && at < since ? [] : [{ id, at: at.toISOString(), message }];
  });
}
