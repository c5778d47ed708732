import {
  DescribeTasksCommand,
  type Failure,
  type LaunchType,
  ListTasksCommand,
  type ListTasksRequest,
  RunTaskCommand,
  type RunTaskRequest,
  StartTaskCommand,
  StopTaskCommand,
  type Task,
  type TaskOverride,
} from '@aws-sdk/client-ecs';
import { cpuUnitsOf, isFargateSize, memoryMiBOf } from '../../../../shared/model/task-size.ts';
import { type CallContext, type Operation, operation } from '../../../aws-api/service.ts';
import { containerInstanceArn, lastPart, taskArn } from '../simulation/arns.ts';
import { chooseProviders } from '../simulation/capacity-provider-choice.ts';
import { capacityOf, placementOf } from '../simulation/container-instances.ts';
import type { EcsContext } from '../simulation/context.ts';
import type { DeploymentEngine } from '../simulation/deployment-engine.ts';
import { clientError, invalidParameter, serviceNotFound } from '../simulation/errors.ts';
import { agentOf } from '../simulation/exec-targets.ts';
import { onceForToken } from '../simulation/idempotency.ts';
import {
  checkClusterOf,
  findService,
  findTask,
  requireCluster,
  requireDeployableTaskDefinition,
  requireProvidersOf,
} from '../simulation/lookups.ts';
import { pageOf } from '../simulation/paging.ts';
import { checkPassRole } from '../simulation/pass-role.ts';
import { lackingOf, needsOf } from '../simulation/placement.ts';
import { checkConstraints } from '../simulation/placement-constraints.ts';
import { strategyOr } from '../simulation/service-content.ts';
import { checkPlacement, checkRevision, checkVolumes } from '../simulation/service-rules.ts';
import { launchTypeOf } from '../simulation/service-task-order.ts';
import type { ClusterRecord, TaskRecord } from '../simulation/state.ts';
import { checkTags } from '../simulation/tag-rules.ts';
import type { TaskOrder } from '../simulation/task-factory.ts';

const PAGE = { most: 100, byDefault: 100 } as const;
const RUN_AT_MOST = 10;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html (overrides, startedBy) */
const LONGEST_OVERRIDES = 8192;
const LONGEST_STARTED_BY = 128;

