import type { Task as EcsTask } from '@aws-sdk/client-ecs';
import type { TaskState } from '../../../shared/model/task.ts';

const ON_THE_WAY_OUT = new Set(['DEACTIVATING', 'STOPPING', 'DEPROVISIONING']);

/**
 * The colour and shape of a task's cell. The words are those of the task lifecycle in the ECS developer guide; a
 * word that is not known counts as being on the way.
 */
export function taskState(
  task: Pick<EcsTask, 'lastStatus' | 'desiredStatus' | 'healthStatus' | 'stopCode' | 'containers'>,
): TaskState {
  const { lastStatus = '', desiredStatus, healthStatus } = task;
  if (lastStatus === 'STOPPED' || lastStatus === 'DELETED') return hasFailed(task) ? 'failing' : 'stopped';
  if (healthStatus === 'UNHEALTHY') return 'failing';
  if (ON_THE_WAY_OUT.has(lastStatus) || desiredStatus === 'STOPPED') return 'stopping';
  if (lastStatus !== 'RUNNING') return 'pending';
  return healthStatus === 'HEALTHY' ? 'healthy' : 'running';
}

/** Whether a stopped task went by itself, rather than being scaled in, replaced or stopped by a person. */
function hasFailed({ stopCode, healthStatus, containers = [] }: Parameters<typeof taskState>[0]): boolean {
  if (stopCode === 'TaskFailedToStart') return true;
  if (healthStatus === 'UNHEALTHY') return true;
  if (stopCode !== 'EssentialContainerExited') return false;
  return containers.some(({ exitCode, reason }) => reason !== undefined || (exitCode ?? 0) !== 0);
}
