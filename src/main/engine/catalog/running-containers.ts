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
    digests: countDigests({ name, image }, tasks),
  }));
}

/** During a deployment, a digest of the earlier revision has the image that its tasks name. */
function countDigests(
  { name: container, image: expected }: { readonly name: string; readonly image: string },
  tasks: readonly RanContainers[],
): RunningContainer['digests'] {
  const found = new Map<string, { tasks: number; images: Set<string> }>();
  for (const task of tasks) {
    if (task.lastStatus !== 'RUNNING') continue;
    for (const { name, digest, image = expected } of task.containers) {
      if (name !== container || digest === undefined) continue;
      const { tasks: number, images } = found.get(digest) ?? { tasks: 0, images: new Set() };
      found.set(digest, { tasks: number + 1, images: images.add(image) });
    }
  }
  return [...found]
    .map(([digest, { tasks: number, images }]) => {
      const [other] = images.has(expected) ? [] : images;
      return { digest, tasks: number, ...(other === undefined ? {} : { image: other }) };
    })
    .toSorted((one, other) => other.tasks - one.tasks);
}
