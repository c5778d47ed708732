import type { ExpressGatewayServiceScalingMetric, ServiceRevision } from '@aws-sdk/client-ecs';
import { loadBalancingArn } from './arns.ts';
import type { EcsContext } from './context.ts';
import type { ServiceRevisionRecord } from './state.ts';

/** What a scaling policy calls the metric of an Express service. */
const POLICY_METRIC: Readonly<Record<ExpressGatewayServiceScalingMetric, string>> = {
  AVERAGE_CPU: 'ECSServiceAverageCPUUtilization',
  AVERAGE_MEMORY: 'ECSServiceAverageMemoryUtilization',
  REQUEST_COUNT_PER_TARGET: 'ALBRequestCountPerTarget',
};

/**
 * A service revision as DescribeServiceRevisions shows it: one of an Express service names what ECS made for it, with
 * the scaling and the health check path that the revision was made with.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ECSManagedResources.html
 */
export function withManagedResources(
  { state, home }: EcsContext,
  revision: ServiceRevisionRecord,
): ServiceRevision {
  const express = state.services.get(revision.serviceArn)?.express;
  const { configuration } = state.expressConfigurations.get(revision.serviceRevisionArn) ?? {};
  if (express === undefined || configuration === undefined) return revision;
  const { minTaskCount, maxTaskCount, autoScalingMetric, autoScalingTargetValue } =
    configuration.scalingTarget;
  const made = { status: 'ACTIVE', updatedAt: revision.createdAt } as const;
  const port = configuration.primaryContainer.containerPort;
  const targetGroups = revision.loadBalancers?.flatMap(({ targetGroupArn, advancedConfiguration }) =>
    [targetGroupArn, advancedConfiguration?.alternateTargetGroupArn].map((arn) => ({
      ...made,
      ...(arn === undefined ? {} : { arn }),
      healthCheckPath: configuration.healthCheckPath,
      healthCheckPort: port,
      port,
    })),
  );
  return {
    ...revision,
    ecsManagedResources: {
      ingressPaths: [
        {
          accessType: 'PUBLIC',
          endpoint: express.endpoint,
          loadBalancer: {
            ...made,
            arn: loadBalancingArn(home, 'loadbalancer/app/ecs-express-gateway-alb'),
            scheme: 'internet-facing',
          },
          targetGroups,
        },
      ],
      autoScaling: {
        scalableTarget: { ...made, minCapacity: minTaskCount, maxCapacity: maxTaskCount },
        applicationAutoScalingPolicies: [
          {
            ...made,
            policyType: 'TargetTrackingScaling',
            metric: POLICY_METRIC[autoScalingMetric ?? 'AVERAGE_CPU'],
            targetValue: autoScalingTargetValue,
          },
        ],
      },
    },
  };
}
