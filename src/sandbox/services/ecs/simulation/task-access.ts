import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { partitionOf } from '../../../core/partition.ts';
import { parseImageReference } from '../../../registry/image-reference.ts';
import {
  cannotAssume,
  cannotLogInToRegistry,
  cannotReadParameters,
  cannotReadSecret,
} from './access-failures.ts';
import { assertNever } from './assert-never.ts';
import type { EcsContext } from './context.ts';
import type { TaskRole } from './dependencies.ts';
import type { StopCause } from './life-step.ts';
import { type SecretReference, secretReferencesOf, volumeReferencesOf } from './secret-reference.ts';

/**
 * What keeps a task from getting as far as pulling its images: a role that ECS cannot assume, no way into ECR, or a
 * secret or parameter that doesn't exist or not for its execution role.
 *
 * @param taskId names the session of the execution role.
 */
export function accessFailure(
  context: EcsContext,
  definition: TaskDefinition,
  taskId: string,
): StopCause | undefined {
  const { roles } = context.dependencies;
  if (roles === undefined) return undefined;
  const { executionRoleArn, taskRoleArn, containerDefinitions = [] } = definition;
  const unknown = [executionRoleArn, taskRoleArn].find(
    (arn) => arn !== undefined && roles.assume(arn) === undefined,
  );
  if (unknown !== undefined) return cannotAssume(unknown);

  const agent = executionRole(context, definition);
  if (agent === undefined) return undefined;
  const denial = denials(context, definition, agent, taskId);
  const fromEcr = containerDefinitions.some(({ image = '' }) => context.isEcrImage(image));
  const loggedOut = fromEcr ? denial('ecr:GetAuthorizationToken', '*') : undefined;
  if (loggedOut !== undefined) return cannotLogInToRegistry(loggedOut);

  const references = [
    ...containerDefinitions.flatMap((container) => secretReferencesOf(container, context.home)),
    ...volumeReferencesOf(definition.volumes ?? [], context.home),
  ];
  for (const reference of references) {
    const failure = secretFailure(context, reference, denial);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

/** Whether the execution role, if a task has one, may pull an image of ECR. */
export function mayPull(context: EcsContext, definition: TaskDefinition, image: string): boolean {
  const agent = executionRole(context, definition);
  const repository = parseImageReference(image)?.repository;
  if (agent === undefined || repository === undefined || !context.isEcrImage(image)) return true;
  const { region, accountId } = context.home;
  const arn = `arn:${partitionOf(region)}:ecr:${region}:${accountId}:repository/${repository}`;
  return ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'].every(
    (action) => agent.denialOf(action, arn) === undefined,
  );
}

type DenialOf = (action: string, resource: string) => string | undefined;

function secretFailure(
  context: EcsContext,
  reference: SecretReference,
  denial: DenialOf,
): StopCause | undefined {
  const { secrets } = context.dependencies;
  switch (reference.kind) {
    case 'secret': {
      const denied = denial('secretsmanager:GetSecretValue', fullArn(context, reference));
      const problem = denied ?? secrets?.problemOf(reference);
      return problem === undefined ? undefined : cannotReadSecret(reference.arn, problem);
    }
    case 'parameter': {
      const denied = denial('ssm:GetParameters', reference.arn);
      const problem = denied ?? secrets?.problemOf(reference);
      return problem === undefined ? undefined : cannotReadParameters(problem);
    }
    default:
      return assertNever(reference);
  }
}

/** Policies name a secret by its ARN, also where it is asked for by its name. */
function fullArn({ home }: EcsContext, { arn, region }: SecretReference): string {
  return arn.startsWith('arn:')
    ? arn
    : `arn:${partitionOf(region)}:secretsmanager:${region}:${home.accountId}:secret:${arn}-AbCdEf`;
}

function executionRole(
  { dependencies }: EcsContext,
  { executionRoleArn }: TaskDefinition,
): TaskRole | undefined {
  return executionRoleArn === undefined ? undefined : dependencies.roles?.assume(executionRoleArn);
}

/** What IAM answers to the agent of the task, in full. */
function denials(
  { home }: EcsContext,
  { executionRoleArn = '' }: TaskDefinition,
  role: TaskRole,
  taskId: string,
): DenialOf {
  const session = `arn:${partitionOf(home.region)}:sts::${home.accountId}:assumed-role/${executionRoleArn.split('/').at(-1)}/${taskId}`;
  return (action, resource) => {
    const why = role.denialOf(action, resource);
    if (why === undefined) return undefined;
    return `AccessDeniedException: User: ${session} is not authorized to perform: ${action} on resource: ${resource} ${why} status code: 400`;
  };
}
