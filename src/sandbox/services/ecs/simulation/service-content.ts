import { isDeepStrictEqual } from 'node:util';
import type {
  CreateServiceRequest,
  DeploymentConfiguration,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import type { RevisionContent } from './deployment-engine.ts';
import type { ServiceRecord, ServiceRevisionRecord, ServiceSettings } from './state.ts';

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
  return { ...contentOf(current), ...present(contentMembers(update)), taskDefinition };
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
  return update.forceNewDeployment === true || !isDeepStrictEqual(contentOf(current), content);
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
    availabilityZoneRebalancing: request.availabilityZoneRebalancing ?? 'ENABLED',
    placementConstraints: request.placementConstraints ?? [],
    placementStrategy: request.placementStrategy ?? [],
  };
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
  const { linearConfiguration: _, canaryConfiguration: __, ...kept } = before ?? {};
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
