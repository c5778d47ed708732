import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { taskDefinitionArn } from './arns.ts';
import { checkContainers } from './container-rules.ts';
import type { EcsContext } from './context.ts';
import { checkEnums, TASK_DEFINITION_ENUMS } from './enum-members.ts';
import { clientError } from './errors.ts';
import { cpuUnitsOf, isFargateSize, memoryMiBOf } from './fargate-sizes.ts';
import type { TaskDefinitionRecord } from './state.ts';
import { checkTags } from './tag-rules.ts';
import { compatibilitiesOf, completeContainer, requiredAttributesOf } from './task-definition-completion.ts';

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
      volumes: [],
      placementConstraints: [],
      ...content,
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
const ECR_IMAGE = /\.dkr[.-]ecr(?:-fips)?\./;

/**
 * Throws ClientException for what RegisterTaskDefinition refuses.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
 */
function checkTaskDefinition(request: RegisterTaskDefinitionRequest): void {
  checkFamily(request.family);
  checkEnums(request, TASK_DEFINITION_ENUMS, clientError);
  checkContainers(request);
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
