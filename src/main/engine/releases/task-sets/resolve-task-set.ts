import { SlipwayError } from '../../../../shared/errors.ts';
import { withRetry } from '../../aws/retry.ts';
import { taskSetId, taskSetsOf } from '../../ecs/service-task-sets.ts';
import { ENDED, type InterruptedRelease, settleUnsent } from '../execution/interrupted.ts';
import { readAnyService } from '../model/service-reading.ts';
import type { TaskSetMove } from '../model/stored-plan.ts';
import { findCreatedSet } from './find-created-set.ts';
import { scaledTo } from './release-progress.ts';

/**
 * Finds out whether the first call about task sets of an interrupted release was carried out. If so, the entry names the
 * set, and whoever follows it continues from what ECS says.
 */
export async function resolveTaskSet(
  broken: InterruptedRelease,
  move: TaskSetMove,
  registered: string | undefined,
): Promise<void> {
  const { dependencies, entry, written, plan } = broken;
  const { entries } = dependencies.journal;
  // The entry names a set that already exists before anything is sent.
  if (move.existing !== undefined) return settleUnsent(broken, registered);
  const step = written.steps.findLast(({ operation }) => operation === 'CreateTaskSet');
  if (step === undefined) return settleUnsent(broken, registered);
  try {
    const created = await findCreatedSet(broken);
    if (created === undefined) {
      entries.lastStepResolved(entry, 'failed', "The request didn't reach ECS: the task set doesn't exist.");
      return settleUnsent(broken, registered);
    }
    entries.lastStepResolved(entry, 'done', created);
    const action = plan.action.kind === 'update' ? plan.action : undefined;
    const taskDefinitionArn = registered ?? action?.taskDefinition ?? plan.base.taskDefinitionArn;
    entries.update(entry, { taskDefinitionArn, deploymentArn: created });
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code !== 'NOT_FOUND') throw error;
    entries.update(entry, {
      state: registered === undefined ? 'failed' : 'unfinished',
      sentence: `${ENDED}, and the service was deleted. ${error.message}`,
    });
  }
}

/** A set that has its share as if nothing was said was not told to go; any other is watched until it is gone. */
export async function resolveDiscard(
  { dependencies, ecs, entry, signal, plan }: InterruptedRelease,
  taskSet: string,
): Promise<void> {
  const { entries } = dependencies.journal;
  const service = await withRetry(signal, () => readAnyService(ecs, plan.service, signal));
  const set = taskSetsOf(service).find(({ taskSetArn }) => taskSetArn === taskSet);
  if (set !== undefined && set.status !== 'DRAINING') {
    entries.lastStepResolved(entry, 'failed', "The request didn't reach ECS: the task set is unchanged.");
    const sentence = `${ENDED}. The delete request didn't reach ECS, so the task set ${taskSetId(taskSet)} still exists.`;
    entries.update(entry, { state: 'failed', sentence });
    return;
  }
  entries.lastStepResolved(entry, 'done', taskSetId(taskSet));
  entries.update(entry, { deploymentArn: taskSet });
}

/**
 * Writes down the outcome of the last call of a release that was killed while it moved task sets: the state of the
 * service tells.
 */
export async function resolveLastMove(
  { dependencies, ecs, entry, signal, plan }: Omit<InterruptedRelease, 'written'>,
  target: string,
): Promise<void> {
  const { entries } = dependencies.journal;
  const last = entries.find(entry)?.steps.at(-1);
  if (last?.state !== 'sent' || plan.action.kind !== 'update') return;
  const { taskSet: move } = plan.action;
  const service = await withRetry(signal, () => readAnyService(ecs, plan.service, signal));
  const sets = taskSetsOf(service);
  const old = sets.find(({ taskSetArn }) => move?.replaces.includes(taskSetArn));
  const ours = sets.find(({ taskSetArn }) => taskSetArn === target);
  const answered = (isDone: boolean, result: string): void =>
    entries.lastStepResolved(
      entry,
      isDone ? 'done' : 'failed',
      isDone ? result : "The request didn't reach ECS.",
    );
  switch (last.operation) {
    case 'UpdateServicePrimaryTaskSet':
      return answered(ours?.status === 'PRIMARY', taskSetId(target));
    case 'UpdateTaskSet':
      if (ours?.status === 'PRIMARY') {
        const [arn = ''] = move?.replaces ?? [];
        return answered(old === undefined || old.scale?.value === 0, scaledTo(arn, 0));
      }
      return answered(ours?.scale?.value === move?.scalePercent, scaledTo(target, move?.scalePercent ?? 0));
    case 'DeleteTaskSet':
      return answered(old === undefined || old.status === 'DRAINING', taskSetId(old?.taskSetArn ?? target));
    default:
      return;
  }
}
