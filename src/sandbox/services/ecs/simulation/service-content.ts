import { isDeepStrictEqual } from 'node:util';
import type {
  CapacityProviderStrategyItem,
  Cluster,
  CreateServiceRequest,
  DeploymentConfiguration,
  LaunchType,
  RunTaskRequest,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import type { RevisionContent } from './deployment-engine.ts';
import { invalidParameter } from './errors.ts';
import { launchTypeOf } from './service-task-order.ts';
import type { ServiceRecord, ServiceRevisionRecord, ServiceSettings } from './state.ts';

/**
 * The strategy that is asked for, or else, without a launch type, the default one of the cluster.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
 */
export function strategyOr(
  { defaultCapacityProviderStrategy = [] }: Cluster,
  {
    launchType,
    capacityProviderStrategy = [],
  }: Pick<RunTaskRequest, 'launchType' | 'capacityProviderStrategy'>,
): CapacityProviderStrategyItem[] | undefined {
  if (capacityProviderStrategy.length > 0) return capacityProviderStrategy;
  return launchType === undefined && defaultCapacityProviderStrategy.length > 0
    ? defaultCapacityProviderStrategy
    : undefined;
}

/** A service of ECS or CodeDeploy starts its tasks by the cluster's default strategy; one of task sets has none. */
export function withDefaultStrategy(cluster: Cluster, request: CreateServiceRequest): CreateServiceRequest {
  if (request.deploymentController?.type === 'EXTERNAL') return request;
  const { capacityProviderStrategy: _asked, ...others } = request;
  const capacityProviderStrategy = strategyOr(cluster, request);
  return { ...others, ...(capacityProviderStrategy === undefined ? {} : { capacityProviderStrategy }) };
}

/** What of a new service belongs to its first service revision. */
export function contentOfNewService(request: CreateServiceRequest, taskDefinition: string): RevisionContent {
  return { taskDefinition, ...present(contentMembers(request)) };
}

/** What an update would have the service's next revision be. */
export function contentAfterUpdate(
  current: ServiceRevisionRecord,
  update: UpdateServiceRequest,
  taskDefinition: string,
): RevisionContent {
  const {
    launchType: _before,
    capacityProviderStrategy,
    ...others
  } = {
    ...contentOf(current),
    ...present(contentMembers(update)),
    taskDefinition,
  };
  const launchType = launchTypeAfter(current, update.capacityProviderStrategy);
  return {
    ...others,
    ...(launchType === undefined ? {} : { launchType }),
    ...(capacityProviderStrategy === undefined || capacityProviderStrategy.length === 0
      ? {}
      : { capacityProviderStrategy }),
  };
}

/** A strategy replaces the launch type, and an empty one returns to it. */
function launchTypeAfter(
  current: ServiceRevisionRecord,
  strategy: UpdateServiceRequest['capacityProviderStrategy'],
): LaunchType | undefined {
  if (strategy === undefined) return current.launchType;
  if (strategy.length > 0) return undefined;
  return hasStrategy(current) ? launchTypeOf(current) : current.launchType;
}

/**
 * Throws InvalidParameterException for another capacity provider strategy without `forceNewDeployment`, in the messages
 * of AWS as https://github.com/pipe-cd/pipecd/pull/6385 and https://github.com/reproio/ecs_deploy/pull/74 quote them.
 */
export function checkStrategyChange(current: ServiceRevisionRecord, update: UpdateServiceRequest): void {
  const { capacityProviderStrategy: wanted, forceNewDeployment } = update;
  if (wanted === undefined || forceNewDeployment === true) return;
  if (isDeepStrictEqual(comparable(wanted), comparable(current.capacityProviderStrategy ?? []))) return;
  throw invalidParameter(
    'When switching from launch type to capacity provider strategy on an existing service, or making a change to a capacity provider strategy on a service that is already using one, you must force a new deployment.',
  );
}

function hasStrategy({ capacityProviderStrategy = [] }: ServiceRevisionRecord): boolean {
  return capacityProviderStrategy.length > 0;
}

/** A strategy is a set; weight and base are 0 where they are left out. */
function comparable(strategy: readonly CapacityProviderStrategyItem[]) {
  const items = strategy.map(({ capacityProvider = '', weight = 0, base = 0 }) => ({
    capacityProvider,
    weight,
    base,
  }));
  return items.toSorted((one, other) => (one.capacityProvider < other.capacityProvider ? -1 : 1));
}

/** What a service revision was made from. */
export function contentOf(revision: ServiceRevisionRecord): RevisionContent {
  const {
    serviceRevisionArn: _arn,
    serviceArn: _service,
    clusterArn: _cluster,
    createdAt: _at,
    containerImages: _images,
    resolvedConfiguration: _resolved,
    ...content
  } = revision;
  return content;
}

/**
 * Whether an update starts a deployment: it asks for one, or changes what belongs to the service revision.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
 */
export function startsDeployment(
  current: ServiceRevisionRecord,
  update: UpdateServiceRequest,
  content: RevisionContent,
): boolean {
  if (update.forceNewDeployment === true) return true;
  // A strategy alone starts none: a changed one comes with forceNewDeployment, see checkStrategyChange.
  const { capacityProviderStrategy: _now, ...before } = contentOf(current);
  const { capacityProviderStrategy: _next, ...after } = content;
  return !isDeepStrictEqual(before, after);
}

export function settingsOfNewService(request: CreateServiceRequest): ServiceSettings {
  return {
    ...present(settingsMembers(request)),
    ...(request.role === undefined ? {} : { role: request.role }),
    schedulingStrategy: request.schedulingStrategy ?? 'REPLICA',
    deploymentController: request.deploymentController ?? { type: 'ECS' },
    deploymentConfiguration: completeConfiguration(request),
    propagateTags: request.propagateTags ?? 'NONE',
    enableECSManagedTags: request.enableECSManagedTags ?? false,
    enableExecuteCommand: request.enableExecuteCommand ?? false,
    availabilityZoneRebalancing:
      request.availabilityZoneRebalancing ?? (canBeRebalanced(request) ? 'ENABLED' : 'DISABLED'),
    placementConstraints: request.placementConstraints ?? [],
    placementStrategy: request.placementStrategy ?? [],
  };
}

/**
 * Whether ECS spreads the tasks of a service over Availability Zones again, which is the default then.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html (considerations)
 */
export function canBeRebalanced({
  schedulingStrategy,
  launchType,
  loadBalancers = [],
  placementStrategy: [first] = [],
  deploymentConfiguration,
}: CreateServiceRequest): boolean {
  const spreadsFirst =
    first === undefined || (first.type === 'spread' && first.field === 'attribute:ecs.availability-zone');
  return (
    schedulingStrategy !== 'DAEMON' &&
    launchType !== 'EXTERNAL' &&
    loadBalancers.every(({ loadBalancerName }) => loadBalancerName === undefined) &&
    spreadsFirst &&
    deploymentConfiguration?.maximumPercent !== 100
  );
}

export function settingsAfterUpdate(service: ServiceRecord, update: UpdateServiceRequest): ServiceSettings {
  const { deploymentConfiguration, ...rest } = present(settingsMembers(update));
  const changed = { ...service.settings, ...rest };
  if (deploymentConfiguration === undefined) return changed;
  const kept = keptConfiguration(service.settings.deploymentConfiguration, deploymentConfiguration.strategy);
  return { ...changed, deploymentConfiguration: { ...kept, ...deploymentConfiguration } };
}

/** Without the steps of a strategy that is given up: no other strategy takes them. */
function keptConfiguration(
  before: DeploymentConfiguration | undefined,
  next: DeploymentConfiguration['strategy'],
): DeploymentConfiguration {
  if (next === undefined || next === before?.strategy) return { ...before };
  const { linearConfiguration: _linear, canaryConfiguration: _canary, ...kept } = before ?? {};
  return kept;
}

/** ECS's defaults, filled in so that DescribeServices shows them. */
function completeConfiguration({
  deploymentConfiguration,
  schedulingStrategy,
}: CreateServiceRequest): DeploymentConfiguration {
  const isDaemon = schedulingStrategy === 'DAEMON';
  return {
    strategy: 'ROLLING',
    bakeTimeInMinutes: 0,
    maximumPercent: isDaemon ? 100 : 200,
    minimumHealthyPercent: isDaemon ? 0 : 100,
    deploymentCircuitBreaker: { enable: false, rollback: false },
    ...deploymentConfiguration,
  };
}

function contentMembers(request: CreateServiceRequest | UpdateServiceRequest) {
  return {
    ...('launchType' in request ? { launchType: request.launchType } : {}),
    capacityProviderStrategy: request.capacityProviderStrategy,
    platformVersion: request.platformVersion,
    networkConfiguration: request.networkConfiguration,
    loadBalancers: request.loadBalancers,
    serviceRegistries: request.serviceRegistries,
    serviceConnectConfiguration: request.serviceConnectConfiguration,
    volumeConfigurations: request.volumeConfigurations,
    vpcLatticeConfigurations: request.vpcLatticeConfigurations,
    gatewayConnectors: request.gatewayConnectors,
    monitoring: request.monitoring,
  };
}

function settingsMembers(request: CreateServiceRequest | UpdateServiceRequest) {
  return {
    availabilityZoneRebalancing: request.availabilityZoneRebalancing,
    deploymentConfiguration: request.deploymentConfiguration,
    deploymentController: request.deploymentController,
    enableECSManagedTags: request.enableECSManagedTags,
    enableExecuteCommand: request.enableExecuteCommand,
    healthCheckGracePeriodSeconds: request.healthCheckGracePeriodSeconds,
    placementConstraints: request.placementConstraints,
    placementStrategy: request.placementStrategy,
    propagateTags: request.propagateTags,
  };
}

/** The members that were sent. */
function present<T extends object>(members: T): { [P in keyof T]?: Exclude<T[P], undefined> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [P in keyof T]?: Exclude<T[P], undefined> };
}
