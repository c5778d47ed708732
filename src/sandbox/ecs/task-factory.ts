import type {
  Attachment,
  Container,
  ContainerDefinition,
  ContainerImage,
  LaunchType,
  Tag,
  Task,
} from '@aws-sdk/client-ecs';
import { containerArn, lastPart, taskArn } from './arns.ts';
import { type EcsContext, secondsAfter } from './context.ts';
import { pinnedReference } from './image-resolution.ts';
import type { TaskDefinitionRecord, TaskRecord } from './state.ts';
import { behaviourOf } from './task-behaviour.ts';
import { type PlannedContainer, planStart } from './task-life.ts';

/** What a task is started with. */
export interface TaskOrder {
  readonly clusterArn: string;
  readonly definition: TaskDefinitionRecord['definition'];
  readonly launchType: LaunchType;
  readonly platformVersion: string | undefined;
  /** Such as `service:web` or `family:migrate`. */
  readonly group: string;
  /** The deployment's id, or whatever RunTask was told. */
  readonly startedBy: string | undefined;
  readonly subnet: string | undefined;
  readonly tags: readonly Tag[];
  readonly enableExecuteCommand: boolean;
  readonly overrides: Task['overrides'];
  readonly serviceArn: string | undefined;
  readonly revisionArn: string | undefined;
  /** The digests that the service revision settled on. Empty for a task without a service. */
  readonly containerImages: readonly ContainerImage[];
  readonly targetGroupArns: readonly string[];
  readonly healthCheckGracePeriodSeconds: number;
}

const PACE_OF_HEX = 0xff;

/** A new task in PROVISIONING, with its whole life ahead as its images will have it. */
export function newTask(context: EcsContext, order: TaskOrder): TaskRecord {
  const { clock, ids, home } = context;
  const { definition } = order;
  const at = clock.now();
  const id = ids.hex();
  const arn = taskArn(home, lastPart(order.clusterArn), id);
  const pace = Number.parseInt(id.slice(0, 2), 16) / PACE_OF_HEX;
  const address = `10.0.${Number.parseInt(id.slice(2, 4), 16)}.${Number.parseInt(id.slice(4, 6), 16)}`;
  const attachment =
    definition.networkMode === 'awsvpc' ? networkAttachment(ids.uuid(), address, order.subnet) : undefined;
  const pulls = definition.containerDefinitions.map((container) => planContainer(context, order, container));
  const ahead = planStart({
    containers: pulls.map(({ planned }) => planned),
    targetGroupArn: order.targetGroupArns[0],
    healthCheckGracePeriodSeconds: order.healthCheckGracePeriodSeconds,
    pace,
  });

  const containers = definition.containerDefinitions.map(
    (container, index): Container => ({
      containerArn: containerArn(home, lastPart(order.clusterArn), id, ids.uuid()),
      taskArn: arn,
      name: container.name,
      image: container.image,
      imageDigest: pulls[index]?.digest,
      runtimeId: `${id}-${index + 1}`,
      lastStatus: 'PENDING',
      healthStatus: 'UNKNOWN',
      networkBindings: [],
      networkInterfaces:
        attachment === undefined ? [] : [{ attachmentId: attachment.id, privateIpv4Address: address }],
      cpu: String(container.cpu ?? 0),
      ...(container.memory === undefined ? {} : { memory: String(container.memory) }),
      ...(container.memoryReservation === undefined
        ? {}
        : { memoryReservation: String(container.memoryReservation) }),
    }),
  );

  return {
    task: {
      taskArn: arn,
      clusterArn: order.clusterArn,
      taskDefinitionArn: definition.taskDefinitionArn,
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      containers,
      createdAt: at,
      attachments: attachment === undefined ? [] : [attachment],
      attributes: [
        {
          name: 'ecs.cpu-architecture',
          value: definition.runtimePlatform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'x86_64',
        },
      ],
      availabilityZone: `${home.region}${'abc'.charAt(Math.floor(pace * 2.99))}`,
      cpu: definition.cpu,
      memory: definition.memory,
      enableExecuteCommand: order.enableExecuteCommand,
      group: order.group,
      healthStatus: 'UNKNOWN',
      launchType: order.launchType,
      ...(order.launchType === 'FARGATE'
        ? { platformVersion: order.platformVersion ?? '1.4.0', platformFamily: 'Linux' }
        : {}),
      overrides: order.overrides ?? { containerOverrides: [], inferenceAcceleratorOverrides: [] },
      startedBy: order.startedBy,
      tags: [...order.tags],
      version: 1,
    },
    serviceArn: order.serviceArn,
    revisionArn: order.revisionArn,
    targetGroupArns: order.targetGroupArns,
    isHealthy: false,
    ahead,
    nextAt: secondsAfter(at, ahead[0]?.afterSeconds ?? 0),
  };
}

function planContainer(
  { resolveImage }: EcsContext,
  { definition, containerImages }: TaskOrder,
  container: ContainerDefinition,
): { readonly planned: PlannedContainer; readonly digest: string | undefined } {
  const settled = containerImages.find(({ containerName }) => containerName === container.name);
  const pulled = resolveImage(pinnedReference(container, settled?.imageDigest));
  // A digest has no tag, but the tag may be what says how the image behaves.
  const named = resolveImage(container.image ?? '');
  const image = pulled !== undefined && named?.digest === pulled.digest ? named : pulled;
  const planned: PlannedContainer = {
    name: container.name ?? '',
    image: container.image ?? '',
    essential: container.essential !== false,
    healthCheck: container.healthCheck,
    behaviour: behaviourOf(image, definition.runtimePlatform),
  };
  return { planned, digest: pulled?.digest };
}

function networkAttachment(id: string, address: string, subnet: string | undefined): Attachment {
  return {
    id,
    type: 'ElasticNetworkInterface',
    status: 'PRECREATED',
    details: [
      { name: 'subnetId', value: subnet ?? 'subnet-00000000000000000' },
      { name: 'privateIPv4Address', value: address },
    ],
  };
}
