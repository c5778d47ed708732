import type { FailureGroup } from '../../../../shared/model/deployment.ts';
import type { Task } from '../../../../shared/model/task.ts';
import { failureOf } from './task-failure.ts';

/** The failed ones of the tasks, grouped by what happened to which container; the most frequent first. */
export function failureGroups(tasks: readonly Task[]): readonly FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  for (const task of tasks) {
    const failure = failureOf(task);
    if (failure === undefined) continue;
    const key = JSON.stringify([failure.container, failure.cause, failure.exitCode]);
    const group = groups.get(key);
    const lastAt = later(group?.lastAt, task.stoppedAt);
    groups.set(key, {
      ...failure,
      times: (group?.times ?? 0) + 1,
      ...(lastAt === undefined ? {} : { lastAt }),
    });
  }
  return [...groups.values()].toSorted((one, other) => other.times - one.times);
}

/** What happened most often, as the beginning of a sentence: `web exited with 1, 3 times`. */
export function mainFailure(groups: readonly FailureGroup[]): string | undefined {
  const [group] = groups;
  if (group === undefined) return undefined;
  const times = group.times === 1 ? '' : `, ${group.times} times`;
  return `${group.container ?? 'A task'} ${group.cause}${times}`;
}

/** Instants in UTC sort like text. */
function later(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one > other ? one : other;
}
