import {
  type Attribute,
  DeregisterContainerInstanceCommand,
  DescribeContainerInstancesCommand,
  ListContainerInstancesCommand,
  RegisterContainerInstanceCommand,
  type RegisterContainerInstanceRequest,
  UpdateContainerInstancesStateCommand,
} from '@aws-sdk/client-ecs';
import { type Operation, operation } from '../../../aws-api/service.ts';
import { isJsonObject, parseJson } from '../../../core/json.ts';
import { containerInstanceArn, lastPart } from '../simulation/arns.ts';
import {
  builtInAttributes,
  factsOf,
  findInstance,
  NEWEST_AGENT,
  requireInstance,
  tasksOn,
  viewInstance,
} from '../simulation/container-instances.ts';
import type { EcsContext } from '../simulation/context.ts';
import type { DeploymentEngine } from '../simulation/deployment-engine.ts';
import { invalidParameter } from '../simulation/errors.ts';
import { requireCluster } from '../simulation/lookups.ts';
import { pageOf } from '../simulation/paging.ts';
import { checkExpression, isSelected } from '../simulation/placement-constraints.ts';
import type { Resources } from '../simulation/resources.ts';
import type { ClusterRecord, ContainerInstanceRecord } from '../simulation/state.ts';
import { checkTags } from '../simulation/tag-rules.ts';
import { hasTaskSets } from '../simulation/task-sets.ts';
import { checkAttributeTexts } from './attributes.ts';
import { readServices } from './cluster-services.ts';

const PAGE = { most: 100, byDefault: 100 } as const;

