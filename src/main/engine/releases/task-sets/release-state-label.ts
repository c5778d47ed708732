import type { Service } from '@aws-sdk/client-ecs';
import { assertNever } from '../../../../shared/assert-never.ts';
import type { DeploymentOutcome } from '../../../../shared/model/deployment.ts';
import { revisionNameOf } from '../../aws/arns.ts';
import { primarySetOf, type ServiceTaskSet } from '../../ecs/service-task-sets.ts';
import type { ReleaseProgress, ReleaseState } from './release-state.ts';

/** What a sentence about a release with task sets is made from. */
export interface Told {
  readonly service: Service | undefined;
  readonly state: ReleaseState;
  readonly progress: ReleaseProgress;
  /** Family and number of what the release brings. */
  readonly revision: string;
  /** The set that it brings; undefined once it is gone. */
  readonly target: ServiceTaskSet | undefined;
  /** What goes wrong, without a full stop: `web exited with code 1 (3 times)`. */
  readonly cause: string | undefined;
  /** Whether a state that may be temporary was seen long enough to be the end. */
  readonly isOver: boolean;
}

/** The outcome of the release. Only a steady primary set whose predecessor is gone is a success. */
export function outcomeOf({ state, progress, isOver }: Told): DeploymentOutcome {
  if (state.kind === 'done') return 'succeeded';
  if (!isOver) return 'in-progress';
  switch (state.kind) {
    case 'missing':
      return progress.hasMoved ? 'unknown' : 'rolled-back';
    case 'overtaken':
      return progress.replaces?.includes(state.primary?.taskSetArn ?? '') === true ? 'rolled-back' : 'failed';
    case 'old set scaled up':
      return 'stopped';
    default:
      return 'in-progress';
  }
}

/** What the release waits for, in capitals as ECS writes its own stages. Undefined when it has ended. */
export function stageNameOf({ state, isOver }: Told): string | undefined {
  if (isOver) return undefined;
  switch (state.kind) {
    case 'missing':
    case 'too small':
    case 'coming up':
      return 'SCALE_UP_NEW_TASK_SET';
    case 'ready':
      return 'MOVE_PRIMARY_TASK_SET';
    case 'moved':
    case 'draining':
    case 'old set scaled up':
      return 'SCALE_DOWN_OLD_TASK_SET';
    case 'empty':
      return 'DELETE_OLD_TASK_SET';
    case 'settling':
      return 'STABILIZE';
    case 'leaving':
      return 'DELETE_NEW_TASK_SET';
    case 'overtaken':
    case 'done':
      return undefined;
    default:
      return assertNever(state);
  }
}

/** One sentence that says the state of the release, or how it ended and why. */
export function sentenceOf(told: Told): string {
  const { state, revision, cause, target } = told;
  const tasks = `${target?.runningCount ?? 0} of ${target?.computedDesiredCount ?? 0} tasks of ${revision} running`;
  switch (state.kind) {
    case 'missing':
      return missing(told);
    case 'too small':
    case 'coming up':
      if (cause !== undefined)
        return `${cause}; the task set of ${revision} isn't becoming steady, and ${stays(told)}. Wait, or stop the release to delete it.`;
      return `${tasks}; ${stays(told)} until they are steady.`;
    case 'ready':
      return `The task set of ${revision} is steady; ${stays(told)} until the new task set becomes primary.`;
    case 'overtaken':
      return told.isOver ? overtaken(told, state.primary) : `${tasks}; ${stays(told)}.`;
    case 'moved':
    case 'empty':
      return `${revision} is the primary task set; the task set of ${revisionOf(state.old)} is about to be deleted.`;
    case 'draining':
      return `${revision} is the primary task set; ${left(state.old)} of ${revisionOf(state.old)} still to stop.`;
    case 'old set scaled up':
      return `${revision} is the primary task set, but somebody scaled up the task set of ${revisionOf(state.old)} again, so it was left unchanged.`;
    case 'settling':
      return cause === undefined
        ? `${revision} is the primary task set and not steady: ${tasks}.`
        : `${cause}; ${revision} is the primary task set and not steady: ${tasks}.`;
    case 'leaving':
      return because(cause, `the task set of ${revision} is being deleted; ${stays(told)}.`);
    case 'done':
      return `${revision} deployed and is the primary task set; the old task set was deleted.`;
    default:
      return assertNever(state);
  }
}

/** The cause, if there is one, and its outcome. */
function because(cause: string | undefined, what: string): string {
  return cause === undefined ? `${what.charAt(0).toUpperCase()}${what.slice(1)}` : `${cause}; ${what}`;
}

function missing(told: Told): string {
  const { revision, progress, cause, isOver } = told;
  if (!isOver) return `ECS does not show the task set of ${revision} yet.`;
  if (progress.hasMoved) {
    return `The task set of ${revision} became primary and was deleted afterwards. Couldn't verify that it was steady.`;
  }
  return because(
    cause,
    `the task set of ${revision} was deleted before it became the primary one; ${stays(told)}.`,
  );
}

function overtaken({ revision, progress }: Told, primary: ServiceTaskSet | undefined): string {
  if (primary === undefined)
    return `Somebody else is changing the task sets: there is no primary task set now.`;
  if (progress.replaces?.includes(primary.taskSetArn) === true)
    return `${revisionOf(primary)} was made the primary task set again, in place of ${revision}.`;
  return `Somebody else made ${revisionOf(primary)} the primary task set, so the task set of ${revision} was left unchanged.`;
}

/** For example `web:41 stays the primary task set`. */
function stays({ service }: Told): string {
  const primary = service === undefined ? undefined : primarySetOf(service);
  return primary === undefined
    ? 'there is no primary task set'
    : `${revisionOf(primary)} stays the primary task set`;
}

function left({ runningCount = 0, pendingCount = 0 }: ServiceTaskSet): string {
  const count = runningCount + pendingCount;
  return count === 1 ? '1 task' : `${count} tasks`;
}

function revisionOf({ taskDefinition = '' }: ServiceTaskSet): string {
  return revisionNameOf(taskDefinition);
}
