import type { TaskDefinition } from '@aws-sdk/client-ecs';
import {
  type SecretReference,
  secretReferencesOf,
  volumeReferencesOf,
} from '../services/ecs/simulation/secret-reference.ts';
import type { EcsSeeder } from '../services/ecs/simulation/seeding.ts';
import { TASK_EXECUTION_POLICY } from '../services/iam/managed-policies.ts';
import { newRole } from '../services/iam/new-role.ts';
import type { RoleRecord, Roles } from '../services/iam/roles.ts';
import { newSecret } from '../services/secrets-manager/new-secret.ts';
import type { Secrets } from '../services/secrets-manager/secrets.ts';
import type { Parameters } from '../services/ssm/parameters.ts';
import { daysBefore } from './demo-time.ts';

/** Where the account has what its tasks need to start, beside their images. */
export interface TaskAccess {
  readonly roles: Roles;
  readonly secrets: Secrets;
  readonly parameters: Parameters;
}

interface Home {
  readonly accountId: string;
  readonly region: string;
  /** The present of the scenario. */
  readonly begunAt: Date;
}

/** All of it is older than what uses it. */
const AGE_DAYS = 420;

/** Roles that tutorials and templates name, which every scenario has so that their task definitions run. */
const USUAL_EXECUTION_ROLES = ['ecs-execution', 'execution', 'ecsTaskExecutionRole'];
const USUAL_TASK_ROLES = ['sandbox', 'ecsTaskRole'];

/**
 * Makes the roles that every account of the sandbox has, and what task definitions name that were registered before
 * there were any roles.
 */
export function provideUsualAccess(
  access: TaskAccess,
  definitions: Iterable<NamingAccess>,
  home: Home,
): void {
  for (const name of USUAL_EXECUTION_ROLES) addExecutionRole(access.roles, name, home);
  for (const name of USUAL_TASK_ROLES) addRole(access.roles, name, home);
  for (const definition of definitions) provideAccess(access, definition, home);
}

/** The account that the role `visitor` is of: another one than that of the sandbox. */
function foreignAccountOf(accountId: string): string {
  const [usual, other] = ['210987654321', '123456789012'];
  return accountId === usual ? other : usual;
}

const OIDC_PROVIDER = 'token.actions.githubusercontent.com';

/** Roles to rehearse sign-in with: what their trust policies ask for, by their names. */
function rehearsalTrusts(accountId: string): Readonly<Record<string, object>> {
  const ofAccount = { AWS: `arn:aws:iam::${accountId}:root` };
  const assume = { Effect: 'Allow', Principal: ofAccount, Action: ASSUME_WITH_SESSION };
  return {
    deployer: assume,
    'readonly-deployer': assume,
    'mfa-deployer': { ...assume, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } },
    'external-deployer': { ...assume, Condition: { StringEquals: { 'sts:ExternalId': 'rehearsal' } } },
    'ci-deployer': {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/${OIDC_PROVIDER}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: { [`${OIDC_PROVIDER}:aud`]: 'sts.amazonaws.com' },
        StringLike: { [`${OIDC_PROVIDER}:sub`]: 'repo:shop/*' },
      },
    },
  };
}

const ASSUME_WITH_SESSION = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];

/** Makes the roles that are there to rehearse sign-in with, where they are missing. */
export function provideRehearsalRoles(roles: Roles, home: Home): void {
  for (const [name, statement] of Object.entries(rehearsalTrusts(home.accountId)))
    addRole(roles, name, home, trustPolicyOf(statement));
}

/** The role of another account, which trusts the sandbox's. */
export function foreignRole({ accountId, region, begunAt }: Home): RoleRecord {
  return newRole({
    accountId: foreignAccountOf(accountId),
    region,
    name: 'visitor',
    trustPolicy: trustPolicyOf({
      Effect: 'Allow',
      Principal: { AWS: accountId },
      Action: ASSUME_WITH_SESSION,
    }),
    createdAt: daysBefore(begunAt, AGE_DAYS),
  });
}

