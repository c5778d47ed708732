import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { parseImageReference } from '../../../../shared/model/image-reference.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import type { Capacity } from '../capacity.ts';
import { lastPartOf } from '../names.ts';
import { fail, pass, unknown } from './check.ts';

type Content = RegisterTaskDefinitionRequest;

const ECR_HOST = /^\d{12}\.dkr[.-]ecr[.-]/;

/**
 * ECS pulls, logs and reads secrets with the execution role where no instance does it.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
 */
export function executionRoleIsGiven(content: Content, capacity: Capacity): Check {
  const { executionRoleArn } = content;
  if (executionRoleArn !== undefined)
    return pass('execution-role', `The execution role is ${lastPartOf(executionRoleArn)}`);
  const needs = needsOfExecutionRole(content, capacity);
  if (needs.length === 0) return pass('execution-role', 'No execution role is needed');
  return fail(
    'execution-role',
    `There is no execution role, and the task needs one ${needs.join(' and ')}`,
    'Register a revision that names an execution role with these permissions. ECS refuses one without.',
  );
}

function needsOfExecutionRole(content: Content, capacity: Capacity): readonly string[] {
  const containers = content.containerDefinitions ?? [];
  const byItself = capacity.kind === 'fargate';
  const logs = containers.some(({ logConfiguration: log }) => log?.logDriver === 'awslogs');
  return [
    ...(byItself && repositoriesOf(content).length > 0 ? ['to pull from ECR'] : []),
    ...(byItself && logs ? ['to write to CloudWatch Logs'] : []),
    ...(containers.some(({ secrets = [] }) => secrets.length > 0) ? ['to read its secrets'] : []),
  ];
}

/** Only IAM could tell; that tasks pull the same repositories with the same role now comes close. */
export function roleMayPull(content: Content, current: Content, runningTasks: number): Check | undefined {
  const { executionRoleArn: role } = content;
  const repositories = repositoriesOf(content);
  if (role === undefined || repositories.length === 0) return undefined;
  const pulled = repositoriesOf(current);
  const isProven =
    runningTasks > 0 &&
    role === current.executionRoleArn &&
    repositories.every((repository) => pulled.includes(repository));
  if (isProven) {
    return pass('pull-permission', `Tasks that run now pulled the same repositories as ${lastPartOf(role)}`);
  }
  return unknown(
    'pull-permission',
    `Whether ${lastPartOf(role)} may pull from ${repositories.map(lastPartsOf).join(' and ')} is not known`,
    'Slipway does not ask IAM. The role needs ecr:GetAuthorizationToken, ecr:BatchGetImage and ecr:GetDownloadUrlForLayer.',
  );
}

/** Registering, and telling a service to run, a revision with roles asks for iam:PassRole on each. */
export function rolesMayBePassed({ taskRoleArn, executionRoleArn }: Content): Check {
  const roles = [...new Set([taskRoleArn, executionRoleArn].flatMap((role) => role ?? []))];
  if (roles.length === 0) return pass('pass-role', 'There is no role to pass');
  return unknown(
    'pass-role',
    `Whether you may pass ${roles.map(lastPartOf).join(' and ')} is not known`,
    'Slipway does not ask IAM. If iam:PassRole is not allowed, AWS refuses the call, and the service stays as it is.',
  );
}

/** ECS Exec goes through an agent that speaks with the permissions of the task role. */
export function execHasRole(content: Content, isExecOn: boolean): Check | undefined {
  if (!isExecOn) return undefined;
  if (content.taskRoleArn !== undefined)
    return pass('execute-command', `execute-command uses ${lastPartOf(content.taskRoleArn)}`);
  return fail(
    'execute-command',
    'execute-command is on, and the task definition has no task role',
    'Register a revision that names a task role with the ssmmessages permissions, or leave execute-command off.',
  );
}

/** The ECR repositories of a task definition, with their registry. */
function repositoriesOf({ containerDefinitions = [] }: Content): readonly string[] {
  const references = containerDefinitions.flatMap(({ image = '' }) => parseImageReference(image) ?? []);
  const own = references.filter(({ registry = '' }) => ECR_HOST.test(registry));
  return [...new Set(own.map(({ registry, repository }) => `${registry}/${repository}`))];
}

function lastPartsOf(repository: string): string {
  return repository.slice(repository.indexOf('/') + 1);
}
