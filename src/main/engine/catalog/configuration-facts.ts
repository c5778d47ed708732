import type {
  DeploymentConfiguration,
  MonitoringConfiguration,
  NetworkConfiguration,
  Service,
  ServiceRevision,
} from '@aws-sdk/client-ecs';
import type { Fact } from '../../../shared/model/service.ts';
import { lastPartOf } from '../aws/arns.ts';

/** What DescribeServices does not say of a service; its service revision does. */
type OfRevision = Pick<ServiceRevision, 'gatewayConnectors' | 'monitoring'>;

/** What a service is set to, in words, in the order to show. What is not set is left out. */
export function configurationFacts(service: Service, revision: OfRevision = {}): Fact[] {
  const { deploymentConfiguration: deployment = {}, deploymentController } = service;
  return facts([
    ['Deployment controller', deploymentController?.type ?? 'ECS'],
    ['Strategy', strategyLabel(deployment)],
    ['Running during a deployment', percentLabel(deployment)],
    ['Early success', earlySuccessLabel(deployment)],
    ['Circuit breaker', circuitBreakerLabel(deployment)],
    ['Alarms', alarmLabel(deployment)],
    ['Scheduling', service.schedulingStrategy === 'DAEMON' ? 'one task on each instance' : undefined],
    ['Runs on', capacityLabel(service)],
    ['Platform version', service.platformVersion],
    ['Load balancer', loadBalancerLabel(service)],
    ['Gateway connectors', gatewayLabel(revision)],
    ['Metrics', metricsLabel(revision.monitoring)],
    ['Health check grace period', secondsLabel(service.healthCheckGracePeriodSeconds)],
    [
      'Service discovery',
      service.serviceRegistries?.map(({ registryArn = '' }) => lastPartOf(registryArn)).join(', '),
    ],
    ['Network', networkLabel(service.networkConfiguration)],
    ['Zone rebalancing', enabledWord(service.availabilityZoneRebalancing)],
    ['Execute command', service.enableExecuteCommand ? 'on' : undefined],
    ['Managed by', service.resourceManagementType === 'ECS' ? 'ECS (an Express service)' : undefined],
    ['Created by', service.createdBy],
  ]);
}

function facts(pairs: readonly (readonly [label: string, value: string | undefined])[]): Fact[] {
  return pairs.flatMap(([label, value]) => (value ? [{ label, value }] : []));
}

function strategyLabel(configuration: DeploymentConfiguration): string {
  const { strategy = 'ROLLING', bakeTimeInMinutes, linearConfiguration, canaryConfiguration } = configuration;
  const bake = bakeTimeInMinutes ? `, baking ${minutes(bakeTimeInMinutes)}` : '';
  switch (strategy) {
    case 'ROLLING':
      return 'rolling';
    case 'BLUE_GREEN':
      return `blue/green${bake}`;
    case 'LINEAR':
      return `linear, ${linearConfiguration?.stepPercent ?? 10}% every ${minutes(linearConfiguration?.stepBakeTimeInMinutes ?? 6)}${bake}`;
    case 'CANARY':
      return `canary, ${canaryConfiguration?.canaryPercent ?? 5}% for ${minutes(canaryConfiguration?.canaryBakeTimeInMinutes ?? 10)}${bake}`;
    default:
      return strategy;
  }
}

function minutes(count: number): string {
  return count === 1 ? '1 minute' : `${count} minutes`;
}

function percentLabel({
  minimumHealthyPercent,
  maximumPercent,
}: DeploymentConfiguration): string | undefined {
  if (minimumHealthyPercent === undefined && maximumPercent === undefined) return undefined;
  return `${minimumHealthyPercent ?? 100}% to ${maximumPercent ?? 200}% of the desired tasks`;
}

/**
 * A deployment then ends as successful before all tasks are replaced.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentEarlySuccessCriteria.html
 */
function earlySuccessLabel({ earlySuccessCriteria }: DeploymentConfiguration): string | undefined {
  if (earlySuccessCriteria?.enable !== true) return undefined;
  const { healthyPercent = 100, sourceServiceRevisionCleanup } = earlySuccessCriteria;
  const old = sourceServiceRevisionCleanup === 'DEFERRED' ? 'afterwards' : 'first';
  return `at ${healthyPercent}% healthy new tasks; old tasks stop ${old}`;
}

/** The ports that a gateway sends traffic to, which no load balancer of the service names. */
function gatewayLabel({ gatewayConnectors = [] }: OfRevision): string | undefined {
  return gatewayConnectors.flatMap(({ portName }) => portName ?? []).join(', ');
}

/** Every 60 seconds is ECS's default, which is not shown. */
function metricsLabel({ metricConfigurations = [] }: MonitoringConfiguration = {}): string | undefined {
  return metricConfigurations
    .filter(({ resolutionSeconds = 60 }) => resolutionSeconds !== 60)
    .map(
      ({ metricNames = [], resolutionSeconds }) => `${metricNames.join(', ')} every ${resolutionSeconds} s`,
    )
    .join('; ');
}

function circuitBreakerLabel({ deploymentCircuitBreaker }: DeploymentConfiguration): string {
  if (!deploymentCircuitBreaker?.enable) return 'off';
  return deploymentCircuitBreaker.rollback ? 'on, rolls back' : 'on, without rollback';
}

function alarmLabel({ alarms }: DeploymentConfiguration): string | undefined {
  if (!alarms?.enable || !alarms.alarmNames?.length) return undefined;
  return `${alarms.alarmNames.join(', ')}${alarms.rollback ? ', rolls back' : ''}`;
}

function capacityLabel({ capacityProviderStrategy = [], launchType }: Service): string | undefined {
  if (capacityProviderStrategy.length === 0)
    return launchType === 'MANAGED_INSTANCES' ? 'Managed Instances, which ECS adds and replaces' : launchType;
  return capacityProviderStrategy
    .map(({ capacityProvider = '', weight = 0, base = 0 }) => {
      return `${capacityProvider} (weight ${weight}${base > 0 ? `, base ${base}` : ''})`;
    })
    .join(', ');
}

function loadBalancerLabel({ loadBalancers = [] }: Service): string | undefined {
  return loadBalancers
    .map(({ targetGroupArn, loadBalancerName, containerName = '', containerPort }) => {
      const target = targetGroupArn?.split(':').at(-1)?.split('/')[1] ?? loadBalancerName ?? '';
      return `${target} → ${containerName}${containerPort === undefined ? '' : `:${containerPort}`}`;
    })
    .join(', ');
}

function secondsLabel(seconds: number | undefined): string | undefined {
  return seconds ? `${seconds} s` : undefined;
}

function networkLabel(configuration: NetworkConfiguration | undefined): string | undefined {
  const network = configuration?.awsvpcConfiguration;
  if (network === undefined) return undefined;
  const publicAddress = network.assignPublicIp === 'ENABLED' ? 'public addresses' : 'no public addresses';
  return [...(network.subnets ?? []), ...(network.securityGroups ?? []), publicAddress].join(', ');
}

function enabledWord(setting: string | undefined): string | undefined {
  return setting === 'ENABLED' ? 'on' : undefined;
}
