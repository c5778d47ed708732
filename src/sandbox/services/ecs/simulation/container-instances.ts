import type { Attribute, ContainerInstance, Resource } from '@aws-sdk/client-ecs';
import { containerInstanceArn, lastPart } from './arns.ts';
import type { EcsContext } from './context.ts';
import { clientError } from './errors.ts';
import { checkClusterOf } from './lookups.ts';
import {
  type InstanceCapacity,
  needsOf,
  type Placement,
  placeTask,
  type UnmetConstraint,
} from './placement.ts';
import { type InstanceFacts, isMember } from './placement-constraints.ts';
import type { Resources } from './resources.ts';
import type { ClusterRecord, ContainerInstanceRecord, TaskRecord } from './state.ts';
import type { TaskOrder } from './task-factory.ts';
import { isMeantToRun, isRunning, isStopped } from './task-transitions.ts';

/** Ports that every instance keeps for the Docker daemon, the agent and SSH. */
const RESERVED_PORTS = ['22', '2375', '2376', '51678', '51679'];

/** The version of the agent that an instance has unless it says otherwise, and that an update brings. */
export const NEWEST_AGENT = '1.98.0';

/** The instance of an id or ARN in a cluster, in whatever status. Undefined when there is none. */
export function findInstance(
  { state, home }: EcsContext,
  { cluster }: ClusterRecord,
  idOrArn: string,
): ContainerInstanceRecord | undefined {
  checkClusterOf(idOrArn, cluster);
  return state.containerInstances.get(containerInstanceArn(home, cluster.clusterName, lastPart(idOrArn)));
}

/** Throws ClientException when there is no such instance, or it has been deregistered. */
export function requireInstance(
  context: EcsContext,
  cluster: ClusterRecord,
  idOrArn: string,
): ContainerInstanceRecord {
  const record = findInstance(context, cluster, idOrArn);
  if (record === undefined || record.instance.status === 'INACTIVE') {
    throw clientError('Referenced container instance not found.');
  }
  return record;
}

/** The resources of an instance as ECS lists them. */
export function resourcesOf({ cpu, memory, ports }: Resources): Resource[] {
  return [
    { name: 'CPU', type: 'INTEGER', doubleValue: 0, longValue: 0, integerValue: cpu },
    { name: 'MEMORY', type: 'INTEGER', doubleValue: 0, longValue: 0, integerValue: memory },
    {
      name: 'PORTS',
      type: 'STRINGSET',
      doubleValue: 0,
      longValue: 0,
      integerValue: 0,
      stringSetValue: [...RESERVED_PORTS, ...ports.map(String)],
    },
    {
      name: 'PORTS_UDP',
      type: 'STRINGSET',
      doubleValue: 0,
      longValue: 0,
      integerValue: 0,
      stringSetValue: [],
    },
  ];
}

/** What is left of an instance once its tasks have taken their part. */
export function capacityOf(context: EcsContext, { instance, total }: ContainerInstanceRecord): Resources {
  const taken = tasksOn(context, instance.containerInstanceArn).flatMap(({ task }) => {
    const record = context.state.taskDefinitions.get(task.taskDefinitionArn);
    return record === undefined ? [] : needsOf(record.definition);
  });
  return {
    cpu: taken.reduce((left, { cpu }) => left - cpu, total.cpu),
    memory: taken.reduce((left, { memory }) => left - memory, total.memory),
    ports: [...total.ports, ...taken.flatMap(({ ports }) => ports)],
  };
}

/** The tasks that take room on an instance: all that have not stopped. */
export function tasksOn({ state }: EcsContext, instanceArn: string): readonly TaskRecord[] {
  return [...state.tasks.all()].filter(
    (record) => record.task.containerInstanceArn === instanceArn && !isStopped(record),
  );
}

/**
 * Where a task of EC2 capacity goes. Undefined when it needs no instance: on Fargate, and in a cluster that never had
 * an instance, which the sandbox takes for one with capacity for everything.
 */
