import {
  DescribeTasksCommand,
  type DesiredStatus,
  type Task as EcsTask,
  paginateListTasks,
} from '@aws-sdk/client-ecs';
import { Digest } from '../../../shared/model/image.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { Task, TaskContainer } from '../../../shared/model/task.ts';
import { lastPartOf, revisionNameOf } from '../aws/arns.ts';
import { inBatches } from '../ecs/batches.ts';
import { taskConsoleUrl } from './console-urls.ts';
import type { Read } from './deployments.ts';
import { taskState } from './service-state.ts';

/** DescribeTasks takes up to 100. */
const BATCH = 100;

/**
 * Tasks of a service: those that should run, and those that stopped within about an hour (ListTasks with both desired
 * statuses, DescribeTasks). Newest first.
 */
export async function readServiceTasks(
  read: Read,
  service: ServiceRef,
  listed = listRunningTasks(read, service),
): Promise<readonly Task[]> {
  const [running, stopped] = await Promise.all([listed, listTaskArns(read, service, 'STOPPED')]);
  return describeTasks(read, service, [...new Set([...running, ...stopped])]);
}

/** Tasks of a service that should run: what counts as the service. Newest first. */
export async function readRunningTasks(
  read: Read,
  service: ServiceRef,
  listed = listRunningTasks(read, service),
): Promise<readonly Task[]> {
  return describeTasks(read, service, await listed);
}

/** ARNs of the tasks of a service that should run (ListTasks). They can be listed before the service is described. */
export function listRunningTasks(read: Read, service: ServiceRef): Promise<readonly string[]> {
  return listTaskArns(read, service, 'RUNNING');
}

/** Tasks of a service that stopped within about an hour. Newest first. */
export async function readStoppedTasks(read: Read, service: ServiceRef): Promise<readonly Task[]> {
  return describeTasks(read, service, await listTaskArns(read, service, 'STOPPED'));
}

async function listTaskArns(
  { ecs, signal }: Read,
  { cluster, service }: ServiceRef,
  desiredStatus: DesiredStatus,
): Promise<string[]> {
  const pages = paginateListTasks(
    { client: ecs, pageSize: 100 },
    { cluster, serviceName: service, desiredStatus },
    { abortSignal: signal },
  );
  const arns: string[] = [];
  for await (const page of pages) arns.push(...(page.taskArns ?? []));
  return arns;
}

/** Tasks that vanish between the list and the description are left out. */
async function describeTasks(
  { ecs, signal }: Read,
  { cluster, region }: ServiceRef,
  arns: readonly string[],
): Promise<readonly Task[]> {
  const tasks = await inBatches(arns, BATCH, async (batch) => {
    const command = new DescribeTasksCommand({ cluster, tasks: batch });
    return (await ecs.send(command, { abortSignal: signal })).tasks ?? [];
  });
  return tasks
    .map((task) => toTask(task, region, cluster))
    .toSorted((one, other) => (other.createdAt ?? '').localeCompare(one.createdAt ?? ''));
}

/** A task of DescribeTasks as it crosses the bridge. */
export function toTask(task: EcsTask, region: string, cluster: string): Task {
  const { taskArn: arn = '', taskDefinitionArn = '' } = task;
  const id = lastPartOf(arn);
  return {
    arn,
    id,
    state: taskState(task),
    revision: revisionNameOf(taskDefinitionArn),
    taskDefinitionArn,
    lastStatus: task.lastStatus ?? '',
    desiredStatus: task.desiredStatus ?? '',
    health: task.healthStatus ?? 'UNKNOWN',
    consoleUrl: taskConsoleUrl(region, cluster, id),
    containers: (task.containers ?? []).map(toContainer),
    startedBy: task.startedBy,
    createdAt: task.createdAt?.toISOString(),
    startedAt: task.startedAt?.toISOString(),
    stoppedAt: task.stoppedAt?.toISOString(),
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    availabilityZone: task.availabilityZone,
  };
}

function toContainer(container: NonNullable<EcsTask['containers']>[number]): TaskContainer {
  return {
    name: container.name ?? '',
    lastStatus: container.lastStatus,
    health: container.healthStatus,
    exitCode: container.exitCode,
    reason: container.reason,
    runtimeId: container.runtimeId,
    image: container.image,
    digest: Digest.safeParse(container.imageDigest).data,
  };
}
