import type {
  CreateServiceRequest,
  ECSExpressGatewayService,
  ExpressGatewayScalingTarget,
  ExpressGatewayServiceConfiguration,
} from '@aws-sdk/client-ecs';
import { lastPart, loadBalancingArn } from './arns.ts';
import type { EcsContext } from './context.ts';
import { deploymentInFlight } from './deployment-progress.ts';
import { type ExpressConfiguration, MAIN_CONTAINER } from './express-configuration.ts';
import type { ExpressRecord } from './express-records.ts';
import type { ServiceRecord } from './state.ts';

/**
 * The service that ECS makes of a configuration: a canary deployment with a circuit breaker and an alarm that rolls
 * back, behind a load balancer with two target groups.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-update-full.html
 */
export function expressServiceRequest(
  { home }: EcsContext,
  { cluster, name }: { readonly cluster: string; readonly name: string },
  configuration: ExpressConfiguration,
  infrastructureRoleArn: string,
): CreateServiceRequest {
  const { networkConfiguration, primaryContainer, taskDefinitionArn, scalingTarget } = configuration;
  const balancing = (resource: string): string => loadBalancingArn(home, resource);
  const targetGroup = (number: number): string =>
    balancing(`targetgroup/ecs-gateway-tg-${number}-${cluster}-${name}`.slice(0, 120));
  return {
    cluster,
    serviceName: name,
    taskDefinition: taskDefinitionArn,
    desiredCount: scalingTarget.minTaskCount ?? 1,
    launchType: 'FARGATE',
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [...(networkConfiguration?.subnets ?? [])],
        securityGroups: [...(networkConfiguration?.securityGroups ?? [])],
        assignPublicIp: 'ENABLED',
      },
    },
    loadBalancers: [
      {
        targetGroupArn: targetGroup(1),
        containerName: MAIN_CONTAINER,
        containerPort: primaryContainer.containerPort,
        advancedConfiguration: {
          alternateTargetGroupArn: targetGroup(2),
          productionListenerRule: balancing(`listener-rule/app/ecs-express-gateway-alb/${cluster}-${name}`),
          roleArn: infrastructureRoleArn,
        },
      },
    ],
    deploymentConfiguration: {
      strategy: 'CANARY',
      bakeTimeInMinutes: 3,
      canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 3 },
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      alarms: { alarmNames: [alarmName(cluster, name)], enable: true, rollback: true },
    },
  };
}

/** The alarm that ECS creates with an Express service, which rolls a deployment back that answers with errors. */
export function alarmName(cluster: string, name: string): string {
  return `${cluster}/${name}/RollbackAlarm`;
}

export function newExpressRecord(
  { ids, home }: EcsContext,
  name: string,
  infrastructureRoleArn: string,
  updatedAt: Date,
): ExpressRecord {
  const host = `${name.slice(0, 2)}-${ids.hex()}`;
  return { infrastructureRoleArn, endpoint: `${host}.ecs.${home.region}.on.aws`, updatedAt };
}

/** An Express service as DescribeExpressGatewayService shows it, without its tags. */
export function viewExpressService(
  context: EcsContext,
  service: ServiceRecord & { readonly express: ExpressRecord },
): ECSExpressGatewayService {
  const inFlight = deploymentInFlight(context, service);
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    cluster: lastPart(service.clusterArn),
    infrastructureRoleArn: service.express.infrastructureRoleArn,
    status: { statusCode: service.status },
    ...(inFlight === undefined ? {} : { currentDeployment: inFlight.arn }),
    activeConfigurations: service.rollouts.flatMap(
      ({ revisionArn }) => viewConfiguration(context, service, revisionArn) ?? [],
    ),
    createdAt: service.createdAt,
    updatedAt: service.express.updatedAt,
  };
}

export function viewConfiguration(
  { state }: EcsContext,
  { express }: ServiceRecord & { readonly express: ExpressRecord },
  revisionArn: string,
): ExpressGatewayServiceConfiguration | undefined {
  const record = state.expressConfigurations.get(revisionArn);
  if (record === undefined) return undefined;
  return {
    ...record.configuration,
    ingressPaths: [{ accessType: 'PUBLIC', endpoint: express.endpoint }],
  };
}

/** The number of tasks that exists, within the bounds of the scaling. */
export function withinBounds(
  desiredCount: number,
  { minTaskCount = 1, maxTaskCount = desiredCount }: ExpressGatewayScalingTarget,
): number {
  return Math.min(Math.max(desiredCount, minTaskCount), maxTaskCount);
}
