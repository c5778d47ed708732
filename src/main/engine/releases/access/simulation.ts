import { GetRoleCommand, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import type { Reading } from '../checks/check.ts';
import { reading } from '../reading.ts';
import type { ReleaseDependencies } from '../release-dependencies.ts';
import { callerOf } from './principals.ts';

/** What is asked: whether somebody may do each of the actions on each of the resources. */
export interface Wish {
  readonly actions: readonly string[];
  /** ARNs. */
  readonly resources: readonly string[];
}

/** The actions that a role may not do, by its own policies; of resource policies IAM is not asked. */
export function deniedToRole(
  dependencies: ReleaseDependencies,
  ref: ServiceRef,
  roleArn: string,
  wish: Wish,
  signal: AbortSignal,
): Promise<Reading<readonly string[]>> {
  return reading(() => simulate(dependencies, ref, { principal: roleArn, wish }, signal));
}

/** Those of the roles that who calls may not pass to the tasks of ECS (iam:PassRole); their ARNs. */
export function rolesNotToPass(
  dependencies: ReleaseDependencies,
  ref: ServiceRef,
  roleArns: readonly string[],
  signal: AbortSignal,
): Promise<Reading<readonly string[]>> {
  return reading(async () => {
    const principal = await readCaller(dependencies, ref, signal);
    if (principal === undefined) return [];
    const wish = { actions: ['iam:PassRole'], resources: roleArns };
    const denied = await simulateEach(dependencies, ref, { principal, wish, context: PASSED_TO }, signal);
    return denied.map(({ resource }) => resource);
  });
}

/** Policies often allow iam:PassRole for one service only. */
const PASSED_TO = {
  ContextKeyName: 'iam:PassedToService',
  ContextKeyType: 'string',
  ContextKeyValues: ['ecs-tasks.amazonaws.com'],
} as const;

/** The ARN that IAM knows the caller by; undefined for the account itself, which may do everything. */
async function readCaller(
  { aws }: ReleaseDependencies,
  ref: ServiceRef,
  signal: AbortSignal,
): Promise<string | undefined> {
  const identity = await aws
    .sts(ref, 'clicked')
    .send(new GetCallerIdentityCommand({}), { abortSignal: signal });
  const caller = callerOf(identity.Arn ?? '');
  switch (caller.kind) {
    case 'user':
      return caller.arn;
    case 'root':
      return undefined;
    case 'role': {
      const command = new GetRoleCommand({ RoleName: caller.name });
      const { Role } = await aws.iam(ref, 'clicked').send(command, { abortSignal: signal });
      return Role?.Arn ?? identity.Arn;
    }
    case 'other':
      return identity.Arn;
  }
}

interface Question {
  readonly principal: string;
  readonly wish: Wish;
  readonly context?: typeof PASSED_TO;
}

interface Denial {
  readonly action: string;
  readonly resource: string;
}

async function simulate(
  dependencies: ReleaseDependencies,
  ref: ServiceRef,
  question: Question,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const denied = await simulateEach(dependencies, ref, question, signal);
  return [...new Set(denied.map(({ action }) => action))];
}

/** SimulatePrincipalPolicy changes nothing, and does not do what it is asked about. */
async function simulateEach(
  { aws }: ReleaseDependencies,
  ref: ServiceRef,
  { principal, wish, context }: Question,
  signal: AbortSignal,
): Promise<readonly Denial[]> {
  const iam = aws.iam(ref, 'clicked');
  const denied: Denial[] = [];
  let Marker: string | undefined;
  do {
    const command = new SimulatePrincipalPolicyCommand({
      PolicySourceArn: principal,
      ActionNames: [...wish.actions],
      ResourceArns: [...wish.resources],
      ...(context === undefined
        ? {}
        : { ContextEntries: [{ ...context, ContextKeyValues: [...context.ContextKeyValues] }] }),
      Marker,
    });
    const page = await iam.send(command, { abortSignal: signal });
    for (const { EvalActionName, EvalResourceName, EvalDecision } of page.EvaluationResults ?? []) {
      if (EvalDecision === 'allowed' || EvalActionName === undefined) continue;
      denied.push({ action: EvalActionName, resource: EvalResourceName ?? '*' });
    }
    Marker = page.IsTruncated === true ? page.Marker : undefined;
  } while (Marker !== undefined);
  return denied;
}
