import type { Task } from '../../../../shared/model/task.ts';
import type { TaskFilterState } from '../../lib/search.ts';
import { TASKS_TEXT } from './tasks-text.ts';

/** The tasks that should run of one revision, by availability zone. */
export interface RevisionZones {
  readonly revision: string;
  /** As many as there are zones, in their order. */
  readonly counts: readonly number[];
  readonly total: number;
  /** The zones differ by more than one task, which is as even as ECS can spread them. */
  readonly isUneven: boolean;
}

export interface TaskMatrix {
  readonly zones: readonly string[];
  /** The revision with the highest number first. */
  readonly revisions: readonly RevisionZones[];
}

/** Of a task without a zone, such as one that has not been placed. */
export const NO_ZONE = '–';

/** Counts the tasks that should run, by revision and availability zone. */
export function matrixOf(tasks: readonly Task[]): TaskMatrix {
  const counted = new Map<string, Map<string, number>>();
  const zones = new Set<string>();
  for (const { revision, desiredStatus, availabilityZone = NO_ZONE } of tasks) {
    if (desiredStatus === 'STOPPED') continue;
    zones.add(availabilityZone);
    const ofRevision = counted.get(revision) ?? new Map<string, number>();
    ofRevision.set(availabilityZone, (ofRevision.get(availabilityZone) ?? 0) + 1);
    counted.set(revision, ofRevision);
  }
  const ordered = [...zones].sort();
  const revisions = [...counted].map(([revision, ofRevision]): RevisionZones => {
    const counts = ordered.map((zone) => ofRevision.get(zone) ?? 0);
    const placed = counts.filter((_, index) => ordered[index] !== NO_ZONE);
    return {
      revision,
      counts,
      total: counts.reduce((sum, count) => sum + count, 0),
      isUneven: placed.length > 1 && Math.max(...placed) - Math.min(...placed) > 1,
    };
  });
  return {
    zones: ordered,
    revisions: revisions.toSorted((one, other) => newerFirst(one.revision, other.revision)),
  };
}

function newerFirst(one: string, other: string): number {
  const numberOf = (name: string): number => Number(name.slice(name.lastIndexOf(':') + 1));
  return numberOf(other) - numberOf(one) || one.localeCompare(other);
}

/** Under which filter a task is listed. */
export function filterStateOf({ keptAt, lastStatus, state }: Task): TaskFilterState {
  if (keptAt !== undefined) return 'kept';
  if (lastStatus === 'STOPPED') return 'stopped';
  return state === 'pending' ? 'starting' : 'up';
}

export interface TaskFilter {
  readonly state?: TaskFilterState | undefined;
  readonly revision?: string | undefined;
  readonly zone?: string | undefined;
  /** A part of what the row says, or of the ARN, the stop code or an image. */
  readonly text: string;
}

/** The tasks that a filter leaves. A cell of the matrix counts those that should run, so that it shows those only. */
export function matchingTasks(
  tasks: readonly Task[],
  { state, revision, zone, text }: TaskFilter,
): readonly Task[] {
  const wanted = text.trim().toLowerCase();
  return tasks.filter((task) => {
    if (state !== undefined && filterStateOf(task) !== state) return false;
    const isOfCell = revision !== undefined || zone !== undefined;
    if (isOfCell && task.desiredStatus === 'STOPPED') return false;
    if (revision !== undefined && task.revision !== revision) return false;
    if (zone !== undefined && (task.availabilityZone ?? NO_ZONE) !== zone) return false;
    return wanted === '' || searchedText(task).includes(wanted);
  });
}

function searchedText({ arn, revision, stopCode, stoppedReason, containers }: Task): string {
  const ofContainers = containers.flatMap((container) => [TASKS_TEXT.ended(container), container.image]);
  return [arn, revision, stopCode, stoppedReason, ...ofContainers].join('\n').toLowerCase();
}