export function taskOperations(context: EcsContext, engine: DeploymentEngine): readonly Operation[] {
  const { state, home } = context;

  return [
    operation(ListTasksCommand, (input) => {
      const cluster = requireCluster(context, input.cluster);
      const tasks = tasksInScope(cluster, input).filter((record) => matches(record, input));
      const page = pageOf(tasks, ({ task }) => task.taskArn, input, PAGE);
      return { taskArns: page.items.map(({ task }) => task.taskArn), nextToken: page.nextToken };
    }),

    operation(DescribeTasksCommand, ({ cluster: clusterName, tasks = [], include = [] }) => {
      const cluster = requireCluster(context, clusterName);
      if (tasks.length === 0) throw invalidParameter('Tasks cannot be empty.');
      if (tasks.length > PAGE.most) throw invalidParameter(`Tasks cannot be more than ${PAGE.most}.`);
      const found = tasks.map((id) => findTask(context, cluster, id));
      return {
        tasks: found.flatMap((record) =>
          record === undefined ? [] : [viewTask(context, record, include.includes('TAGS'))],
        ),
        failures: tasks.flatMap((id, index) => {
          if (found[index] !== undefined) return [];
          const arn = id.startsWith('arn:') ? id : taskArn(home, cluster.cluster.clusterName, id);
          return [{ arn, reason: 'MISSING' }];
        }),
      };
    }),

    operation(RunTaskCommand, (request, caller) => {
      const cluster = requireCluster(context, request.cluster);
      const { count = 1 } = request;
      if (count < 1 || count > RUN_AT_MOST)
        throw invalidParameter(`count must be between 1 and ${RUN_AT_MOST}.`);
      const failures: Failure[] = [];
      const arns = onceForToken(context, 'RunTask', request, () => {
        const order = orderOf(cluster, request, caller);
        return Array.from({ length: count }, () => runOne(order, failures)).flat();
      });
      return { tasks: viewAll(arns), failures };
    }),

    operation(StartTaskCommand, (request, caller) => {
      const cluster = requireCluster(context, request.cluster);
      const { containerInstances = [] } = request;
      if (containerInstances.length === 0) throw invalidParameter('Container instances cannot be empty.');
      if (containerInstances.length > RUN_AT_MOST) {
        throw invalidParameter(`Container instances cannot be more than ${RUN_AT_MOST}.`);
      }
      const order = orderOf(cluster, request, caller);
      const failures: Failure[] = [];
      const arns = containerInstances.flatMap((id) => startOn(order, instanceArn(cluster, id), failures));
      return { tasks: viewAll(arns), failures };
    }),

    operation(StopTaskCommand, ({ cluster: clusterName, task: id = '', reason }) => {
      const cluster = requireCluster(context, clusterName);
      const record = findTask(context, cluster, id);
      if (record === undefined) throw invalidParameter('The referenced task was not found.');
      engine.stopTask(record.task.taskArn, 'UserInitiated', reason ?? 'Task stopped by user');
      return { task: viewTask(context, state.tasks.get(record.task.taskArn) ?? record, true) };
    }),
  ];

  /** Throws what ECS says of a task that cannot be run this way. */
  function orderOf(
    clusterRecord: ClusterRecord,
    request: Omit<RunTaskRequest, 'count' | 'clientToken'>,
    caller: CallContext,
  ): TaskOrder {
    const { cluster } = clusterRecord;
    const { definition, tags } = requireDeployableTaskDefinition(context, request.taskDefinition ?? '');
    const roles = rolesOf(definition, request.overrides);
    checkPassRole(roles, caller);
    const { launchType, platformVersion, networkConfiguration } = request;
    const capacityProviderStrategy = strategyOr(cluster, request);
    checkRevision(
      {
        taskDefinition: definition.taskDefinitionArn,
        capacityProviderStrategy,
        launchType,
        platformVersion,
        networkConfiguration,
      },
      definition,
    );
    checkVolumes(request, definition);
    requireProvidersOf(context, clusterRecord, capacityProviderStrategy);
    const constraints = [...(request.placementConstraints ?? []), ...(definition.placementConstraints ?? [])];
    checkConstraints(constraints);
    checkPlacement(request, { launchType, capacityProviderStrategy });
    checkTags(request.tags ?? []);
    checkOverrides(request.overrides, definition);
    checkOverriddenSize(
      request.overrides,
      definition,
      launchTypeOf({ launchType, capacityProviderStrategy }),
    );
    if ((request.startedBy ?? '').length > LONGEST_STARTED_BY) {
      throw invalidParameter(`startedBy can have at most ${LONGEST_STARTED_BY} characters.`);
    }
    return {
      clusterArn: cluster.clusterArn,
      definition: { ...definition, ...roles },
      launchType: launchTypeOf({ launchType, capacityProviderStrategy }),
      nextProvider: chooseProviders(capacityProviderStrategy, []),
      platformVersion: request.platformVersion,
      group: request.group ?? `family:${definition.family}`,
      startedBy: request.startedBy,
      subnet: request.networkConfiguration?.awsvpcConfiguration?.subnets?.[0],
      placementConstraints: constraints,
      tags: [...(request.tags ?? []), ...(request.propagateTags === 'TASK_DEFINITION' ? tags : [])],
      enableExecuteCommand: request.enableExecuteCommand === true,
      overrides: request.overrides,
      serviceArn: undefined,
      revisionArn: undefined,
      containerImages: [],
      targetGroupArns: [],
      healthCheckGracePeriodSeconds: 0,
    };
  }

  /** Returns the ARN of the task, or nothing and one more failure when no instance has capacity. */
  function runOne(order: TaskOrder, failures: Failure[]): readonly string[] {
    const placement = placementOf(context, order);
    if (placement?.kind === 'no-instances') {
      throw invalidParameter('No Container Instances were found in your cluster.');
    }
    if (placement?.kind === 'no-room') {
      failures.push({ arn: placement.closestArn, reason: placement.lacking });
      return [];
    }
    return [engine.startTask({ ...order, containerInstanceArn: placement?.instanceArn }).task.taskArn];
  }

  function startOn(order: TaskOrder, arn: string, failures: Failure[]): readonly string[] {
    const record = state.containerInstances.get(arn);
    const lacking =
      record === undefined ? undefined : lackingOf(capacityOf(context, record), needsOf(order.definition));
    if (record === undefined || record.instance.status !== 'ACTIVE' || lacking !== undefined) {
      failures.push({ arn, reason: lacking ?? (record === undefined ? 'MISSING' : 'INACTIVE') });
      return [];
    }
    return [
      engine.startTask({
        ...order,
        launchType: 'EC2',
        nextProvider: () => undefined,
        containerInstanceArn: arn,
      }).task.taskArn,
    ];
  }

  function instanceArn({ cluster }: ClusterRecord, idOrArn: string): string {
    checkClusterOf(idOrArn, cluster);
    return containerInstanceArn(home, cluster.clusterName, lastPart(idOrArn));
  }

  function viewAll(arns: readonly string[]): Task[] {
    return arns.flatMap((arn) => {
      const record = state.tasks.get(arn);
      return record === undefined ? [] : [viewTask(context, record, true)];
    });
  }

  function tasksInScope(cluster: ClusterRecord, { serviceName }: ListTasksRequest): readonly TaskRecord[] {
    const { clusterArn } = cluster.cluster;
    if (serviceName !== undefined) {
      const service = findService(context, cluster, serviceName);
      if (service === undefined) throw serviceNotFound();
      return [...state.tasks.inGroup(service.arn)];
    }
    const services = [...state.services.inGroup(clusterArn)].flatMap(({ arn }) => [
      ...state.tasks.inGroup(arn),
    ]);
    return [...services, ...state.tasks.inGroup(clusterArn)];
  }

  function matches(
    { task }: TaskRecord,
    { family, startedBy, desiredStatus, launchType, containerInstance }: ListTasksRequest,
  ): boolean {
    if (
      containerInstance !== undefined &&
      lastPart(task.containerInstanceArn ?? '') !== lastPart(containerInstance)
    ) {
      return false;
    }
    // PENDING finds nothing in ECS either: it never sets the desired status to that value.
    if (task.desiredStatus !== (desiredStatus ?? 'RUNNING')) return false;
    if (startedBy !== undefined && task.startedBy !== startedBy) return false;
    if (launchType !== undefined && task.launchType !== launchType) return false;
    return (
      family === undefined || state.taskDefinitions.get(task.taskDefinitionArn)?.definition.family === family
    );
  }
}

