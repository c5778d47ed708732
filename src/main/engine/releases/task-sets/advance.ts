import type { Service } from '@aws-sdk/client-ecs';
import { UpdateServicePrimaryTaskSetCommand, UpdateTaskSetCommand } from '@aws-sdk/client-ecs';
import { retryIdempotent, withRetry } from '../../aws/retry.ts';
import { taskSetId } from '../../ecs/service-task-sets.ts';
import { type Execution, sendStep } from '../execution/execution.ts';
import { openTaskSetReleases } from '../execution/service-lock.ts';
import { readAnyService } from '../model/service-reading.ts';
import { deleteTaskSet } from './delete-task-set.ts';
import { moveOf, progressOf, scaledTo } from './release-progress.ts';
import { type ReleaseState, releaseStateOf } from './release-state.ts';

/** Whether the release has something to send where it stands; else it waits for ECS, or has ended. */
export function hasMove({ kind }: ReleaseState): boolean {
  return kind === 'too small' || kind === 'ready' || kind === 'moved' || kind === 'empty';
}

/**
 * Sends the next call of a release with task sets, if it is time for one: moves the primary set once the new one is
 * steady, scales the old one to nothing, and deletes it when its tasks are gone. `seen`: the service at the last poll;
 * it is read again right before the call, while no other release of this machine changes it.
 */
export async function sendNextMove(execution: Execution, target: string, seen: Service): Promise<void> {
  const { dependencies, ecs, plan, entry, signal, lock } = execution;
  const { journal } = dependencies;
  if (!hasMove(releaseStateOf(seen, progressOf(journal, target)))) return;
  // Somebody goes back, or deletes the new set: what that leads to is seen at the next poll.
  if (!journal.holds.take(plan.service, entry)) return;
  try {
    if (openTaskSetReleases(journal, plan.service)[0]?.id !== entry) return;
    const now = await withRetry(signal, () => readAnyService(ecs, plan.service, signal));
    // Before the step is written down: without the lock nothing more is sent.
    await lock?.confirm();
    if (!signal.aborted) await send(execution, target, releaseStateOf(now, progressOf(journal, target)));
  } finally {
    journal.holds.release(plan.service, entry);
  }
}

async function send(execution: Execution, target: string, state: ReleaseState): Promise<void> {
  const { ecs, plan } = execution;
  const { cluster, service } = plan.service;
  switch (state.kind) {
    case 'too small':
      return scale(
        execution,
        target,
        moveOf(execution.dependencies.journal, { id: execution.entry })?.scalePercent,
      );
    case 'ready':
      await sendStep(
        execution,
        'UpdateServicePrimaryTaskSet',
        () =>
          retryIdempotent(() =>
            ecs.send(new UpdateServicePrimaryTaskSetCommand({ cluster, service, primaryTaskSet: target })),
          ),
        () => taskSetId(target),
      );
      return;
    case 'moved':
      return scale(execution, state.old.taskSetArn, 0);
    case 'empty': {
      const { taskSetArn: taskSet } = state.old;
      await sendStep(
        execution,
        'DeleteTaskSet',
        () => retryIdempotent(() => deleteTaskSet(ecs, { cluster, service, taskSet, force: false })),
        () => taskSetId(taskSet),
      );
      return;
    }
    default:
      return;
  }
}

async function scale(execution: Execution, taskSet: string, percent: number | undefined): Promise<void> {
  if (percent === undefined) return;
  const { ecs, plan } = execution;
  const { cluster, service } = plan.service;
  await sendStep(
    execution,
    'UpdateTaskSet',
    () =>
      retryIdempotent(() =>
        ecs.send(
          new UpdateTaskSetCommand({ cluster, service, taskSet, scale: { value: percent, unit: 'PERCENT' } }),
        ),
      ),
    () => scaledTo(taskSet, percent),
  );
}
