import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { TASK_EXECUTION_POLICY } from '../iam/managed-policies.ts';
import { newRole } from '../iam/new-role.ts';
import type { Roles } from '../iam/roles.ts';
import { newSecret } from '../secrets-manager/new-secret.ts';
import type { Secrets } from '../secrets-manager/secrets.ts';
import type { Parameters } from '../ssm/parameters.ts';

/** Where the account has what its tasks need to start, beside their images. */
export interface TaskAccess {
  readonly roles: Roles;
  readonly secrets: Secrets;
  readonly parameters: Parameters;
}

interface Home {
  readonly accountId: string;
  readonly region: string;
  /** Since when it is all there. */
  readonly since: Date;
}

/** Roles that tutorials and templates name, which every scenario has so that their task definitions run. */
const USUAL_EXECUTION_ROLES = ['ecs-execution', 'execution', 'ecsTaskExecutionRole'];
const USUAL_TASK_ROLES = ['sandbox', 'ecsTaskRole'];

/**
 * Makes the roles that every account of the sandbox has, and the roles, secrets and parameters that its task
 * definitions name.
 */
export function provideTaskAccess(
  access: TaskAccess,
  definitions: Iterable<TaskDefinition>,
  home: Home,
): void {
  for (const name of USUAL_EXECUTION_ROLES) addExecutionRole(access.roles, name, home);
  for (const name of USUAL_TASK_ROLES) addRole(access.roles, name, home);
  for (const { executionRoleArn, taskRoleArn, containerDefinitions = [] } of definitions) {
    if (executionRoleArn !== undefined) addExecutionRole(access.roles, nameOf(executionRoleArn), home);
    if (taskRoleArn !== undefined) addRole(access.roles, nameOf(taskRoleArn), home);
    for (const { secrets = [] } of containerDefinitions) {
      for (const { valueFrom = '' } of secrets) addNamed(access, valueFrom, home);
    }
  }
}

function nameOf(roleArn: string): string {
  return roleArn.split('/').at(-1) ?? roleArn;
}

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
});

const READ_SECRETS = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['secretsmanager:GetSecretValue', 'ssm:GetParameters', 'kms:Decrypt'],
      Resource: '*',
    },
  ],
});

function addExecutionRole(roles: Roles, name: string, home: Home): void {
  addRole(roles, name, home);
  const role = roles.get(name);
  if (role === undefined || role.attachedPolicies.includes(TASK_EXECUTION_POLICY)) return;
  roles.put({
    ...role,
    attachedPolicies: [TASK_EXECUTION_POLICY],
    inlinePolicies: { 'read-secrets': READ_SECRETS },
  });
}

function addRole(roles: Roles, name: string, { accountId, since }: Home): void {
  if (roles.get(name) === undefined) {
    roles.put(newRole({ accountId, name, trustPolicy: TRUST, createdAt: since }));
  }
}

const SECRET = /^arn:aws:secretsmanager:[^:]+:\d+:secret:(?<name>[^:]+)-(?<suffix>[A-Za-z0-9]{6})(?::|$)/;
const PARAMETER = /^arn:aws:ssm:[^:]+:\d+:parameter(?<name>\/[^:]+)/;

/** What the `valueFrom` of a container's secret names. */
function addNamed({ secrets, parameters }: TaskAccess, valueFrom: string, { since, ...home }: Home): void {
  const { name, suffix } = SECRET.exec(valueFrom)?.groups ?? {};
  if (name !== undefined && suffix !== undefined && secrets.get(name) === undefined) {
    const value = { versionId: `${suffix}-4c53-4d0e-9c5c-54d2b9a8c3f1`, text: SEEDED_VALUE };
    secrets.put(newSecret({ home, name, suffix, createdAt: since, value }));
  }
  const parameter = PARAMETER.exec(valueFrom)?.groups?.name;
  if (parameter === undefined || parameters.get(parameter) !== undefined) return;
  parameters.put({
    name: parameter,
    type: 'SecureString',
    value: SEEDED_VALUE,
    version: 1,
    description: undefined,
    changedAt: since,
    changedBy: `arn:aws:iam::${home.accountId}:role/terraform`,
  });
}

const SEEDED_VALUE = 'a value of the sandbox';
