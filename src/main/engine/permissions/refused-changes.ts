import { assertNever } from '../../../shared/assert-never.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { ChangeKind, RefusedChange, RefusedQuery } from '../../../shared/model/permission.ts';
import type { Aws } from '../aws/aws.ts';
import { arnIn } from '../aws/partitions.ts';
import type { RefusedCall } from '../aws/refused-calls.ts';
import { NEVER_ABORTED } from '../aws/retry.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Clock } from '../ports/ports.ts';
import { accountOfArn } from './principals.ts';
import { callerReader, deniedToCaller, type Request } from './simulation.ts';

interface PermissionDependencies {
  readonly aws: Pick<Aws, 'iam' | 'sts' | 'refusedCalls' | 'mayAsk'>;
  readonly clock: Clock;
}

/** Policies change rarely, and IAM answers few simulations a second. */
const SIMULATION_KEPT_MS = 10 * 60_000;
const MOST_SIMULATIONS = 500;
const SIMULATE = 'iam:SimulatePrincipalPolicy';

interface Simulation {
  readonly at: number;
  readonly denied: Promise<ReadonlySet<string>>;
}

/** The method that says which changes AWS would refuse, before they are asked for. */
export function createPermissionHandlers({
  aws,
  clock,
}: PermissionDependencies): Pick<Handlers, 'accounts.refused'> {
  const simulations = new Map<string, Simulation>();

  /** The actions that a simulation denies; none where IAM can't be asked without a person, or does not say. */
  async function simulated(query: RefusedQuery): Promise<ReadonlySet<string>> {
    const { account, region, changes, ...place } = query;
    const scope = { account, region };
    const refused = aws.refusedCalls(scope);
    if (aws.mayAsk(scope) || refused.list().some(({ action }) => action === SIMULATE)) return new Set();
    const now = clock.now().getTime();
    const key = JSON.stringify([scope, refused.accessKeyId, changes.toSorted(), place]);
    const known = simulations.get(key);
    if (known !== undefined && now - known.at < SIMULATION_KEPT_MS) return known.denied;
    const denied = simulate(scope, query);
    // The newest last; a failed one is asked again.
    simulations.delete(key);
    simulations.set(key, { at: now, denied });
    denied.catch(() => simulations.delete(key));
    for (const oldest of simulations.keys())
      if (simulations.size > MOST_SIMULATIONS) simulations.delete(oldest);
    return denied;
  }

  /** Others may wait for it too, so that no caller ends it. */
  async function simulate(scope: Scope, query: RefusedQuery): Promise<ReadonlySet<string>> {
    const signal = NEVER_ABORTED;
    const dependencies = { aws, priority: 'visible' } as const;
    const caller = callerReader(dependencies, scope, signal);
    const principal = await caller();
    // No policy of an account limits the account itself.
    if (principal === undefined) return new Set();
    const home = { account: accountOfArn(principal), region: scope.region };
    const clusterArn =
      query.cluster === undefined ? undefined : arnIn(home, 'ecs', `cluster/${query.cluster}`);
    const requests = requestsFor(query, home);
    if (requests.length === 0) return new Set();
    const denied = await deniedToCaller(dependencies, scope, { requests, clusterArn, caller }, signal);
    return new Set(denied.state === 'read' ? denied.value : []);
  }

  return {
    'accounts.refused': async (query) => {
      const { account, region } = query;
      // Nothing depends on it: the pages say what is wrong with the account.
      const denied = await simulated(query).catch(() => new Set<string>());
      const calls = aws.refusedCalls({ account, region }).list();
      return query.changes.flatMap((change) => refusalOf(change, query, calls, denied) ?? []);
    },
  };
}

/** A call that AWS has refused says more than a simulation. */
function refusalOf(
  change: ChangeKind,
  query: RefusedQuery,
  calls: readonly RefusedCall[],
  denied: ReadonlySet<string>,
): RefusedChange | undefined {
  const needed = neededFor(change, query).map(({ action }) => action);
  const passes = PASSES_ROLES.has(change) ? ['iam:PassRole'] : [];
  const actions = new Set([...needed, ...passes]);
  const call = calls.findLast((each) => actions.has(each.action) && concerns(each, query));
  if (call !== undefined) {
    const { action, at, target } = call;
    const own = query.service === undefined ? query.repository : `${query.cluster}/${query.service}`;
    const isElsewhere = target !== undefined && target !== own && target.includes('/');
    return { change, action, at: at.toISOString(), ...(isElsewhere ? { on: target } : {}) };
  }
  const action = needed.find((each) => denied.has(each));
  return action === undefined ? undefined : { change, action };
}

const PASSES_ROLES: ReadonlySet<ChangeKind> = new Set(['deploy', 'roll-back', 'register', 'run-task']);

/**
 * Whether a refusal counts for what is asked about. Policies allow ECS by cluster as a rule, so the refusal for a service
 * counts for its cluster; that of a role to pass, and of a repository, counts for the same one only.
 */
