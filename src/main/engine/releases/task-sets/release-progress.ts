import { SlipwayError } from '../../../../shared/errors.ts';
import type { JournalEntry } from '../../../../shared/model/journal.ts';
import { taskSetId } from '../../ecs/service-task-sets.ts';
import type { Journal } from '../../journal/journal.ts';
import { loadPlan, type StoredPlan, type TaskSetMove } from '../model/stored-plan.ts';
import type { ReleaseProgress } from './release-state.ts';

/** How the step of an UpdateTaskSet is told in the journal: `ecs-svc/123 at 0 %`. */
export function scaledTo(taskSetArn: string, percent: number): string {
  return `${taskSetId(taskSetArn)} at ${percent} %`;
}

/** The change that is bringing a task set up, or has, if it was made here. */
export function startOf(journal: Journal, target: string): JournalEntry | undefined {
  return journal.entries.ofDeployment(target).find(({ kind }) => kind !== 'stop');
}

/** How far the release of a task set has come, by the journal. Nothing is known of one that others have made. */
export function progressOf(journal: Journal, target: string): ReleaseProgress {
  const entry = startOf(journal, target);
  const done = entry?.steps.filter(({ state }) => state === 'done') ?? [];
  const move = entry === undefined ? undefined : moveOf(journal, entry);
  return {
    target,
    replaces: move?.replaces,
    scalePercent: move?.scalePercent,
    hasMoved: done.some(({ operation }) => operation === 'UpdateServicePrimaryTaskSet'),
    scaledDown: (move?.replaces ?? []).filter((arn) =>
      done.some(({ result }) => result === scaledTo(arn, 0)),
    ),
  };
}

/** What the plan of a change says of task sets; undefined once the plan has expired. */
export function moveOf(journal: Journal, { id }: Pick<JournalEntry, 'id'>): TaskSetMove | undefined {
  const action = planOf(journal, id)?.action;
  return action?.kind === 'update' ? action.taskSet : undefined;
}

function planOf(journal: Journal, entry: string): StoredPlan | undefined {
  const id = journal.entries.planOf(entry);
  if (id === undefined) return undefined;
  try {
    return loadPlan(journal, id).plan;
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
