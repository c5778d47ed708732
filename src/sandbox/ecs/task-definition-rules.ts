import type {
  Attribute,
  Compatibility,
  ContainerDefinition,
  RegisterTaskDefinitionRequest,
} from '@aws-sdk/client-ecs';
import { clientError } from './errors.ts';

const NAME = /^[A-Za-z0-9_-]{1,255}$/;

/** The memory in MiB that Fargate has for each cpu: least, most, and in steps of. */
const FARGATE_SIZES: Readonly<Record<string, readonly number[]>> = {
  '256': [512, 1024, 2048],
  '512': range(1024, 4096, 1024),
  '1024': range(2048, 8192, 1024),
  '2048': range(4096, 16_384, 1024),
  '4096': range(8192, 30_720, 1024),
  '8192': range(16_384, 61_440, 4096),
  '16384': range(32_768, 122_880, 8192),
};

/**
 * Throws ClientException for what RegisterTaskDefinition refuses.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
 */
export function checkTaskDefinition(request: RegisterTaskDefinitionRequest): void {
  const { family, containerDefinitions = [] } = request;
  if (family === undefined || !NAME.test(family)) {
    throw clientError(
      'Family contains invalid characters, or is too long: it must match [a-zA-Z0-9-_]{1,255}.',
    );
  }
  if (containerDefinitions.length === 0) throw clientError('Container list cannot be empty.');
  for (const container of containerDefinitions) checkContainer(container, request);
  const names = new Set(containerDefinitions.map(({ name }) => name));
  if (names.size < containerDefinitions.length) {
    throw clientError('Container names must be unique within a task definition.');
  }
  if (containerDefinitions.every(({ essential }) => essential === false)) {
    throw clientError('A task definition must have at least one essential container.');
  }
  if (request.requiresCompatibilities?.includes('FARGATE') === true) checkFargate(request);
}

function checkContainer(
  { name, image, memory, memoryReservation }: ContainerDefinition,
  request: RegisterTaskDefinitionRequest,
): void {
  if (name === undefined || !NAME.test(name))
    throw clientError('Container.name should not be null or empty.');
  if (image === undefined || image === '') throw clientError('Container.image should not be null or empty.');
  if (request.memory === undefined && memory === undefined && memoryReservation === undefined) {
    throw clientError(
      `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  }
}

function checkFargate({ networkMode, cpu, memory }: RegisterTaskDefinitionRequest): void {
  if (networkMode !== 'awsvpc') throw clientError("Fargate only supports network mode 'awsvpc'.");
  if (cpu === undefined || memory === undefined) {
    throw clientError("Fargate requires that 'cpu' and 'memory' be defined at the task level.");
  }
  if (FARGATE_SIZES[inUnits(cpu, 'vcpu')]?.includes(Number(inUnits(memory, 'gb'))) !== true) {
    throw clientError('No Fargate configuration exists for given values.');
  }
}

/** `1 vCPU` is 1024 cpu units and `2 GB` 2048 MiB: ECS takes both ways of writing. */
function inUnits(text: string, unit: 'vcpu' | 'gb'): string {
  const plain = text.toLowerCase().replace(/\s/g, '');
  return plain.endsWith(unit) ? String(Number(plain.slice(0, -unit.length)) * 1024) : plain;
}

/**
 * A container definition with what ECS fills in when it is registered: empty lists, `essential`, and in awsvpc
 * networks the host port.
 */
export function completeContainer(
  container: ContainerDefinition,
  { networkMode }: RegisterTaskDefinitionRequest,
): ContainerDefinition {
  return {
    cpu: 0,
    essential: true,
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    systemControls: [],
    ...container,
    portMappings: (container.portMappings ?? []).map((mapping) => ({
      ...(networkMode === 'awsvpc' || networkMode === 'host'
        ? { hostPort: mapping.containerPort }
        : { hostPort: 0 }),
      protocol: 'tcp',
      ...mapping,
    })),
  };
}

/** Where tasks of this definition could run. */
export function compatibilitiesOf(request: RegisterTaskDefinitionRequest): Compatibility[] {
  if (request.requiresCompatibilities?.includes('FARGATE') === true) return ['EC2', 'FARGATE'];
  return request.networkMode === 'awsvpc' ? ['EC2'] : ['EXTERNAL', 'EC2'];
}

const ECR = /\.dkr\.ecr\./;

/**
 * What a container instance must be able to do, as ECS derives it when a definition is registered.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-container-instance-attributes.html
 */
export function requiredAttributesOf(request: RegisterTaskDefinitionRequest): Attribute[] {
  const containers = request.containerDefinitions ?? [];
  const logDrivers = containers.flatMap(({ logConfiguration }) => logConfiguration?.logDriver ?? []);
  const secrets = containers.flatMap(({ secrets: ofContainer = [] }) =>
    ofContainer.map(({ valueFrom = '' }) => valueFrom),
  );
  const names = [
    ...logDrivers.map((driver) => `com.amazonaws.ecs.capability.logging-driver.${driver}`),
    ...when(logDrivers.includes('awslogs'), 'ecs.capability.execution-role-awslogs'),
    ...when(
      containers.some(({ image }) => ECR.test(image ?? '')),
      'com.amazonaws.ecs.capability.ecr-auth',
    ),
    ...when(
      request.executionRoleArn !== undefined && containers.some(({ image }) => ECR.test(image ?? '')),
      'ecs.capability.execution-role-ecr-pull',
    ),
    ...when(request.taskRoleArn !== undefined, 'com.amazonaws.ecs.capability.task-iam-role'),
    ...when(request.networkMode === 'awsvpc', 'ecs.capability.task-eni'),
    ...when(
      containers.some(({ healthCheck }) => healthCheck !== undefined),
      'ecs.capability.container-health-check',
    ),
    ...when(
      secrets.some((from) => from.includes(':secretsmanager:')),
      'ecs.capability.secrets.asm.environment-variables',
    ),
    ...when(
      secrets.some((from) => !from.includes(':secretsmanager:')),
      'ecs.capability.secrets.ssm.environment-variables',
    ),
    ...when(
      (request.volumes ?? []).some(({ efsVolumeConfiguration }) => efsVolumeConfiguration !== undefined),
      'ecs.capability.efs',
    ),
    'com.amazonaws.ecs.capability.docker-remote-api.1.18',
    ...when(logDrivers.length > 0, 'com.amazonaws.ecs.capability.docker-remote-api.1.19'),
  ];
  return [...new Set(names)].map((name) => ({ name }));
}

function when(holds: boolean, name: string): string[] {
  return holds ? [name] : [];
}

function range(from: number, to: number, step: number): readonly number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
}