function concerns({ action, resource = '*', target }: RefusedCall, query: RefusedQuery): boolean {
  const [kind, cluster] = (resource.split(':')[5] ?? '').split('/');
  if (action === 'iam:PassRole') {
    return (
      target === `${query.cluster}/${query.service}` || (target !== undefined && target === query.family)
    );
  }
  if (kind === 'repository')
    return query.repository === undefined || resource.endsWith(`:repository/${query.repository}`);
  if (kind === 'task-definition')
    return query.family === undefined || cluster?.startsWith(`${query.family}`) === true;
  return kind === undefined || kind === '' || query.cluster === undefined || cluster === query.cluster;
}

type On = 'any' | 'service' | 'task' | 'deployment' | 'family' | 'repository';

interface NeededCall {
  readonly action: string;
  readonly on: On;
}

const REGISTER: NeededCall = { action: 'ecs:RegisterTaskDefinition', on: 'family' };
const PUT: NeededCall = { action: 'ecr:PutImage', on: 'repository' };

/** The calls that a change can't do without. */
function neededFor(change: ChangeKind, query: RefusedQuery): readonly NeededCall[] {
  switch (change) {
    case 'deploy':
      return query.deployedBy === 'ecs' || query.deployedBy === 'task-sets'
        ? [...updatesOf(query), REGISTER]
        : updatesOf(query);
    case 'roll-back':
      return updatesOf(query);
    case 'scale':
      return query.deployedBy === 'express'
        ? updatesOf(query)
        : [{ action: 'ecs:UpdateService', on: 'service' }];
    case 'stop':
      return query.deployedBy === 'task-sets'
        ? []
        : [{ action: 'ecs:StopServiceDeployment', on: 'deployment' }];
    case 'continue':
      return [{ action: 'ecs:ContinueServiceDeployment', on: 'deployment' }];
    case 'run-task':
      return [{ action: 'ecs:RunTask', on: 'family' }];
    case 'stop-task':
      return [{ action: 'ecs:StopTask', on: 'task' }];
    case 'protect-task':
      return [{ action: 'ecs:UpdateTaskProtection', on: 'task' }];
    case 'open-shell':
      return [{ action: 'ecs:ExecuteCommand', on: 'task' }];
    case 'forward-port':
      return [{ action: 'ssm:StartSession', on: 'task' }];
    case 'register':
      return [REGISTER];
    case 'deregister':
      return [{ action: 'ecs:DeregisterTaskDefinition', on: 'any' }];
    case 'delete-revisions':
      return [{ action: 'ecs:DeleteTaskDefinitions', on: 'family' }];
    case 'delete-images':
      return [{ action: 'ecr:BatchDeleteImage', on: 'repository' }];
    case 'push':
      return [
        { action: 'ecr:InitiateLayerUpload', on: 'repository' },
        { action: 'ecr:UploadLayerPart', on: 'repository' },
        { action: 'ecr:CompleteLayerUpload', on: 'repository' },
        PUT,
      ];
    case 'add-tag':
      return [PUT];
    case 'restore-image':
      return [{ action: 'ecr:UpdateImageStorageClass', on: 'repository' }];
    case 'create-repository':
      return [{ action: 'ecr:CreateRepository', on: 'repository' }];
    case 'make-immutable':
      return [{ action: 'ecr:PutImageTagMutability', on: 'repository' }];
    default:
      return assertNever(change);
  }
}

/** The calls that bring another revision to a service. CodeDeploy's are not sent by Slipway. */
function updatesOf({ deployedBy }: RefusedQuery): readonly NeededCall[] {
  switch (deployedBy) {
    case 'ecs':
      return [{ action: 'ecs:UpdateService', on: 'service' }];
    case 'express':
      return [{ action: 'ecs:UpdateExpressGatewayService', on: 'service' }];
    case 'task-sets':
      return [
        { action: 'ecs:CreateTaskSet', on: 'any' },
        { action: 'ecs:UpdateServicePrimaryTaskSet', on: 'service' },
      ];
    case 'code-deploy':
      return [];
    default:
      return assertNever(deployedBy);
  }
}

/** One question for each resource. What is not named can't be asked about: policies may allow it for some only. */
function requestsFor(
  query: RefusedQuery,
  home: { readonly account: string; readonly region: string },
): readonly Request[] {
  const actions = new Map<string, Set<string>>();
  for (const { action, on } of query.changes.flatMap((change) => neededFor(change, query))) {
    const resource = resourceOf(on, query, home);
    if (resource !== undefined) actions.set(resource, (actions.get(resource) ?? new Set()).add(action));
  }
  return [...actions].map(([resource, asked]) => ({ actions: [...asked], resources: [resource] }));
}

function resourceOf(
  on: On,
  { cluster, service, family, repository }: RefusedQuery,
  home: { readonly account: string; readonly region: string },
): string | undefined {
  const isService = cluster !== undefined && service !== undefined;
  switch (on) {
    case 'any':
      return '*';
    case 'service':
      return isService ? arnIn(home, 'ecs', `service/${cluster}/${service}`) : undefined;
    case 'task':
      return cluster === undefined ? undefined : arnIn(home, 'ecs', `task/${cluster}/*`);
    case 'deployment':
      return isService ? arnIn(home, 'ecs', `service-deployment/${cluster}/${service}/*`) : undefined;
    case 'family':
      return family === undefined ? undefined : arnIn(home, 'ecs', `task-definition/${family}:*`);
    case 'repository':
      return repository === undefined ? undefined : arnIn(home, 'ecr', `repository/${repository}`);
    default:
      return assertNever(on);
  }
}
