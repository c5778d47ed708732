import type { Service } from '@aws-sdk/client-ecs';
import type { Deployment, FailureGroup, Rollout, RolloutLane } from '../../../../shared/model/deployment.ts';
import type { JournalEntry } from '../../../../shared/model/journal.ts';
import type { ServiceEvent } from '../../../../shared/model/service.ts';
import type { Task } from '../../../../shared/model/task.ts';
import { lastPartOf, revisionNameOf } from '../../aws/arns.ts';
import { diagnose, withEvidence } from '../../diagnosis/diagnose.ts';
import { eventFailures } from '../../diagnosis/event-failures.ts';
import type { CollectedEvidence } from '../../diagnosis/evidence-reader.ts';
import { failureGroups } from '../../diagnosis/failure-groups.ts';
import { mainCause } from '../../diagnosis/main-cause.ts';
import { primarySetOf, type ServiceTaskSet, taskSetId } from '../../ecs/service-task-sets.ts';
import { lanesOf } from '../watch/task-groups.ts';
import type { Course, Standing } from './release-state.ts';
import { outcomeOf, sentenceOf, stageNameOf, type Told } from './release-state-label.ts';

/** Everything that the looks at a release through task sets have brought. */
export interface TaskSetLook {
  readonly course: Course;
  readonly standing: Standing;
  /** Whether the standing is believed to be the end. */
  readonly isOver: boolean;
  readonly service: Service | undefined;
  /** The set that comes, as it was seen last. */
  readonly target: ServiceTaskSet | undefined;
  /** The change that brings it, if it was made here. */
  readonly entry: JournalEntry | undefined;
  /** Tasks that are there, and all that were seen to stop since the watch began. */
  readonly tasks: readonly Task[];
  readonly evidence: CollectedEvidence;
  readonly now: Date;
}

/** How a release of this kind is told where ECS would name its strategy. */
export const TASK_SETS_STRATEGY = 'TASK_SETS';

/** A release through task sets at one moment, as a person looks at it: the shape of any rollout. */
export function taskSetRollout(look: TaskSetLook): Rollout {
  const { standing } = look;
  const failures = withEvidence(failuresOf(look), look.evidence);
  const cause = standing.kind === 'done' ? undefined : mainCause({ current: {}, failures, hooks: [] });
  const told: Told = { ...look, revision: revisionOf(look), cause: cause?.words };
  const deployment = deploymentOf(look, told);
  const sentence = sentenceOf(told);
  const events = eventsSince(look);
  const diagnosis = diagnose({
    deployment,
    current: {},
    cause,
    sentence,
    failures,
    hooks: [],
    events,
    evidence: look.evidence,
  });
  return {
    deployment,
    lanes: lanesWithPrimary(look, deployment),
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
  look: Pick<TaskSetLook, 'course' | 'tasks' | 'service' | 'target' | 'entry'>,
): readonly FailureGroup[] {
  const id = taskSetId(look.course.target);
  const groups = [
    ...failureGroups(look.tasks.filter(({ startedBy }) => startedBy === id)),
    ...eventFailures(eventsSince(look)),
  ];
  return groups.toSorted((one, other) => other.times - one.times);
}

function revisionOf({ target, entry }: Pick<TaskSetLook, 'target' | 'entry'>): string {
  const arn = target?.taskDefinition ?? entry?.taskDefinitionArn;
  return arn === undefined ? 'the new revision' : revisionNameOf(arn);
}

function deploymentOf(look: TaskSetLook, told: Told): Deployment {
  const { course, target, entry, service, now } = look;
  const outcome = outcomeOf(told);
  const stage = stageNameOf(told);
  const taskDefinitionArn = target?.taskDefinition ?? entry?.taskDefinitionArn;
  const createdAt = beganAt(look);
  const before = entry?.basis ?? primaryBeside(service, course.target)?.taskDefinition;
  const isGone = look.standing.kind === 'missing';
  return {
    arn: course.target,
    id: lastPartOf(course.target),
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
    ...(entry?.who === undefined ? {} : { who: entry.who }),
  };
}

/** A set that was taken up again is older than the release that does so. */
function beganAt({ target, entry }: Pick<TaskSetLook, 'target' | 'entry'>): Date | undefined {
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
function lanesWithPrimary(look: TaskSetLook, deployment: Deployment): readonly RolloutLane[] {
  const { course, service, target, standing } = look;
  const { revision = revisionOf(look), taskDefinitionArn = '', previousRevision } = deployment;
  const lanes = lanesOf(
    {
      targetArn: taskDefinitionArn,
      target: revision,
      requested: standing.kind === 'missing' ? 0 : (target?.computedDesiredCount ?? 0),
      startedBy: taskSetId(course.target),
      ...(previousRevision === undefined ? {} : { source: previousRevision }),
    },
    look.tasks,
  );
  const primary = service === undefined ? undefined : primarySetOf(service);
  if (primary === undefined) return lanes;
  const role = primary.taskSetArn === course.target ? 'new' : 'old';
  return lanes.map((lane) => (lane.role === role ? { ...lane, summary: `${lane.summary} · primary` } : lane));
}

/** What the service has said since the release began. */
function eventsSince({
  service,
  target,
  entry,
}: Pick<TaskSetLook, 'service' | 'target' | 'entry'>): readonly ServiceEvent[] {
  const since = target?.createdAt ?? (entry === undefined ? undefined : new Date(entry.at));
  return (service?.events ?? []).flatMap(({ id, createdAt: at, message }) => {
    if (id === undefined || at === undefined || message === undefined) return [];
    return since !== undefined && at < since ? [] : [{ id, at: at.toISOString(), message }];
  });
}
