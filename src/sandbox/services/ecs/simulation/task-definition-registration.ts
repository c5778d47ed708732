import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { cpuUnitsOf, memoryMiBOf } from '../../../../shared/model/task-size.ts';
import { taskDefinitionArn } from './arns.ts';
import { checkContainers } from './container-rules.ts';
import type { EcsContext } from './context.ts';
import { clientError } from './errors.ts';
import { checkFargate } from './fargate-rules.ts';
import { checkDefinedConstraint } from './placement-constraints.ts';
import type { TaskDefinitionRecord } from './state.ts';
import { checkTags } from './tag-rules.ts';
import {
  compatibilitiesOf,
  completeContainer,
  completeVolume,
  requiredAttributesOf,
} from './task-definition-completion.ts';
import { checkVolumes } from './volume-rules.ts';

/**
 * Registers the next revision of a family. Every member of the request is kept as it came. Throws ClientException
 * for a definition that ECS refuses.
 */
export function registerTaskDefinition(
  { state, home }: EcsContext,
  request: RegisterTaskDefinitionRequest,
  registration: { readonly registeredAt: Date; readonly registeredBy: string },
): TaskDefinitionRecord {
  checkTaskDefinition(request);
  const { tags = [], family = '', ...content } = request;
  const revision = (state.families.get(family)?.lastRevision ?? 0) + 1;
  const record: TaskDefinitionRecord = {
    definition: {
      placementConstraints: [],
      ...content,
      volumes: (content.volumes ?? []).map(completeVolume),
      ...plainSizes(request),
      containerDefinitions: (content.containerDefinitions ?? []).map((each) =>
        completeContainer(each, request),
      ),
      taskDefinitionArn: taskDefinitionArn(home, family, revision),
      family,
      revision,
      status: 'ACTIVE',
      compatibilities: compatibilitiesOf(request),
      requiresAttributes: requiredAttributesOf(request),
      ...registration,
    },
    tags,
  };
  state.families.put({ family, lastRevision: revision });
  state.taskDefinitions.put(record);
  return record;
}

const NAME = /^[A-Za-z0-9_-]{1,255}$/;
/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html (Task definition size limit) */
const MOST_BYTES = 64 * 1024;

/**
 * Throws ClientException for what RegisterTaskDefinition refuses.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
 */
function checkTaskDefinition(request: RegisterTaskDefinitionRequest): void {
  checkLength(request);
  checkFamily(request.family);
  checkSize(request);
  checkContainers(request);
  checkVolumes(request);
  checkPlacement(request);
  checkRoles(request);
  checkCompatibility(request);
  checkPlatform(request);
  checkProxy(request);
  if (request.requiresCompatibilities?.includes('FARGATE') === true) checkFargate(request);
  checkTags(request.tags ?? []);
}

function checkFamily(family: string | undefined): void {
  if (family === undefined || family === '') throw clientError('Family cannot be null or empty.');
  if (!NAME.test(family)) {
    throw clientError(
      'Family contains invalid characters, or is too long: it must match [a-zA-Z0-9-_]{1,255}.',
    );
  }
}

/** Tags are not part of a task definition. */
function checkLength({ tags: _tags, ...content }: RegisterTaskDefinitionRequest): void {
  const bytes = Buffer.byteLength(JSON.stringify(content));
  if (bytes > MOST_BYTES) {
    throw clientError(`Actual length: '${bytes}'. Max allowed length is '${MOST_BYTES}' bytes.`);
  }
}

const MOST_CONSTRAINTS = 10;

/** "You can specify a maximum of 10 constraints for each task" (API reference, RegisterTaskDefinition) */
function checkPlacement({ placementConstraints = [] }: RegisterTaskDefinitionRequest): void {
  if (placementConstraints.length > MOST_CONSTRAINTS) {
    throw clientError(`A task definition can have at most ${MOST_CONSTRAINTS} placement constraints.`);
  }
  placementConstraints.forEach(checkDefinedConstraint);
}

const ROLE = /^(?:arn:aws[a-z-]*:iam::\d{12}:role\/.+|[\w+=,.@-]{1,64})$/;

/** A role is named by its ARN or, as in older task definitions, by its name. */
function checkRoles({ taskRoleArn, executionRoleArn }: RegisterTaskDefinitionRequest): void {
  for (const role of [taskRoleArn, executionRoleArn]) {
    if (role !== undefined && !ROLE.test(role)) throw clientError('Role is not valid');
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-anywhere.html (considerations) */
function checkCompatibility({
  requiresCompatibilities = [],
  networkMode,
}: RegisterTaskDefinitionRequest): void {
  if (requiresCompatibilities.includes('EXTERNAL') && networkMode === 'awsvpc') {
    throw clientError('When requiresCompatibilities=[EXTERNAL], networkMode=awsvpc is not supported.');
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-arm64.html: ARM is for Linux. */
function checkPlatform({ runtimePlatform }: RegisterTaskDefinitionRequest): void {
  const { cpuArchitecture, operatingSystemFamily = 'LINUX' } = runtimePlatform ?? {};
  if (cpuArchitecture !== 'ARM64' || operatingSystemFamily === 'LINUX') return;
  throw clientError(`The cpuArchitecture ARM64 is not supported for ${operatingSystemFamily}.`);
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ProxyConfiguration.html (containerName) */
function checkProxy({ proxyConfiguration, containerDefinitions = [] }: RegisterTaskDefinitionRequest): void {
  const { containerName } = proxyConfiguration ?? {};
  if (containerName === undefined || containerDefinitions.some(({ name }) => name === containerName)) return;
  throw clientError(
    `proxyConfiguration names the container '${containerName}', which is not in the task definition.`,
  );
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html (cpu), outside of Fargate */
const CPU_UNITS = [128, 196_608] as const;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html */
function checkSize({ cpu, memory }: RegisterTaskDefinitionRequest): void {
  const [least, most] = CPU_UNITS;
  const units = cpu === undefined ? least : cpuUnitsOf(cpu);
  if (units === undefined || units < least || units > most) {
    throw clientError("Invalid 'cpu' setting for task.");
  }
  if (memory !== undefined && memoryMiBOf(memory) === undefined) {
    throw clientError("Invalid 'memory' setting for task.");
  }
}

/** ECS keeps `1 vCPU` as `1024` and `2 GB` as `2048`. */
function plainSizes({
  cpu,
  memory,
}: RegisterTaskDefinitionRequest): Pick<RegisterTaskDefinitionRequest, 'cpu' | 'memory'> {
  return {
    ...(cpu === undefined ? {} : { cpu: String(cpuUnitsOf(cpu)) }),
    ...(memory === undefined ? {} : { memory: String(memoryMiBOf(memory)) }),
  };
}