export function placementOf(context: EcsContext, order: TaskOrder): Placement | undefined {
  const { clusterArn, definition, launchType } = order;
  if (launchType !== 'EC2') return undefined;
  const registered = [...context.state.containerInstances.inGroup(clusterArn)];
  if (registered.length === 0) return undefined;
  const open = registered
    .filter(({ instance }) => instance.status === 'ACTIVE')
    .map(
      (record): InstanceCapacity => ({
        arn: record.instance.containerInstanceArn,
        left: capacityOf(context, record),
        unmet: unmetConstraint(context, order, record),
      }),
    );
  return placeTask(open, needsOf(definition));
}

/** A task on its way out does not keep the next one of its group away. */
function unmetConstraint(
  context: EcsContext,
  { placementConstraints, group }: TaskOrder,
  record: ContainerInstanceRecord,
): UnmetConstraint | undefined {
  const { instance } = record;
  if (!isMember(placementConstraints, factsOf(context, record))) {
    return 'MemberOf placement constraint unsatisfied.';
  }
  const isShared = tasksOn(context, instance.containerInstanceArn).some(
    (task) => task.task.group === group && isMeantToRun(task),
  );
  return isShared && placementConstraints.some(({ type }) => type === 'distinctInstance')
    ? 'DistinctInstance placement constraint unsatisfied.'
    : undefined;
}

/**
 * What the cluster query language can ask of an instance.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
 */
export function factsOf(context: EcsContext, { instance }: ContainerInstanceRecord): InstanceFacts {
  const tasks = () => tasksOn(context, instance.containerInstanceArn).filter(isMeantToRun);
  return (subject) => {
    switch (subject) {
      case 'agentConnected':
        return [String(instance.agentConnected ?? false)];
      case 'agentVersion':
        return instance.versionInfo?.agentVersion === undefined ? [] : [instance.versionInfo.agentVersion];
      case 'ec2InstanceId':
        return instance.ec2InstanceId === undefined ? [] : [instance.ec2InstanceId];
      case 'registeredAt':
        return instance.registeredAt === undefined ? [] : [instance.registeredAt.toISOString()];
      case 'runningTasksCount':
        return [String(tasks().filter(isRunning).length)];
      case 'task:group':
        return tasks().flatMap(({ task }) => task.group ?? []);
      default:
        return instance.attributes
          .filter(({ name }) => `attribute:${name}` === subject)
          .map(({ value = '' }) => value);
    }
  };
}

/** An instance as DescribeContainerInstances shows it. */
export function viewInstance(context: EcsContext, record: ContainerInstanceRecord): ContainerInstance {
  const tasks = tasksOn(context, record.instance.containerInstanceArn);
  return {
    ...record.instance,
    registeredResources: resourcesOf(record.total),
    remainingResources: resourcesOf(capacityOf(context, record)),
    runningTasksCount: tasks.filter(isRunning).length,
    pendingTasksCount: tasks.filter((each) => isMeantToRun(each) && !isRunning(each)).length,
  };
}

/**
 * The attributes that ECS adds to every instance.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html
 */
export function builtInAttributes(
  region: string,
  {
    imageId = DEFAULT_AMI,
    instanceType = DEFAULT_INSTANCE_TYPE,
  }: {
    readonly imageId?: string | undefined;
    readonly instanceType?: string | undefined;
  } = {},
): readonly Attribute[] {
  return [
    { name: 'ecs.ami-id', value: imageId },
    { name: 'ecs.availability-zone', value: `${region}a` },
    { name: 'ecs.instance-type', value: instanceType },
    { name: 'ecs.os-type', value: 'linux' },
    { name: 'ecs.cpu-architecture', value: 'x86_64' },
  ];
}

/** Of an instance that does not name them. */
const DEFAULT_AMI = 'ami-0a1b2c3d4e5f60718';
const DEFAULT_INSTANCE_TYPE = 'm5.large';
