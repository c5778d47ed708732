import { type EvaluationResult, GetRoleCommand, paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam';
import type { Scope } from '../../../shared/model/account.ts';
import type { Aws, Priority } from '../aws/aws.ts';
import { identityReader, type ReadIdentity } from '../aws/caller-identity.ts';
import { type Reading, read } from '../ecs/check.ts';
import { reading } from '../ecs/read-result.ts';
import { callerOf } from './principals.ts';

/** What IAM is asked with. */
export interface SimulationDependencies {
  readonly aws: Pick<Aws, 'iam' | 'sts'>;
  /** Who waits for the answer: `clicked` where it is missing. */
  readonly priority?: Priority;
}

/** What is asked: whether somebody may do each of the actions on each of the resources. */
export interface Request {
  readonly actions: readonly string[];
  /** ARNs. */
  readonly resources: readonly string[];
}

/** The actions that a role may not do, by its own policies; of resource policies IAM is not asked. */
export async function deniedToRole(
  dependencies: SimulationDependencies,
  ref: Scope,
  roleArn: string,
  request: Request,
  signal: AbortSignal,
): Promise<Reading<readonly string[]>> {
  const results = await reading(() =>
    simulate(dependencies, ref, { principal: roleArn, request, context: [] }, signal),
  );
  return denials(results, ({ EvalActionName }) => EvalActionName);
}

/** The ARN that IAM knows the caller by; undefined for the account itself, which may do everything. */
export type ReadCaller = () => Promise<string | undefined>;

/** Asks AWS who the caller is when that is needed, and once for all checks of a plan. */
export function callerReader(
  dependencies: SimulationDependencies,
  ref: Scope,
  signal: AbortSignal,
  readIdentity: ReadIdentity = identityReader(dependencies, ref, signal),
): ReadCaller {
  let caller: Promise<string | undefined> | undefined;
  return () => {
    caller ??= readCaller(dependencies, ref, readIdentity, signal);
    return caller;
  };
}

/** Those of the roles that the caller may not pass to the tasks of ECS (iam:PassRole); their ARNs. */
export async function rolesNotToPass(
  dependencies: SimulationDependencies,
  ref: Scope,
  { roleArns, caller }: { readonly roleArns: readonly string[]; readonly caller: ReadCaller },
  signal: AbortSignal,
): Promise<Reading<readonly string[]>> {
  const results = await reading(async () => {
    const principal = roleArns.length === 0 ? undefined : await caller();
    if (principal === undefined) return [];
    const request = { actions: ['iam:PassRole'], resources: roleArns };
    return simulate(dependencies, ref, { principal, request, context: [PASSED_TO] }, signal);
  });
  return denials(results, ({ EvalResourceName }) => EvalResourceName);
}

/** What the caller is asked about. */
export interface CallerRequests {
  readonly requests: readonly Request[];
  /** Policies often allow a call for one cluster (ecs:cluster). Missing for calls that are about none. */
  readonly clusterArn?: string | undefined;
  readonly caller: ReadCaller;
}

/** The actions of the requests that the caller may not do. */
export async function deniedToCaller(
  dependencies: SimulationDependencies,
  ref: Scope,
  { requests, clusterArn, caller }: CallerRequests,
  signal: AbortSignal,
): Promise<Reading<readonly string[]>> {
  const context: readonly ContextEntry[] =
    clusterArn === undefined
      ? []
      : [{ ContextKeyName: 'ecs:cluster', ContextKeyType: 'string', ContextKeyValues: [clusterArn] }];
  const results = await reading(async () => {
    const principal = await caller();
    if (principal === undefined) return [];
    const answers = await Promise.all(
      requests.map((request) => simulate(dependencies, ref, { principal, request, context }, signal)),
    );
    return answers.flat();
  });
  return denials(results, ({ EvalActionName }) => EvalActionName);
}

/** Policies often allow iam:PassRole for a single service. */
const PASSED_TO: ContextEntry = {
  ContextKeyName: 'iam:PassedToService',
  ContextKeyType: 'string',
  ContextKeyValues: ['ecs-tasks.amazonaws.com'],
};

interface ContextEntry {
  readonly ContextKeyName: string;
  readonly ContextKeyType: 'string';
  readonly ContextKeyValues: readonly string[];
}

/**
 * The actions that are denied in any case. Those that depend on a condition that a simulation can't know, such as a
 * VPC, are unknown.
 */
function denials(
  results: Reading<readonly EvaluationResult[]>,
  nameOf: (result: EvaluationResult) => string | undefined,
): Reading<readonly string[]> {
  if (results.state === 'unreadable') return results;
  const denied = results.value.filter(({ EvalDecision }) => EvalDecision !== 'allowed');
  const conditions = new Set(denied.flatMap(({ MissingContextValues = [] }) => MissingContextValues));
  if (conditions.size > 0) {
    const reason = `It depends on conditions that only a real request provides: ${[...conditions].join(', ')}.`;
    return { state: 'unreadable', reason };
  }
  return read([...new Set(denied.flatMap((result) => nameOf(result) ?? []))]);
}

async function readCaller(
  { aws, priority = 'clicked' }: SimulationDependencies,
  ref: Scope,
  readIdentity: ReadIdentity,
  signal: AbortSignal,
): Promise<string | undefined> {
  const identity = await readIdentity();
  const caller = callerOf(identity);
  switch (caller.kind) {
    case 'user':
      return caller.arn;
    case 'root':
      return undefined;
    case 'role': {
      const command = new GetRoleCommand({ RoleName: caller.name });
      const { Role } = await aws.iam(ref, priority).send(command, { abortSignal: signal });
      return Role?.Arn ?? identity;
    }
    case 'other':
      return identity;
  }
}

interface Question {
  readonly principal: string;
  readonly request: Request;
  readonly context: readonly ContextEntry[];
}

/** SimulatePrincipalPolicy changes nothing, and does not do what it is asked about. */
async function simulate(
  { aws, priority = 'clicked' }: SimulationDependencies,
  ref: Scope,
  { principal, request, context }: Question,
  signal: AbortSignal,
): Promise<readonly EvaluationResult[]> {
  const client = aws.iam(ref, priority);
  const question = {
    PolicySourceArn: principal,
    ActionNames: [...request.actions],
    ResourceArns: [...request.resources],
    ...(context.length === 0
      ? {}
      : {
          ContextEntries: context.map((each) => ({ ...each, ContextKeyValues: [...each.ContextKeyValues] })),
        }),
  };
  const results: EvaluationResult[] = [];
  for await (const page of paginateSimulatePrincipalPolicy({ client }, question, { abortSignal: signal }))
    results.push(...(page.EvaluationResults ?? []));
  return results;
}