function trustPolicyOf(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

/** Seeds an ECS so that the roles, secrets and parameters are there that its task definitions name. */
export function seederWithAccess(seed: EcsSeeder, access: TaskAccess, home: Home): EcsSeeder {
  return {
    ...seed,
    taskDefinition(request, past) {
      provideAccess(access, request, home);
      return seed.taskDefinition(request, past);
    },
  };
}

type NamingAccess = Pick<
  TaskDefinition,
  'executionRoleArn' | 'taskRoleArn' | 'containerDefinitions' | 'volumes'
>;

function provideAccess(access: TaskAccess, definition: NamingAccess, home: Home): void {
  const { executionRoleArn, taskRoleArn, containerDefinitions = [], volumes = [] } = definition;
  if (executionRoleArn !== undefined) addExecutionRole(access.roles, nameOf(executionRoleArn), home);
  if (taskRoleArn !== undefined) addTaskRole(access.roles, nameOf(taskRoleArn), home);
  for (const container of containerDefinitions) {
    for (const reference of secretReferencesOf(container, home)) addNamed(access, reference, home);
  }
  for (const reference of volumeReferencesOf(volumes, home)) addNamed(access, reference, home);
}

function nameOf(roleArn: string): string {
  return roleArn.split('/').at(-1) ?? roleArn;
}

const TRUST = trustPolicyOf({
  Effect: 'Allow',
  Principal: { Service: 'ecs-tasks.amazonaws.com' },
  Action: 'sts:AssumeRole',
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

const OPEN_SESSIONS = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'ssmmessages:*', Resource: '*' }],
});

/** Without the permissions that ECS Exec needs, so that this can be tried too. */
const WITHOUT_SESSIONS = 'mailer-task';

function addTaskRole(roles: Roles, name: string, home: Home): void {
  if (roles.get(name) !== undefined) return;
  addRole(roles, name, home);
  const role = roles.get(name);
  if (role === undefined || name === WITHOUT_SESSIONS) return;
  roles.put({ ...role, inlinePolicies: { 'ecs-exec': OPEN_SESSIONS } });
}

function addRole(roles: Roles, name: string, home: Home, trustPolicy = TRUST): void {
  if (roles.get(name) !== undefined) return;
  const { accountId, region, begunAt } = home;
  const createdAt = daysBefore(begunAt, AGE_DAYS);
  roles.put(newRole({ accountId, region, name, trustPolicy, createdAt }));
}

/** "Length Constraints: Maximum length of 2048" (Secrets Manager API reference, SecretId). */
const LONGEST_ARN = 2048;
const SECRET_NAME = /:secret:(?<name>.+)-(?<suffix>[A-Za-z0-9]{6})$/;

function addNamed({ secrets, parameters }: TaskAccess, reference: SecretReference, home: Home): void {
  if (reference.kind === 'secret') addSecret(secrets, reference.arn, home);
  else addParameter(parameters, reference.name, home);
}

function addSecret(secrets: Secrets, arn: string, { begunAt, ...home }: Home): void {
  if (arn.length > LONGEST_ARN) return;
  const { name, suffix } = SECRET_NAME.exec(arn)?.groups ?? {};
  if (name === undefined || suffix === undefined || secrets.get(name) !== undefined) return;
  const value = { versionId: SEEDED_VERSION, text: SEEDED_VALUE };
  secrets.put(newSecret({ home, name, suffix, createdAt: daysBefore(begunAt, AGE_DAYS), value }));
}

function addParameter(parameters: Parameters, name: string, { accountId, begunAt }: Home): void {
  if (parameters.get(name) !== undefined) return;
  parameters.put({
    name,
    type: 'SecureString',
    value: SEEDED_VALUE,
    version: 1,
    description: undefined,
    changedAt: daysBefore(begunAt, AGE_DAYS),
    changedBy: `arn:aws:iam::${accountId}:role/terraform`,
  });
}

const SEEDED_VERSION = '5f0d7a2e-4c53-4d0e-9c5c-54d2b9a8c3f1';
const SEEDED_VALUE = 'a value of the sandbox';
