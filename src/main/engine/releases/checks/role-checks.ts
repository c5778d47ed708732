import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { assertNever } from '../../../../shared/assert-never.ts';
import { parseImageReference } from '../../../../shared/model/image-reference.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import { lastPartOf } from '../../aws/arns.ts';
import { arnIn, ecrHost } from '../../aws/partitions.ts';
import type { Capacity } from '../../ecs/capacity.ts';
import { about, fail, failUnlessOverridden, pass, type Reading, unknown } from '../../ecs/check.ts';
import { passingRoles, policyText } from '../../ecs/iam-policy.ts';
import type { FoundImage } from './image-checks.ts';
import { secretsOf, volumeCredentialsOf } from './secret-checks.ts';

type Content = RegisterTaskDefinitionRequest;

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
    `The task definition has no execution role, but the task needs one ${needs.join(' and ')}`,
    'Register a revision with an execution role that has these permissions. ECS refuses a revision without one.',
  );
}

function needsOfExecutionRole(content: Content, capacity: Capacity): readonly string[] {
  const containers = content.containerDefinitions ?? [];
  const byItself = capacity.kind === 'fargate';
  const logs = containers.some(({ logConfiguration: log }) => log?.logDriver === 'awslogs');
  return [
    ...(byItself && repositoriesOf(content).length > 0 ? ['to pull from ECR'] : []),
    ...(byItself && logs ? ['to write to CloudWatch Logs'] : []),
    ...(containers.some((container) => secretsOf(container).length > 0) ? ['to read its secrets'] : []),
    ...(containers.some(({ repositoryCredentials }) => repositoryCredentials !== undefined)
      ? ['to read the credentials of its registry']
      : []),
    ...((content.volumes ?? []).some((volume) => volumeCredentialsOf(volume) !== undefined)
      ? ['to read the credentials of its file system']
      : []),
  ];
}

export type RoleState = 'ready' | 'not trusting' | 'missing';

/** A role that a task names, as IAM has it. */
export interface FoundRole {
  readonly arn: string;
  readonly state: Reading<RoleState>;
}

/** ECS assumes the roles of a task before it starts: one that doesn't exist, or does not trust ECS, stops it. */
export function roleCanBeAssumed({ arn, state }: FoundRole): Check {
  const role = lastPartOf(arn);
  return about(role, judge());

  function judge(): Check {
    if (state.state === 'unreadable') {
      return unknown('role', `Couldn't verify that the role ${role} exists and trusts ECS`, state.reason);
    }
    switch (state.value) {
      case 'ready':
        return pass('role', `The role ${role} exists and trusts ECS`);
      case 'missing':
        return failUnlessOverridden(
          'role',
          `The role ${role} doesn't exist, so no task can start`,
          'Create the role in IAM, or register a revision with another role.',
        );
      case 'not trusting':
        return failUnlessOverridden(
          'role',
          `The role ${role} doesn't trust ECS, so no task can start`,
          'Let ecs-tasks.amazonaws.com assume it (sts:AssumeRole in its trust policy).',
        );
      default:
        return assertNever(state.value);
    }
  }
}

/** A repository of an ECR that images are pulled from. */
export interface PulledRepository {
  /** Registry and repository, as references name them. */
  readonly address: string;
  readonly arn: string;
}

/** The repositories of the images that are in an ECR. `account`: the number of the service's account. */
export function pulledRepositories(
  images: readonly FoundImage[],
  { account, region }: { readonly account: string; readonly region: string },
): readonly PulledRepository[] {
  const repositories = images.flatMap(({ reference, finding }): PulledRepository[] => {
    const parsed = parseImageReference(reference);
    if (parsed === undefined) return [];
    const { registry = '', repository } = parsed;
    const address = `${registry}/${repository}`;
    const elsewhere = ecrHost(registry);
    if (elsewhere !== undefined) {
      return [{ address, arn: arnIn(elsewhere, 'ecr', `repository/${repository}`) }];
    }
    const isOwn = finding.state !== 'foreign' && finding.state !== 'unreadable';
    return isOwn ? [{ address, arn: arnIn({ account, region }, 'ecr', `repository/${repository}`) }] : [];
  });
  return [...new Map(repositories.map((each) => [each.address, each])).values()];
}