export function containerInstanceOperations(
  context: EcsContext,
  engine: DeploymentEngine,
): readonly Operation[] {
  const { state, clock, ids, home } = context;

  return [
    operation(RegisterContainerInstanceCommand, (request) => {
      const cluster = requireCluster(context, request.cluster);
      checkTags(request.tags ?? []);
      const record = newInstance(cluster, request);
      state.containerInstances.put(record);
      readServices(context, engine, cluster);
      return { containerInstance: viewInstance(context, record) };
    }),

    operation(DeregisterContainerInstanceCommand, ({ cluster: name, containerInstance = '', force }) => {
      const cluster = requireCluster(context, name);
      const record = requireInstance(context, cluster, containerInstance);
      const tasks = tasksOn(context, record.instance.containerInstanceArn);
      if (tasks.length > 0 && force !== true) {
        throw invalidParameter('Found running tasks on the instance.');
      }
      for (const { task } of tasks) {
        engine.stopTask(task.taskArn, 'InfrastructureHealth', 'Container instance was deregistered.');
      }
      const gone = putStatus(record, 'INACTIVE');
      readServices(context, engine, cluster);
      return { containerInstance: viewInstance(context, gone) };
    }),

    operation(
      DescribeContainerInstancesCommand,
      ({ cluster: name, containerInstances: asked = [], include = [] }) => {
        const cluster = requireCluster(context, name);
        checkBatch(asked);
        return {
          containerInstances: asked.flatMap((each) => {
            const record = findInstance(context, cluster, each);
            if (record === undefined) return [];
            return [
              { ...viewInstance(context, record), tags: include.includes('TAGS') ? [...record.tags] : [] },
            ];
          }),
          failures: missing(cluster, asked),
        };
      },
    ),

    operation(ListContainerInstancesCommand, (input) => {
      const cluster = requireCluster(context, input.cluster);
      const status = input.status ?? 'ACTIVE';
      const { filter } = input;
      if (filter !== undefined) checkExpression(filter, invalidParameter);
      const listed = instancesOf(cluster).filter(
        (record) =>
          record.instance.status === status &&
          (filter === undefined || isSelected(filter, factsOf(context, record))),
      );
      const page = pageOf(listed, ({ instance }) => instance.containerInstanceArn, input, PAGE);
      return {
        containerInstanceArns: page.items.map(({ instance }) => instance.containerInstanceArn),
        nextToken: page.nextToken,
      };
    }),

    operation(
      UpdateContainerInstancesStateCommand,
      ({ cluster: name, containerInstances: asked = [], status }) => {
        const cluster = requireCluster(context, name);
        checkBatch(asked);
        if (status !== 'ACTIVE' && status !== 'DRAINING') {
          throw invalidParameter('Container instance status must be ACTIVE or DRAINING.');
        }
        const changed = asked
          .flatMap((each) => findInstance(context, cluster, each) ?? [])
          .map((record) => putStatus(record, status));
        if (status === 'DRAINING') for (const record of changed) stopTasksOfSets(record);
        readServices(context, engine, cluster);
        return {
          containerInstances: changed.map((record) => viewInstance(context, record)),
          failures: missing(cluster, asked),
        };
      },
    ),
  ];

  function newInstance(
    { cluster }: ClusterRecord,
    {
      totalResources,
      attributes = [],
      versionInfo,
      instanceIdentityDocument,
      tags = [],
    }: RegisterContainerInstanceRequest,
  ): ContainerInstanceRecord {
    checkAttributeTexts(attributes);
    const arn = containerInstanceArn(home, cluster.clusterName, ids.hex());
    return {
      instance: {
        containerInstanceArn: arn,
        ec2InstanceId: textIn(instanceIdentityDocument, 'instanceId') ?? `i-${ids.hex().slice(0, 17)}`,
        status: 'ACTIVE',
        agentConnected: true,
        version: 1,
        versionInfo: versionInfo ?? { agentVersion: NEWEST_AGENT, dockerVersion: 'DockerVersion: 25.0.13' },
        attributes: instanceAttributes(home.region, attributes, instanceIdentityDocument),
        registeredAt: clock.now(),
        attachments: [],
      },
      clusterArn: cluster.clusterArn,
      total: totalOf(totalResources),
      tags,
    };
  }

  /** The scheduler of a service replaces its tasks within its bounds. Task sets have none, and other tasks run on. */
  function stopTasksOfSets({ instance }: ContainerInstanceRecord): void {
    for (const { task, serviceArn } of tasksOn(context, instance.containerInstanceArn)) {
      const service = serviceArn === undefined ? undefined : state.services.get(serviceArn);
      if (service === undefined || !hasTaskSets(service)) continue;
      engine.stopTask(
        task.taskArn,
        'ServiceSchedulerInitiated',
        `Task was stopped because its container instance ${lastPart(instance.containerInstanceArn)} is draining.`,
      );
    }
  }

  function putStatus(record: ContainerInstanceRecord, status: string): ContainerInstanceRecord {
    const version = (record.instance.version ?? 0) + 1;
    const changed = {
      ...record,
      instance: { ...record.instance, status, version, agentConnected: status !== 'INACTIVE' },
    };
    state.containerInstances.put(changed);
    return changed;
  }

  function instancesOf({ cluster }: ClusterRecord): readonly ContainerInstanceRecord[] {
    return [...state.containerInstances.inGroup(cluster.clusterArn)];
  }

  function missing(cluster: ClusterRecord, asked: readonly string[]) {
    return asked
      .filter((each) => findInstance(context, cluster, each) === undefined)
      .map((arn) => ({ arn, reason: 'MISSING' }));
  }
}

function checkBatch(asked: readonly string[]): void {
  if (asked.length === 0) throw invalidParameter('Container instances cannot be empty.');
  if (asked.length > PAGE.most)
    throw invalidParameter(`Container instances cannot be more than ${PAGE.most}.`);
}

/** An instance that does not say is as large as an m5.large. */
function totalOf(resources: RegisterContainerInstanceRequest['totalResources']): Resources {
  const integer = (name: string): number | undefined =>
    resources?.find((each) => each.name === name)?.integerValue;
  const ports = resources?.find(({ name }) => name === 'PORTS')?.stringSetValue ?? [];
  return { cpu: integer('CPU') ?? 2048, memory: integer('MEMORY') ?? 7680, ports: ports.map(Number) };
}

/** The attributes that ECS adds to every instance, then those of the request, which win. */
function instanceAttributes(
  region: string,
  attributes: readonly Attribute[],
  identityDocument: string | undefined,
): Attribute[] {
  const builtIn = builtInAttributes(region, {
    imageId: textIn(identityDocument, 'imageId'),
    instanceType: textIn(identityDocument, 'instanceType'),
  });
  const named = new Set(attributes.map(({ name }) => name));
  return [...builtIn.filter(({ name }) => !named.has(name)), ...attributes];
}

/**
 * A field of an instance identity document, if it is a string.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html
 */
function textIn(identityDocument = '', field: 'instanceId' | 'imageId' | 'instanceType'): string | undefined {
  const document = parseJson(identityDocument);
  const value = isJsonObject(document) ? document[field] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
