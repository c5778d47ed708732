import type { CapacityProviderStrategyItem } from '@aws-sdk/client-ecs';
import {
  clusterArn,
  clusterOfArn,
  isOfHome,
  lastPart,
  parseTaskDefinitionName,
  serviceArn,
  taskArn,
  taskDefinitionArn,
} from './arns.ts';
import { checkAssociation, isOfAws } from './capacity-provider-rules.ts';
import type { EcsContext } from './context.ts';
import {
  clientError,
  clusterNotFound,
  invalidParameter,
  serviceNotActive,
  serviceNotFound,
  taskDefinitionNotFound,
} from './errors.ts';
import type { ClusterRecord, ServiceRecord, TaskDefinitionRecord, TaskRecord } from './state.ts';

const TASK_ID_LENGTHS: readonly number[] = [32, 36];

/** The active cluster of a name or ARN; `default` when there is none. Throws ClusterNotFoundException. */
export function requireCluster(context: EcsContext, nameOrArn: string | undefined): ClusterRecord {
  const record = findActiveCluster(context, nameOrArn);
  if (record === undefined) throw clusterNotFound();
  return record;
}

/** The cluster of a name or ARN, or `default`. Undefined when there is none, or it has been deleted. */
export function findActiveCluster(
  { state, home }: EcsContext,
  nameOrArn: string | undefined,
): ClusterRecord | undefined {
  if (!isOfHome(home, nameOrArn ?? '')) return undefined;
  const record = state.clusters.get(clusterArn(home, lastPart(nameOrArn ?? 'default')));
  return record?.cluster.status === 'INACTIVE' ? undefined : record;
}

/** Throws InvalidParameterException for a capacity provider that does not exist. */
export function requireCapacityProvider({ state }: EcsContext, nameOrArn: string): void {
  const name = lastPart(nameOrArn);
  if (isOfAws(name) || state.capacityProviders.get(name)?.provider.status === 'ACTIVE') return;
  throw invalidParameter(
    `The specified capacity provider '${nameOrArn}' was not found. Specify a valid name or ARN and try again.`,
  );
}

/**
 * Throws InvalidParameterException for a strategy whose providers are unknown or of another cluster. A provider of managed
 * instances belongs to the cluster it was created for.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
 */
export function requireProvidersOf(
  context: EcsContext,
  { cluster }: ClusterRecord,
  strategy: readonly CapacityProviderStrategyItem[] = [],
): void {
  for (const { capacityProvider = '' } of strategy) requireCapacityProvider(context, capacityProvider);
  const own = [...context.state.capacityProviders.all()].filter(
    ({ provider }) => provider.cluster !== undefined && lastPart(provider.cluster) === cluster.clusterName,
  );
  const names = own.map(({ provider }) => provider.name);
  checkAssociation(strategy, [...(cluster.capacityProviders ?? []), ...names]);
}

/**
 * The service of a name or ARN in a cluster, in whatever status. Undefined when there is none. Throws
 * InvalidParameterException for the ARN of a service of another cluster.
 */
export function findService(
  { state, home }: EcsContext,
  { cluster }: ClusterRecord,
  nameOrArn: string,
): ServiceRecord | undefined {
  checkClusterOf(nameOrArn, cluster);
  if (!isOfHome(home, nameOrArn)) return undefined;
  return state.services.get(serviceArn(home, cluster.clusterName, lastPart(nameOrArn)));
}

/** Throws ServiceNotFoundException, and ServiceNotActiveException for one that is being deleted. */
export function requireActiveService(
  context: EcsContext,
  cluster: ClusterRecord,
  nameOrArn: string,
): ServiceRecord {
  const service = findService(context, cluster, nameOrArn);
  if (service === undefined) throw serviceNotFound();
  if (service.status !== 'ACTIVE') throw serviceNotActive();
  return service;
}

/**
 * The task definition of `family`, `family:revision` or an ARN; the family alone means its latest ACTIVE revision.
 * Undefined when there is none.
 */
export function findTaskDefinition(
  { state, home }: EcsContext,
  name: string,
): TaskDefinitionRecord | undefined {
  if (!isOfHome(home, name)) return undefined;
  const parsed = parseTaskDefinitionName(name);
  if (parsed === undefined) return undefined;
  if (parsed.revision !== undefined) {
    return state.taskDefinitions.get(taskDefinitionArn(home, parsed.family, parsed.revision));
  }
  return [...state.taskDefinitions.inGroup(parsed.family)].findLast(
    ({ definition }) => definition.status === 'ACTIVE',
  );
}

/** Throws ClientException when there is no such task definition. */
export function requireTaskDefinition(context: EcsContext, name: string): TaskDefinitionRecord {
  const record = findTaskDefinition(context, name);
  if (record === undefined) throw taskDefinitionNotFound();
  return record;
}

/** The task definition for a new deployment or task. Throws ClientException for one that is not ACTIVE. */
export function requireDeployableTaskDefinition(context: EcsContext, name: string): TaskDefinitionRecord {
  const record = findTaskDefinition(context, name);
  if (record === undefined) throw clientError('TaskDefinition not found.');
  if (record.definition.status !== 'ACTIVE') throw clientError('TaskDefinition is inactive');
  return record;
}

/** The task of an id or ARN in a cluster. Throws InvalidParameterException for what is neither, and for one of another cluster. */
export function findTask(
  { state, home }: EcsContext,
  { cluster }: ClusterRecord,
  idOrArn: string,
): TaskRecord | undefined {
  const id = lastPart(idOrArn);
  if (!TASK_ID_LENGTHS.includes(id.length)) {
    throw invalidParameter(`taskId length should be one of [${TASK_ID_LENGTHS.join()}]`);
  }
  checkClusterOf(idOrArn, cluster);
  return isOfHome(home, idOrArn) ? state.tasks.get(taskArn(home, cluster.clusterName, id)) : undefined;
}

/** ECS never takes the cluster from the ARN of a service or task: it compares the two. */
export function checkClusterOf(idOrArn: string, { clusterName }: { readonly clusterName: string }): void {
  const of = clusterOfArn(idOrArn);
  if (of === undefined || of === clusterName) return;
  throw invalidParameter(
    `Invalid identifier: Identifier is for cluster ${of}. Your cluster is ${clusterName}`,
  );
}
