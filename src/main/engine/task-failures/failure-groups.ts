import type { FailureGroup } from '../../../shared/model/deployment.ts';
import type { Task } from '../../../shared/model/task.ts';
import { failureOf, type TaskFailure } from './task-failure.ts';

/** The failed ones of the tasks, grouped by what happened to which container; the most frequent first. */
export function failureGroups(tasks: readonly Task[]): readonly FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  for (const task of tasks) {
    const failure = failureOf(task);
    if (failure === undefined) continue;
    const key = JSON.stringify([failure.kind, failure.container, failure.cause, failure.exitCode]);
    groups.set(key, withTask(groups.get(key), failure, task));
  }
  return [...groups.values()].toSorted((one, other) => other.times - one.times);
}

function withTask(group: FailureGroup | undefined, failure: TaskFailure, task: Task): FailureGroup {
  const { id, stoppedAt } = task;
  const isNewest = group?.lastAt === undefined || (stoppedAt !== undefined && stoppedAt >= group.lastAt);
  const newest = isNewest ? { ...failure, taskId: id } : {};
  const firstAt = earlier(group?.firstAt, stoppedAt);
  const lastAt = later(group?.lastAt, stoppedAt);
  const lived = span(group?.livedMs, livedMs(task));
  return {
    ...failure,
    ...group,
    ...newest,
    times: (group?.times ?? 0) + 1,
    ...(firstAt === undefined ? {} : { firstAt }),
    ...(lastAt === undefined ? {} : { lastAt }),
    ...(lived === undefined ? {} : { livedMs: lived }),
  };
}

/** What happened most often, as the beginning of a sentence: `web exited with code 1 (3 times in 4 minutes)`. */
export function mainFailure(groups: readonly FailureGroup[]): string | undefined {
  const [group] = groups;
  if (group === undefined) return undefined;
  const times = group.times === 1 ? '' : ` (${group.times} times${withinMinutes(group)})`;
  return `${group.container ?? 'A task'} ${formatCause(group)}${times}`;
}

function formatCause({ kind, cause, exitCode, memoryMiB }: FailureGroup): string {
  if (kind !== 'out-of-memory') return cause;
  const limit = memoryMiB === undefined ? '' : ` at ${memoryMiB} MiB`;
  return exitCode === undefined ? `${cause}${limit}` : `exited with code ${exitCode}, out of memory${limit}`;
}

const MINUTE_MS = 60_000;

/** ` in 4 minutes`, from the first of them to the last; nothing when it was less than one. */
function withinMinutes({ firstAt, lastAt }: FailureGroup): string {
  if (firstAt === undefined || lastAt === undefined) return '';
  const minutes = Math.round((Date.parse(lastAt) - Date.parse(firstAt)) / MINUTE_MS);
  if (minutes < 1) return '';
  return ` in ${minutes} minute${minutes === 1 ? '' : 's'}`;
}

function livedMs({ startedAt, stoppedAt }: Task): number | undefined {
  if (startedAt === undefined || stoppedAt === undefined) return undefined;
  return Math.max(0, Date.parse(stoppedAt) - Date.parse(startedAt));
}

function span(known: FailureGroup['livedMs'], lived: number | undefined): FailureGroup['livedMs'] {
  if (lived === undefined) return known;
  return { least: Math.min(known?.least ?? lived, lived), most: Math.max(known?.most ?? lived, lived) };
}

/** Instants in UTC sort like text. */
function later(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one > other ? one : other;
}

function earlier(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}
