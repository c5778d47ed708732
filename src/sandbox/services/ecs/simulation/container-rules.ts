import type {
  ContainerDefinition,
  ContainerDependency,
  RegisterTaskDefinitionRequest,
} from '@aws-sdk/client-ecs';
import { cpuUnitsOf, memoryMiBOf } from '../../../../shared/model/task-size.ts';
import { checkContainerSettings } from './container-settings-rules.ts';
import { clientError } from './errors.ts';
import { checkLogs } from './log-rules.ts';
import { checkPorts } from './port-rules.ts';

const NAME = /^[A-Za-z0-9_-]{1,255}$/;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (image) */
const IMAGE = /^[a-zA-Z0-9_\-:./@#[\]]+$/;
const LONGEST_IMAGE = 255;
const DIGEST = /^sha256:[a-f0-9]{64}$/;
/** https://github.com/distribution/reference: no reference can look like the ID of a local image. */
const IMAGE_ID = /^(?:sha256:)?[a-f0-9]{64}$/;
const CONTAINERS_AT_MOST = 10;
/** What Docker reserves at least. */
const LEAST_MEMORY_MIB = 6;

/** Throws ClientException for containers that RegisterTaskDefinition refuses, in AWS's words. */
export function checkContainers(request: RegisterTaskDefinitionRequest): void {
  const { containerDefinitions = [] } = request;
  if (containerDefinitions.length === 0) throw clientError('Container list cannot be empty.');
  if (containerDefinitions.length > CONTAINERS_AT_MOST) throw clientError('Too many containers.');
  for (const container of containerDefinitions) {
    checkNames(container);
    checkMemory(container, request);
    checkContainerSettings(container, request);
  }
  checkTogether(containerDefinitions, request);
  checkPorts(request);
  checkLogs(request);
}

function checkNames({ name, image }: ContainerDefinition): void {
  if (name === undefined || name === '') throw clientError('Container.name should not be null or empty.');
  if (!NAME.test(name)) throw clientError(`Container name '${name}' must match [a-zA-Z0-9-_]{1,255}.`);
  if (image === undefined || image === '') throw clientError('Container.image should not be null or empty.');
  if (!IMAGE.test(image)) throw clientError('Container.image contains invalid characters.');
  if (IMAGE_ID.test(image)) throw clientError('Container.image is the ID of an image, not its name.');
  const [beforeDigest = '', digest] = image.split('@');
  if (beforeDigest.length > LONGEST_IMAGE) {
    throw clientError(`Container.image can have at most ${LONGEST_IMAGE} characters before its digest.`);
  }
  if (digest !== undefined && !DIGEST.test(digest)) {
    throw clientError('Container.image has an invalid digest: it must be sha256 and 64 hexadecimal digits.');
  }
}

function checkMemory(
  { name, memory, memoryReservation }: ContainerDefinition,
  request: RegisterTaskDefinitionRequest,
): void {
  if (request.memory === undefined && memory === undefined && memoryReservation === undefined) {
    throw clientError(
      `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  }
  if (memory !== undefined && memory < LEAST_MEMORY_MIB) {
    throw clientError(
      `Invalid setting for container '${name}'. 'memory' must be at least ${LEAST_MEMORY_MIB}.`,
    );
  }
  if (memory !== undefined && memoryReservation !== undefined && memoryReservation > memory) {
    throw clientError(
      `Invalid setting for container '${name}'. 'memory' must be greater than or equal to 'memoryReservation'.`,
    );
  }
  const ofTask = memoryMiBOf(request.memory ?? '');
  if (ofTask !== undefined && (memory ?? memoryReservation ?? 0) > ofTask) {
    throw clientError(`The 'memory' setting for container '${name}' is greater than for the task.`);
  }
}

/** What containers must not be to one another. */
function checkTogether(
  containers: readonly ContainerDefinition[],
  request: RegisterTaskDefinitionRequest,
): void {
  const byName = new Map(containers.map((container) => [container.name, container]));
  if (byName.size < containers.length) {
    throw clientError('Container names must be unique within a task definition.');
  }
  if (containers.every(({ essential }) => essential === false)) {
    throw clientError('A task definition must have at least one essential container.');
  }
  for (const { name, dependsOn = [] } of containers) {
    for (const dependency of dependsOn)
      checkDependency(name, dependency, byName.get(dependency.containerName));
  }
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_VolumeFrom.html: another container of the same one.
  for (const { name, volumesFrom = [] } of containers) {
    const stray = volumesFrom.find(({ sourceContainer }) => !byName.has(sourceContainer));
    if (stray === undefined) continue;
    throw clientError(
      `Invalid setting for container '${name}'. 'volumesFrom' names the container '${stray.sourceContainer}', which is not in the task definition.`,
    );
  }
  checkLinks(containers);
  checkOrder(containers);
  const cpuOfTask = cpuUnitsOf(request.cpu ?? '');
  const cpu = containers.reduce((sum, container) => sum + (container.cpu ?? 0), 0);
  if (cpuOfTask !== undefined && cpu > cpuOfTask) {
    throw clientError(
      "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
    );
  }
  checkMemoryTogether(containers, memoryMiBOf(request.memory ?? ''));
}

/**
 * "The name:internalName construct is analogous to name:alias in Docker links", between containers of one task.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (links)
 */
function checkLinks(containers: readonly ContainerDefinition[]): void {
  const names = new Set(containers.map(({ name }) => name));
  for (const { name, links = [] } of containers) {
    const stray = links.find((link) => !names.has(link.split(':')[0]));
    if (stray === undefined) continue;
    throw clientError(
      `Invalid setting for container '${name}'. 'links' names the container '${stray.split(':')[0]}', which is not in the task definition.`,
    );
  }
}

function checkDependency(
  dependent: string | undefined,
  { condition, containerName }: ContainerDependency,
  container: ContainerDefinition | undefined,
): void {
  if (container === undefined) {
    throw clientError(
      `Invalid setting for container '${dependent}'. 'dependsOn' names the container '${containerName}', which is not in the task definition.`,
    );
  }
  const mustEnd = condition === 'SUCCESS' || condition === 'COMPLETE';
  if (mustEnd && container.essential !== false) {
    throw clientError(
      'A dependency container with SUCCESS or COMPLETE condition cannot be an essential container',
    );
  }
  if (condition === 'HEALTHY' && container.healthCheck === undefined) {
    throw clientError('A dependency container with HEALTHY condition must have a health check.');
  }
}

/**
 * Throws where a container would wait for itself over its dependencies.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
 */
function checkOrder(containers: readonly ContainerDefinition[]): void {
  let waiting = containers;
  while (waiting.length > 0) {
    const names = new Set(waiting.map(({ name }) => name));
    const next = waiting.filter(({ dependsOn = [] }) =>
      dependsOn.some(({ containerName }) => names.has(containerName)),
    );
    if (next.length === waiting.length) {
      throw clientError(
        `Invalid setting for container '${next[0]?.name}'. The dependencies between containers form a cycle.`,
      );
    }
    waiting = next;
  }
}

/** The soft limits of all containers must fit in the task together. */
function checkMemoryTogether(containers: readonly ContainerDefinition[], ofTask: number | undefined): void {
  const reserved = containers.reduce(
    (sum, { memory, memoryReservation }) => sum + (memoryReservation ?? memory ?? 0),
    0,
  );
  if (ofTask !== undefined && reserved > ofTask) {
    throw clientError(
      "The sum of all container 'memory' values cannot be greater than the value of the task 'memory'.",
    );
  }
}
