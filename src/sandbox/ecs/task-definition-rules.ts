import { Compatibility, type RegisterTaskDefinitionRequest, type Tag } from '@aws-sdk/client-ecs';
import { checkContainers } from './container-rules.ts';
import { clientError, invalidParameter } from './errors.ts';
import { cpuUnitsOf, isFargateSize, memoryMiBOf } from './fargate-sizes.ts';

const NAME = /^[A-Za-z0-9_-]{1,255}$/;
const ECR_IMAGE = /\.dkr\.ecr\./;
const TAGS_AT_MOST = 50;
const TAG_KEY_LENGTH = 128;
const TAG_VALUE_LENGTH = 256;

/**
 * Throws ClientException for what RegisterTaskDefinition refuses.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
 */
export function checkTaskDefinition(request: RegisterTaskDefinitionRequest): void {
  checkFamily(request.family);
  checkCompatibilities(request);
  checkContainers(request);
  if (request.requiresCompatibilities?.includes('FARGATE') === true) checkFargate(request);
  checkTags(request.tags ?? []);
}

/** Throws InvalidParameterException for tags that no resource of ECS can have. */
export function checkTags(tags: readonly Tag[]): void {
  if (tags.length > TAGS_AT_MOST) {
    throw invalidParameter(`The maximum number of tags per resource is ${TAGS_AT_MOST}.`);
  }
  const keys = new Set<string>();
  for (const { key = '', value = '' } of tags) {
    if (key === '' || key.length > TAG_KEY_LENGTH || value.length > TAG_VALUE_LENGTH) {
      throw invalidParameter(
        `Tag keys must have 1 to ${TAG_KEY_LENGTH} characters and tag values at most ${TAG_VALUE_LENGTH}.`,
      );
    }
    if (key.toLowerCase().startsWith('aws:')) throw invalidParameter('Tag keys cannot start with aws:.');
    if (keys.has(key))
      throw invalidParameter('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    keys.add(key);
  }
}

function checkFamily(family: string | undefined): void {
  if (family === undefined || family === '') throw clientError('Family cannot be null or empty.');
  if (!NAME.test(family)) {
    throw clientError(
      'Family contains invalid characters, or is too long: it must match [a-zA-Z0-9-_]{1,255}.',
    );
  }
}

function checkCompatibilities({ requiresCompatibilities = [] }: RegisterTaskDefinitionRequest): void {
  for (const compatibility of requiresCompatibilities) {
    if (!Object.values(Compatibility).includes(compatibility)) {
      throw clientError(`Invalid value '${String(compatibility)}' for requiresCompatibilities.`);
    }
  }
}

function checkFargate(request: RegisterTaskDefinitionRequest): void {
  const { networkMode, cpu, memory, executionRoleArn, containerDefinitions = [] } = request;
  if (networkMode !== 'awsvpc') throw clientError("Fargate only supports network mode 'awsvpc'.");
  if (cpu === undefined) throw clientError("Fargate requires that 'cpu' be defined at the task level.");
  if (memory === undefined) throw clientError("Fargate requires that 'memory' be defined at the task level.");
  const cpuUnits = cpuUnitsOf(cpu);
  const memoryMiB = memoryMiBOf(memory);
  if (cpuUnits === undefined) throw clientError("Invalid 'cpu' setting for task.");
  if (memoryMiB === undefined) throw clientError("Invalid 'memory' setting for task.");
  if (!isFargateSize(cpuUnits, memoryMiB)) {
    throw clientError('No Fargate configuration exists for given values.');
  }
  if (containerDefinitions.some(({ privileged }) => privileged === true)) {
    throw clientError("When requiresCompatibilities=[FARGATE], 'privileged' is not supported.");
  }
  if (executionRoleArn !== undefined) return;
  if (containerDefinitions.some(({ image }) => ECR_IMAGE.test(image ?? ''))) {
    throw clientError('Fargate requires task definition to have execution role ARN to support ECR images.');
  }
  if (containerDefinitions.some(({ logConfiguration }) => logConfiguration?.logDriver === 'awslogs')) {
    throw clientError(
      'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
    );
  }
}
