import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { type EcsContext, secondsAfter } from './context.ts';
import type { TaskDefinitionRecord } from './state.ts';
import { isStopped } from './task-transitions.ts';

/** How long a deleted revision is seen as DELETE_IN_PROGRESS, and how soon one in use is looked at again. */
const DELETION_SECONDS = 120;

/** Starts to delete an INACTIVE revision: it goes once nothing uses it any more. */
export function requestDeletion(context: EcsContext, record: TaskDefinitionRecord): TaskDefinition {
  if (record.definition.status === 'DELETE_IN_PROGRESS') return record.definition;
  const at = context.clock.now();
  const definition = { ...record.definition, status: 'DELETE_IN_PROGRESS', deleteRequestedAt: at } as const;
  context.state.taskDefinitions.put({ ...record, definition });
  deleteOnceUnused(context, definition.taskDefinitionArn, at);
  return definition;
}

/** Continues with the deletions that were in progress when the sandbox ended. */
export function resumeDeletions(context: EcsContext): void {
  for (const { definition } of context.state.taskDefinitions.all()) {
    if (definition.status !== 'DELETE_IN_PROGRESS') continue;
    deleteOnceUnused(
      context,
      definition.taskDefinitionArn,
      definition.deleteRequestedAt ?? context.clock.now(),
    );
  }
}

function deleteOnceUnused(context: EcsContext, arn: string, from: Date): void {
  context.clock.schedule(secondsAfter(from, DELETION_SECONDS), () => {
    if (isInUse(context, arn)) deleteOnceUnused(context, arn, context.clock.now());
    else context.state.taskDefinitions.delete(arn);
  });
}

/** Services, their task sets, and tasks that have not stopped keep their task definition from going. */
function isInUse({ state }: EcsContext, arn: string): boolean {
  for (const { rollouts } of state.services.all()) {
    const used = rollouts.some(
      ({ revisionArn }) => state.serviceRevisions.get(revisionArn)?.taskDefinition === arn,
    );
    if (used) return true;
  }
  for (const { taskSet } of state.taskSets.all()) if (taskSet.taskDefinition === arn) return true;
  for (const record of state.tasks.all()) {
    if (record.task.taskDefinitionArn === arn && !isStopped(record)) return true;
  }
  return false;
}
