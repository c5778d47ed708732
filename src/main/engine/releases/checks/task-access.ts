import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Check } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { accountOfArn } from '../../permissions/principals.ts';
import { deniedToRole, type ReadCaller, rolesNotToPass } from '../../permissions/simulation.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import type { FoundImage } from './image-checks.ts';
import { otherAccountsAllowPull, sharedRepositories } from './repository-policy.ts';
import {
  isPullProven,
  PULL_ACTIONS,
  pulledRepositories,
  roleCanBeAssumed,
  roleMayPull,
  rolesMayBePassed,
  rolesOf,
} from './role-checks.ts';
import { findRoles } from './role-reads.ts';
import {
  roleMayReadSecrets,
  secretReferencesOf,
  secretsAreThere,
  wishesForSecrets,
} from './secret-checks.ts';
import { findSecrets } from './secret-reads.ts';

type Content = RegisterTaskDefinitionRequest;

/** New tasks, and what they replace. */
export interface TaskAccessSubject {
  readonly dependencies: ReleaseDependencies;
  readonly ref: ServiceRef;
  readonly signal: AbortSignal;
  readonly caller: ReadCaller;
  readonly content: Content;
  readonly images: readonly FoundImage[];
  /** What tasks that run now were made from, and how many there are. */
  readonly running: { readonly content: Content; readonly tasks: number };
  readonly serviceArn: string;
  /** Whether a call of the plan names the task definition, which takes iam:PassRole. */
  readonly passesRoles: boolean;
}

/** Whether the new tasks get what they need of IAM, Secrets Manager and Systems Manager. Side by side, reads only. */
export async function taskAccessChecks(subject: TaskAccessSubject): Promise<readonly Check[]> {
  const groups = await Promise.all([
    rolesCanBeAssumed(subject),
    pullIsPermitted(subject),
    pullIsPermittedElsewhere(subject),
    passingIsPermitted(subject),
    secretsCanBeRead(subject),
  ]);
  return groups.flat();
}

async function rolesCanBeAssumed({
  dependencies,
  ref,
  signal,
  content,
  serviceArn,
}: TaskAccessSubject): Promise<readonly Check[]> {
  const found = await findRoles(dependencies, ref, rolesOf(content), accountOfArn(serviceArn), signal);
  return found.map(roleCanBeAssumed);
}

async function pullIsPermitted(subject: TaskAccessSubject): Promise<readonly Check[]> {
  const { dependencies, ref, signal, content, images, running, serviceArn } = subject;
  const { executionRoleArn: role } = content;
  const home = { account: accountOfArn(serviceArn), region: ref.region };
  const repositories = pulledRepositories(images, home);
  if (role === undefined || repositories.length === 0) return [];
  if (isPullProven(repositories, content, running.content, running.tasks))
    return [roleMayPull(repositories, role, undefined)];
  const request = { actions: PULL_ACTIONS, resources: repositories.map(({ arn }) => arn) };
  return [roleMayPull(repositories, role, await deniedToRole(dependencies, ref, role, request, signal))];
}

async function pullIsPermittedElsewhere(subject: TaskAccessSubject): Promise<readonly Check[]> {
  const { dependencies, ref, signal, content, images, running, serviceArn } = subject;
  const home = { account: accountOfArn(serviceArn), region: ref.region };
  const shared = sharedRepositories(images, home.account);
  if (shared.length === 0) return [];
  if (isPullProven(pulledRepositories(images, home), content, running.content, running.tasks)) return [];
  const puller = { account: home.account, role: content.executionRoleArn };
  return otherAccountsAllowPull(dependencies, shared, puller, signal);
}

async function passingIsPermitted(subject: TaskAccessSubject): Promise<readonly Check[]> {
  const { dependencies, ref, signal, content, passesRoles, caller } = subject;
  if (!passesRoles) return [];
  const roles = rolesOf(content);
  if (roles.length === 0) return [rolesMayBePassed(roles, { state: 'read', value: [] })];
  return [
    rolesMayBePassed(roles, await rolesNotToPass(dependencies, ref, { roleArns: roles, caller }, signal)),
  ];
}

async function secretsCanBeRead(subject: TaskAccessSubject): Promise<readonly Check[]> {
  const { dependencies, ref, signal, content, serviceArn } = subject;
  const { executionRoleArn: role } = content;
  const references = secretReferencesOf(content, { account: accountOfArn(serviceArn), region: ref.region });
  const requests = role === undefined ? [] : wishesForSecrets(references);
  const [found, denied] = await Promise.all([
    findSecrets(dependencies, ref, references, signal),
    Promise.all(requests.map((request) => deniedToRole(dependencies, ref, role ?? '', request, signal))),
  ]);
  const there = secretsAreThere(content, found);
  return role === undefined || requests.length === 0 ? there : [...there, roleMayReadSecrets(role, denied)];
}