/** What pulling from ECR takes. */
export const PULL_ACTIONS = [
  'ecr:GetAuthorizationToken',
  'ecr:BatchGetImage',
  'ecr:GetDownloadUrlForLayer',
] as const;

/** Whether tasks that run now have pulled from the same repositories with the same role: no policy proves it better. */
export function isPullProven(
  repositories: readonly PulledRepository[],
  { executionRoleArn: role }: Content,
  current: Content,
  runningTasks: number,
): boolean {
  const pulled = addressesOf(current);
  const isSame = role !== undefined && role === current.executionRoleArn;
  return runningTasks > 0 && isSame && repositories.every(({ address }) => pulled.includes(address));
}

/** `denied`: the actions that the role's policies do not allow; undefined when running tasks have proven it. */
export function roleMayPull(
  repositories: readonly PulledRepository[],
  roleArn: string,
  denied: Reading<readonly string[]> | undefined,
): Check {
  const role = lastPartOf(roleArn);
  const from = repositories.map(({ address }) => lastPartsOf(address)).join(' and ');
  if (denied === undefined)
    return pass('pull-permission', `Running tasks pulled from the same repositories as ${role}`);
  if (denied.state === 'unreadable')
    return unknown('pull-permission', `Couldn't verify that ${role} can pull from ${from}`, denied.reason);
  if (denied.value.length === 0) return pass('pull-permission', `${role} can pull from ${from}`);
  return failUnlessOverridden(
    'pull-permission',
    `${role} can't pull from ${from}: its policies don't allow ${denied.value.join(', ')}`,
    'Attach AmazonECSTaskExecutionRolePolicy to the role, unless the repository policy allows it.',
  );
}

/** The roles that come with a task definition. */
export function rolesOf({ taskRoleArn, executionRoleArn }: Content): readonly string[] {
  return [...new Set([executionRoleArn, taskRoleArn].flatMap((role) => role ?? []))];
}

/**
 * Registering, and telling a service to run, a revision with roles asks for iam:PassRole on each. `denied`: the ARNs of
 * those that the caller may not pass.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
export function rolesMayBePassed(roles: readonly string[], denied: Reading<readonly string[]>): Check {
  if (roles.length === 0) return pass('pass-role', 'No role needs to be passed');
  const names = roles.map(lastPartOf).join(' and ');
  if (denied.state === 'unreadable')
    return unknown(
      'pass-role',
      `Couldn't verify that you are allowed to pass ${names} (iam:PassRole)`,
      denied.reason,
    );
  if (denied.value.length === 0) return pass('pass-role', `You are allowed to pass ${names} (iam:PassRole)`);
  const isOne = denied.value.length === 1;
  const which = `the ${isOne ? 'role' : 'roles'} ${denied.value.map(lastPartOf).join(' and ')}`;
  const check = failUnlessOverridden(
    'pass-role',
    `You aren't allowed to pass ${which} (iam:PassRole)`,
    `AWS would refuse the request. Ask for iam:PassRole on ${isOne ? 'this role' : 'these roles'}.`,
  );
  return { ...check, policy: policyText(passingRoles(roles)) };
}

/** ECS Exec goes through an agent that speaks with the permissions of the task role. */
export function execHasRole(content: Content, isExecOn: boolean): Check | undefined {
  if (!isExecOn) return undefined;
  if (content.taskRoleArn !== undefined)
    return pass('execute-command', `ECS Exec uses ${lastPartOf(content.taskRoleArn)}`);
  return fail(
    'execute-command',
    'ECS Exec is on, but the task definition has no task role',
    'Register a revision with a task role that has the ssmmessages permissions, or turn ECS Exec off.',
  );
}

/** The ECR repositories of a task definition, with their registry. */
function repositoriesOf({ containerDefinitions }: Content): readonly string[] {
  return addressesOf({ containerDefinitions }).filter(
    (address) => ecrHost(address.split('/')[0] ?? '') !== undefined,
  );
}

function addressesOf({
  containerDefinitions = [],
}: Pick<Content, 'containerDefinitions'>): readonly string[] {
  const references = containerDefinitions.flatMap(({ image = '' }) => parseImageReference(image) ?? []);
  return [...new Set(references.map(({ registry = '', repository }) => `${registry}/${repository}`))];
}

function lastPartsOf(repository: string): string {
  return repository.slice(repository.indexOf('/') + 1);
}
