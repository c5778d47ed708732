import { CreateTaskSetCommand, type CreateTaskSetRequest, UpdateTaskSetCommand } from '@aws-sdk/client-ecs';
import { cancelled, SlipwayError } from '../../../../shared/errors.ts';
import type { Release } from '../../../../shared/model/plan.ts';
import { serviceLabel } from '../../aws/arns.ts';
import { isUnsure, retryIdempotent, withRetry } from '../../aws/retry.ts';
import { taskSetId, taskSetsOf } from '../../ecs/service-task-sets.ts';
import { type Execution, releaseOf, sendStep } from '../execution/execution.ts';
import { readUnchangedService } from '../execution/stale-plan.ts';
import type { TaskSetMove, UpdateAction } from '../model/stored-plan.ts';
import { readContent } from '../model/task-set-content.ts';
import { deleteTaskSet } from './delete-task-set.ts';
import { findCreatedSet } from './find-created-set.ts';
import { scaledTo } from './release-progress.ts';

/**
 * Starts a release with task sets: creates the new set, or scales the existing one up. What comes after that waits for
 * ECS, and is the job's. Returns the release with the ARN of the set, which is watched like a deployment.
 */
export async function beginTaskSet(
  execution: Execution,
  action: UpdateAction,
  move: TaskSetMove,
  registered: string | undefined,
): Promise<Release> {
  const { plan, dependencies, entry } = execution;
  const taskDefinitionArn = registered ?? action.taskDefinition ?? plan.base.taskDefinitionArn;
  const deploymentArn =
    move.existing === undefined
      ? await createTaskSet(execution, action, move, taskDefinitionArn)
      : await takeUpAgain(execution, move, move.existing);
  dependencies.journal.entries.update(entry, { taskDefinitionArn, deploymentArn, state: 'open' });
  return {
    ...releaseOf(execution),
    taskDefinitionArn,
    registered: registered !== undefined,
    deploymentArn,
  };
}

/**
 * The entry's id is the client token, so that the call can be sent again without making two sets, and the external
 * id, by which the set is found again when nobody has heard the answer.
 */
async function createTaskSet(
  execution: Execution,
  { settings }: UpdateAction,
  { like, scalePercent }: TaskSetMove,
  taskDefinition: string,
): Promise<string> {
  const { ecs, plan, signal, entry } = execution;
  const { cluster, service } = plan.service;
  const content = await readContent(ecs, plan.service, like, signal);
  await withRetry(signal, () => readUnchangedService(ecs, plan, signal));
  if (signal.aborted) throw cancelled(`“${plan.title}”`);
  const input: CreateTaskSetRequest = {
    cluster,
    service,
    ...content,
    ...(settings?.platformVersion === undefined ? {} : { platformVersion: settings.platformVersion }),
    taskDefinition,
    scale: { value: scalePercent, unit: 'PERCENT' },
    clientToken: entry,
    externalId: entry,
  };
  return sendStep(
    execution,
    'CreateTaskSet',
    async () => {
      try {
        const { taskSet } = await retryIdempotent(() => ecs.send(new CreateTaskSetCommand(input)));
        return taskSet?.taskSetArn ?? missingArn(execution);
      } catch (error) {
        const created = isUnsure(error) ? await findCreatedSet(execution) : undefined;
        if (created === undefined) throw error;
        return created;
      }
    },
    (arn) => arn,
  );
}

function missingArn({ plan }: Execution): never {
  throw new SlipwayError(
    'INTERNAL',
    `ECS created a task set of ${serviceLabel(plan.service)} but didn't return its ARN. Check the task sets of the service.`,
  );
}

/** The journal names the set before anything is sent: with its full share already, there is nothing to send. */
async function takeUpAgain(
  execution: Execution,
  { scalePercent }: TaskSetMove,
  existing: string,
): Promise<string> {
  const { ecs, plan, signal, entry, dependencies } = execution;
  const { cluster, service } = plan.service;
  const now = await withRetry(signal, () => readUnchangedService(ecs, plan, signal));
  if (signal.aborted) throw cancelled(`“${plan.title}”`);
  dependencies.journal.entries.update(entry, { deploymentArn: existing });
  const set = taskSetsOf(now).find(({ taskSetArn }) => taskSetArn === existing);
  if (set?.scale?.value === scalePercent) return existing;
  const scale = { value: scalePercent, unit: 'PERCENT' } as const;
  await sendStep(
    execution,
    'UpdateTaskSet',
    () =>
      retryIdempotent(() =>
        ecs.send(new UpdateTaskSetCommand({ cluster, service, taskSet: existing, scale })),
      ),
    () => scaledTo(existing, scalePercent),
  );
  return existing;
}

/**
 * Deletes a set that has not become the primary one, with its tasks, and returns it to be watched until it is gone.
 * Throws STALE_PLAN when the primary set is not the one that the plan was made on.
 */
export async function discardTaskSet(execution: Execution, taskSet: string): Promise<Release> {
  const { ecs, plan, signal, entry, dependencies } = execution;
  const { cluster, service } = plan.service;
  await withRetry(signal, () => readUnchangedService(ecs, plan, signal));
  if (signal.aborted) throw cancelled(`“${plan.title}”`);
  dependencies.journal.entries.update(entry, { deploymentArn: taskSet });
  await sendStep(
    execution,
    'DeleteTaskSet',
    () => retryIdempotent(() => deleteTaskSet(ecs, { cluster, service, taskSet, force: true })),
    () => taskSetId(taskSet),
  );
  return { ...releaseOf(execution), registered: false, deploymentArn: taskSet };
}
