import type { Container } from '@aws-sdk/client-ecs';
import { type EcsContext, secondsAfter } from './context.ts';
import { serviceTaskOrder } from './service-task-order.ts';
import type { ServiceRecord, TaskRecord } from './state.ts';
import { newTask } from './task-factory.ts';
import { becomeHealthy, containersWithHealthCheck, enterTaskStatus } from './task-transitions.ts';

/** By container. */
type Digests = Readonly<Record<string, string>>;

/** Running tasks of a service: the newest release's, unless told otherwise. */
export interface SeedTasks {
  readonly count: number;
  readonly startedAt: Date;
  readonly imageDigests?: Digests;
}

/** Tasks that have been running for a while, with nothing ahead of them. */
export function settledTasks(
  context: EcsContext,
  service: ServiceRecord,
  tasks: readonly SeedTasks[] | undefined,
): readonly TaskRecord[] {
  const [rollout] = service.rollouts;
  const revision = context.state.serviceRevisions.get(rollout?.revisionArn ?? '');
  const order = revision === undefined ? undefined : serviceTaskOrder(context, service, revision);
  if (rollout === undefined || order === undefined) return [];
  const checked = containersWithHealthCheck(order.definition);
  const groups = tasks ?? [{ count: service.desiredCount, startedAt: rollout.createdAt }];
  return groups.flatMap(({ count, startedAt, imageDigests = {} }) =>
    Array.from({ length: count }, () =>
      becomeHealthy(settle(newTask(context, order), startedAt, imageDigests), checked),
    ),
  );
}

/** The task as if it had gone through its start long ago. */
function settle(record: TaskRecord, startedAt: Date, digests: Digests): TaskRecord {
  const containers = record.task.containers.map((container) => withDigest(container, digests));
  const task = { ...record.task, containers, createdAt: secondsAfter(startedAt, -40) };
  const created: TaskRecord = { ...record, task, ahead: [], nextAt: undefined };
  const pending = enterTaskStatus(created, 'PENDING', secondsAfter(startedAt, -32));
  const activating = enterTaskStatus(pending, 'ACTIVATING', secondsAfter(startedAt, -6));
  return enterTaskStatus(activating, 'RUNNING', startedAt);
}

function withDigest(container: Container, digests: Digests): Container {
  const digest = digests[container.name ?? ''];
  return digest === undefined ? container : { ...container, imageDigest: digest };
}