/** The roles of a task: those of its task definition, unless it was run with others. */
function rolesOf({ taskRoleArn, executionRoleArn }: TaskOrder['definition'], overrides?: TaskOverride) {
  return {
    taskRoleArn: overrides?.taskRoleArn ?? taskRoleArn,
    executionRoleArn: overrides?.executionRoleArn ?? executionRoleArn,
  };
}

function checkOverrides(
  overrides: TaskOverride | undefined,
  { containerDefinitions }: TaskOrder['definition'],
): void {
  if (JSON.stringify(overrides ?? {}).length > LONGEST_OVERRIDES) {
    throw invalidParameter(`Overrides length must be at most ${LONGEST_OVERRIDES}`);
  }
  for (const { name } of overrides?.containerOverrides ?? []) {
    if (!containerDefinitions.some((container) => container.name === name)) {
      throw invalidParameter(
        `Override for container named ${name} is not a container in the TaskDefinition.`,
      );
    }
  }
}

function checkOverriddenSize(
  overrides: TaskOverride | undefined,
  { cpu = '', memory = '', runtimePlatform }: TaskOrder['definition'],
  launchType: LaunchType,
): void {
  if (launchType !== 'FARGATE' || (overrides?.cpu ?? overrides?.memory) === undefined) return;
  const units = cpuUnitsOf(overrides?.cpu ?? cpu) ?? 0;
  const mib = memoryMiBOf(overrides?.memory ?? memory) ?? 0;
  if (isFargateSize(units, mib, runtimePlatform?.operatingSystemFamily)) return;
  throw clientError('No Fargate configuration exists for given values.');
}

function viewTask(context: EcsContext, record: TaskRecord, withTags: boolean): Task {
  const { tags, ...rest } = record.task;
  const agent = agentOf(context, record);
  const containers =
    agent === undefined
      ? rest.containers
      : rest.containers.map((container) => ({ ...container, managedAgents: [agent] }));
  return { ...rest, containers, tags: withTags ? (tags ?? []) : [] };
}
