import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { RunningContainer } from '../../../shared/model/service.ts';
import type { Task } from '../../../shared/model/task.ts';

type RanContainers = Pick<Task, 'lastStatus' | 'containers'>;

/**
 * What really runs of each container of a task definition: the digests that the running tasks report, the most
 * frequent first. Tasks that start or stop don't count. Without a running task a container has no digests. Containers that only the tasks know, such as
 * those of Service Connect, are left out.
 */
export function runningContainers(
  taskDefinition: Pick<TaskDefinition, 'containerDefinitions'> | undefined,
  tasks: readonly RanContainers[],
): RunningContainer[] {
  return (taskDefinition?.containerDefinitions ?? []).map(({ name = '', image = '' }) => ({
    container: name,
    image,
    digests: countDigests(name, tasks),
  }));
}

function countDigests(container: string, tasks: readonly RanContainers[]): RunningContainer['digests'] {
  const counts = new Map<string, number>();
  for (const task of tasks) {
    if (task.lastStatus !== 'RUNNING') continue;
    for (const { name, digest } of task.containers) {
      if (name === container && digest !== undefined) counts.set(digest, (counts.get(digest) ?? 0) + 1);
    }
  }
  return [...counts]
    .map(([digest, number]) => ({ digest, tasks: number }))
    .toSorted((one, other) => other.tasks - one.tasks);
}
