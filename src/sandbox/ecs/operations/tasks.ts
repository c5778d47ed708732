import {
  DescribeTasksCommand,
  ListTasksCommand,
  type ListTasksRequest,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { type Operation, operation } from '../../aws-json/service.ts';
import { taskArn } from '../arns.ts';
import type { EcsContext } from '../context.ts';
import type { DeploymentEngine } from '../deployment-engine.ts';
import { invalidParameter, serviceNotFound } from '../errors.ts';
import { findService, findTask, requireCluster, requireDeployableTaskDefinition } from '../lookups.ts';
import { pageOf } from '../paging.ts';
import type { ClusterRecord, TaskRecord } from '../state.ts';

const PAGE = { most: 100, byDefault: 100 } as const;
const RUN_AT_MOST = 10;

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
          record === undefined ? [] : [viewTask(record, include.includes('TAGS'))],
        ),
        failures: tasks.flatMap((id, index) => {
          if (found[index] !== undefined) return [];
          const arn = id.startsWith('arn:') ? id : taskArn(home, cluster.cluster.clusterName, id);
          return [{ arn, reason: 'MISSING' }];
        }),
      };
    }),

    operation(RunTaskCommand, (request) => {
      const { cluster } = requireCluster(context, request.cluster);
      const { definition, tags } = requireDeployableTaskDefinition(context, request.taskDefinition ?? '');
      const { count = 1 } = request;
      if (count < 1 || count > RUN_AT_MOST)
        throw invalidParameter(`count must be between 1 and ${RUN_AT_MOST}.`);
      const network = request.networkConfiguration?.awsvpcConfiguration;
      if (definition.networkMode === 'awsvpc' && network === undefined) {
        throw invalidParameter(
          "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
        );
      }
      const records = Array.from({ length: count }, () =>
        engine.startTask({
          clusterArn: cluster.clusterArn,
          definition,
          launchType: request.launchType ?? 'EC2',
          platformVersion: request.platformVersion,
          group: request.group ?? `family:${definition.family}`,
          startedBy: request.startedBy,
          subnet: network?.subnets?.[0],
          tags: [...(request.tags ?? []), ...(request.propagateTags === 'TASK_DEFINITION' ? tags : [])],
          enableExecuteCommand: request.enableExecuteCommand === true,
          overrides: request.overrides,
          serviceArn: undefined,
          revisionArn: undefined,
          containerImages: [],
          targetGroupArns: [],
          healthCheckGracePeriodSeconds: 0,
        }),
      );
      return { tasks: records.map((record) => viewTask(record, true)), failures: [] };
    }),

    operation(StopTaskCommand, ({ cluster: clusterName, task: id = '', reason }) => {
      const cluster = requireCluster(context, clusterName);
      const record = findTask(context, cluster, id);
      if (record === undefined) throw invalidParameter('The referenced task was not found.');
      engine.stopTask(record.task.taskArn, 'UserInitiated', reason ?? 'Task stopped by user');
      return { task: viewTask(state.tasks.get(record.task.taskArn) ?? record, true) };
    }),
  ];

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
    { family, startedBy, desiredStatus, launchType }: ListTasksRequest,
  ): boolean {
    // PENDING finds nothing in ECS either: it never sets the desired status to that value.
    if (task.desiredStatus !== (desiredStatus ?? 'RUNNING')) return false;
    if (startedBy !== undefined && task.startedBy !== startedBy) return false;
    if (launchType !== undefined && task.launchType !== launchType) return false;
    return (
      family === undefined || state.taskDefinitions.get(task.taskDefinitionArn)?.definition.family === family
    );
  }
}

function viewTask({ task }: TaskRecord, withTags: boolean): Task {
  const { tags, ...rest } = task;
  return { ...rest, tags: withTags ? (tags ?? []) : [] };
}
