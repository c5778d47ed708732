import type {
  Attachment,
  Container,
  ContainerDefinition,
  ContainerImage,
  LaunchType,
  PlacementConstraint,
  Tag,
  Task,
} from '@aws-sdk/client-ecs';
import { type Home, lastPart, taskArn } from './arns.ts';
import { type EcsContext, secondsAfter } from './context.ts';
import { pinnedReference } from './image-resolution.ts';
import type { PlannedContainer } from './planned-container.ts';
import { readSecretReference } from './secret-reference.ts';
import type { TaskDefinitionRecord, TaskRecord } from './state.ts';
import { accessFailure, mayPull } from './task-access.ts';
import { behaviourOf, behaviourOfCommand } from './task-behaviour.ts';
import { planStart } from './task-life.ts';

/** What every task on Fargate has, unless its task definition asks for more. */
const FARGATE_STORAGE_GIB = 20;

/** What a task is started with. */
export interface TaskOrder {
  readonly clusterArn: string;
  readonly definition: TaskDefinitionRecord['definition'];
  readonly launchType: LaunchType;
  /** The capacity provider of the next task that is made of this order; undefined without a strategy. */
  readonly nextProvider: () => string | undefined;
  readonly platformVersion: string | undefined;
  /** For example `service:web` or `family:migrate`. */
  readonly group: string;
  /** The deployment's id, or whatever RunTask was told. */
  readonly startedBy: string | undefined;
  readonly subnet: string | undefined;
  /** Those of the task definition too. */
  readonly placementConstraints: readonly PlacementConstraint[];
  /** On EC2 capacity: the instance that it was placed on. */
  readonly containerInstanceArn?: string | undefined;
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

/** The task's own numbers, which all follow from its id: the same id gives the same task. */
interface TaskTraits {
  readonly arn: string;
  /** From 0 to 1: how quickly it goes through its life. */
  readonly pace: number;
  readonly address: string;
  readonly zone: string;
}

/** A new task in PROVISIONING, with its whole life ahead as its images will have it. */
export function newTask(context: EcsContext, order: TaskOrder): TaskRecord {
  const { clock, ids } = context;
  const { definition } = order;
  const at = clock.now();
  const id = ids.hex();
  const traits = traitsOf(context.home, order, id);
  const attachment =
    definition.networkMode === 'awsvpc'
      ? networkAttachment(ids.uuid(), context.home, traits.address, order.subnet)
      : undefined;
  const planned = definition.containerDefinitions.map((each) => planContainer(context, order, each));
  const ahead = planStart({
    accessFailure: accessFailure(context, definition, id),
    containers: planned.map(({ plan }) => plan),
    targetGroupArn: order.targetGroupArns[0],
    healthCheckGracePeriodSeconds: order.healthCheckGracePeriodSeconds,
    pace: traits.pace,
  });

  return {
    task: {
      ...orderedMembers(order),
      taskArn: traits.arn,
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      healthStatus: 'UNKNOWN',
      containers: planned.map(({ container }, index) => ({
        ...container,
        containerArn: `${traits.arn.replace(':task/', ':container/')}/${ids.uuid()}`,
        taskArn: traits.arn,
        runtimeId: `${id}-${index + 1}`,
        networkInterfaces:
          attachment === undefined
            ? []
            : [{ attachmentId: attachment.id, privateIpv4Address: traits.address }],
      })),
      createdAt: at,
      attachments: attachment === undefined ? [] : [attachment],
      availabilityZone: traits.zone,
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

function traitsOf(home: Home, { clusterArn }: TaskOrder, id: string): TaskTraits {
  const byteAt = (place: number): number => Number.parseInt(id.slice(place, place + 2), 16);
  return {
    arn: taskArn(home, lastPart(clusterArn), id),
    pace: byteAt(0) / 255,
    address: `10.0.${byteAt(2)}.${byteAt(4)}`,
    zone: `${home.region}${'abc'.charAt(byteAt(6) % 3)}`,
  };
}

/** What a task shows of its order and its task definition. */
function orderedMembers(order: TaskOrder) {
  const { definition, launchType } = order;
  const capacityProviderName = order.nextProvider();
  const architecture = definition.runtimePlatform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'x86_64';
  return {
    clusterArn: order.clusterArn,
    ...(order.containerInstanceArn === undefined ? {} : { containerInstanceArn: order.containerInstanceArn }),
    taskDefinitionArn: definition.taskDefinitionArn,
    cpu: order.overrides?.cpu ?? definition.cpu,
    memory: order.overrides?.memory ?? definition.memory,
    ...storageOf(order),
    attributes: [{ name: 'ecs.cpu-architecture', value: architecture }],
    enableExecuteCommand: order.enableExecuteCommand,
    group: order.group,
    launchType,
    ...(capacityProviderName === undefined ? {} : { capacityProviderName }),
    ...(launchType === 'FARGATE'
      ? { platformVersion: order.platformVersion ?? '1.4.0', platformFamily: 'Linux' }
      : {}),
    overrides: order.overrides ?? { containerOverrides: [], inferenceAcceleratorOverrides: [] },
    startedBy: order.startedBy,
    tags: [...order.tags],
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html */
function storageOf({ definition, launchType, overrides }: TaskOrder): Pick<Task, 'ephemeralStorage'> {
  const asked = overrides?.ephemeralStorage ?? definition.ephemeralStorage;
  return launchType === 'FARGATE' ? { ephemeralStorage: asked ?? { sizeInGiB: FARGATE_STORAGE_GIB } } : {};
}

/** Whether Fargate has no capacity for tasks of this order: an image says so, as there is nothing that fills up. */
export function lacksCapacity({ resolveImage }: EcsContext, { definition, launchType }: TaskOrder): boolean {
  if (launchType !== 'FARGATE') return false;
  return definition.containerDefinitions.some(
    ({ image }) => behaviourOf(resolveImage(image ?? ''), definition.runtimePlatform).kind === 'no-capacity',
  );
}

function planContainer(
  context: EcsContext,
  { definition, containerImages, overrides }: TaskOrder,
  container: ContainerDefinition,
): { readonly plan: PlannedContainer; readonly container: Container } {
  const { resolveImage, home } = context;
  const override = overrides?.containerOverrides?.find((each) => each.name === container.name);
  const { name = '', image: reference = '', memory, memoryReservation, secrets = [] } = container;
  const settled = containerImages.find(({ containerName }) => containerName === name);
  const pulled = resolveImage(pinnedReference(container, settled?.imageDigest));
  // A digest has no tag, but the tag may be what says how the image behaves.
  const named = resolveImage(reference);
  const image = pulled !== undefined && named?.digest === pulled.digest ? named : pulled;
  const [secret] = secrets.map(({ valueFrom = '' }) => readSecretReference(valueFrom, home));
  return {
    plan: {
      name,
      image: reference,
      essential: container.essential !== false,
      healthCheck: container.healthCheck,
      port: container.portMappings?.[0]?.containerPort ?? 0,
      secret,
      role: definition.taskRoleArn ?? definition.executionRoleArn,
      behaviour: mayPull(context, definition, reference)
        ? behaviourOfCommand(override?.command, behaviourOf(image, definition.runtimePlatform))
        : { kind: 'cannot-pull', why: 'not-permitted' },
    },
    container: {
      name,
      image: reference,
      imageDigest: pulled?.digest,
      lastStatus: 'PENDING',
      healthStatus: 'UNKNOWN',
      networkBindings: [],
      cpu: String(override?.cpu ?? container.cpu ?? 0),
      memory: (override?.memory ?? memory)?.toString(),
      memoryReservation: (override?.memoryReservation ?? memoryReservation)?.toString(),
    },
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html */
function networkAttachment(
  id: string,
  { region }: Home,
  address: string,
  subnet: string | undefined,
): Attachment {
  const digits = id.replaceAll('-', '');
  const domain = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
  return {
    id,
    type: 'ElasticNetworkInterface',
    status: 'PRECREATED',
    details: [
      { name: 'subnetId', value: subnet ?? 'subnet-00000000000000000' },
      { name: 'networkInterfaceId', value: `eni-${digits.slice(0, 17)}` },
      { name: 'macAddress', value: `0a:${pairsOf(digits.slice(0, 10)).join(':')}` },
      { name: 'privateDnsName', value: `ip-${address.replaceAll('.', '-')}.${domain}` },
      { name: 'privateIPv4Address', value: address },
    ],
  };
}

function pairsOf(digits: string): readonly string[] {
  return digits.match(/../g) ?? [];
}
