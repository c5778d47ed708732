import type {
  ContainerDefinition,
  Container as EcsContainer,
  Task as EcsTask,
  Service,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { Task } from '../../../shared/model/task.ts';
import type { TaskDetail } from '../../../shared/model/task-detail.ts';
import { ec2ConsoleUrl } from '../catalog/console-urls.ts';
import { failureOf } from '../task-failures/task-failure.ts';

const MOST_EVENTS = 20;

/** A task that only Slipway still has: what it kept of it. */
export function keptDetail({ task, service }: { readonly task: Task; readonly service: string }): TaskDetail {
  const { createdAt, startedAt, stoppedAt } = task;
  return {
    task,
    ...(service === '' ? {} : { service }),
    ...failureOfTask(task),
    hasExec: false,
    times: [
      ...(createdAt === undefined ? [] : [{ what: 'created' as const, at: createdAt }]),
      ...(startedAt === undefined ? [] : [{ what: 'started' as const, at: startedAt }]),
      ...(stoppedAt === undefined ? [] : [{ what: 'stopped' as const, at: stoppedAt }]),
    ],
    containers: [],
    tags: [],
    events: [],
    notRead: [],
  };
}

/** Why a stopped task failed; nothing for one that was no longer wanted. */
export function failureOfTask(task: Task): Pick<TaskDetail, 'failure'> {
  const failure = failureOf(task);
  if (failure === undefined) return {};
  const { cause, container } = failure;
  return { failure: { cause, ...(container === undefined ? {} : { container }) } };
}

/** `ecs-svc/…` names a deployment of DescribeServices; only the newest one has the ARN of its service deployment there. */
export function deploymentOf(
  { startedBy }: Task,
  service: Service | undefined,
): Pick<TaskDetail, 'deploymentArn'> {
  const primary = service?.deployments?.find(({ status }) => status === 'PRIMARY');
  const arn = service?.currentServiceDeployment;
  return primary === undefined || primary.id !== startedBy || arn === undefined ? {} : { deploymentArn: arn };
}

/** What it runs on, and how large it is. */
export function placeOf(task: EcsTask): Partial<TaskDetail> {
  const { launchType, capacityProviderName, platformFamily, platformVersion, cpu, memory } = task;
  const platform = [platformFamily, platformVersion].filter((part) => part !== undefined).join(' ');
  const storage = task.fargateEphemeralStorage?.sizeInGiB ?? task.ephemeralStorage?.sizeInGiB;
  return {
    ...(launchType === undefined ? {} : { launchType }),
    ...(capacityProviderName === undefined ? {} : { capacityProvider: capacityProviderName }),
    ...(platform === '' ? {} : { platform }),
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
    ...(storage === undefined ? {} : { ephemeralStorageGiB: storage }),
  };
}

/**
 * The network interface of a task with the network mode awsvpc. ECS does not tell its public address.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Attachment.html
 */
export function networkOf(
  { attachments = [], containers = [] }: EcsTask,
  region: string,
): Pick<TaskDetail, 'network'> {
  const details = attachments.find(({ type }) => type === 'ElasticNetworkInterface')?.details;
  if (details === undefined) return {};
  const of = (wanted: string): string | undefined => details.find(({ name }) => name === wanted)?.value;
  const networkInterface = of('networkInterfaceId');
  const ipv6 = containers.flatMap((each) => each.networkInterfaces ?? []).find((each) => each.ipv6Address);
  const consoleUrl =
    networkInterface === undefined
      ? undefined
      : ec2ConsoleUrl(region, 'NetworkInterface:networkInterfaceId', networkInterface);
  return {
    network: {
      privateIpv4: of('privateIPv4Address'),
      ipv6: ipv6?.ipv6Address,
      subnet: of('subnetId'),
      networkInterface,
      macAddress: of('macAddress'),
      dnsName: of('privateDnsName'),
      consoleUrl,
    },
  };
}

/** What happened when, the oldest first. */
export function timesOf(task: EcsTask): TaskDetail['times'] {
  const times = [
    ['created', task.createdAt],
    ['pullStarted', task.pullStartedAt],
    ['connected', task.connectivityAt],
    ['pullStopped', task.pullStoppedAt],
    ['started', task.startedAt],
    ['stopping', task.stoppingAt],
    ['executionStopped', task.executionStoppedAt],
    ['stopped', task.stoppedAt],
  ] as const;
  return times
    .flatMap(([what, at]) => (at === undefined ? [] : [{ what, at: at.toISOString() }]))
    .toSorted((one, other) => one.at.localeCompare(other.at));
}

/** What ECS and the revision tell about a container beside its state. */
export function containerOf(
  container: EcsContainer,
  revision: TaskDefinition | undefined,
): TaskDetail['containers'][number] {
  const { name = '', cpu, memory, memoryReservation, networkBindings = [], managedAgents = [] } = container;
  const definition = revision?.containerDefinitions?.find((each) => each.name === name);
  const [networkInterface] = container.networkInterfaces ?? [];
  return {
    name,
    ...(definition === undefined ? {} : { isEssential: definition.essential !== false }),
    cpu,
    memory: memory ?? memoryReservation,
    privateIpv4: networkInterface?.privateIpv4Address,
    ipv6: networkInterface?.ipv6Address,
    ports: networkBindings.map(
      ({ bindIP = '', hostPort, hostPortRange, containerPort, containerPortRange, protocol = 'tcp' }) =>
        `${bindIP}:${hostPortRange ?? hostPort} → ${containerPortRange ?? containerPort}/${protocol}`,
    ),
    managedAgents: managedAgents.map((agent) => ({
      name: agent.name ?? '',
      lastStatus: agent.lastStatus,
      reason: agent.reason,
    })),
    ...restartsOf(definition),
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-restart-policy.html */
function restartsOf(
  definition: ContainerDefinition | undefined,
): Pick<TaskDetail['containers'][number], 'restarts'> {
  const restartPolicy = definition?.restartPolicy;
  if (restartPolicy?.enabled !== true) return {};
  const { ignoredExitCodes = [], restartAttemptPeriod } = restartPolicy;
  return { restarts: { ignoredExitCodes, attemptPeriodSeconds: restartAttemptPeriod } };
}

/** What ECS wrote about the task; it names it as `(task 0123…)`. */
export function eventsOf(id: string, service: Service | undefined): TaskDetail['events'] {
  return (service?.events ?? [])
    .filter(({ message = '' }) => message.includes(id))
    .slice(0, MOST_EVENTS)
    .map((event) => ({
      id: event.id ?? '',
      at: (event.createdAt ?? new Date(0)).toISOString(),
      message: event.message ?? '',
    }));
}
