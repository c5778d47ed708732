import * as scalingApi from '@aws-sdk/client-application-auto-scaling';
import * as ecsApi from '@aws-sdk/client-ecs';
import * as balancerApi from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ApiCalls } from './api-caller.ts';

const cluster = 'production';
const ROLE = 'arn:aws:iam::123456789012:role/sandbox';
const FARGATE = {
  launchType: 'FARGATE' as const,
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
};

/** For the test of every operation: clusters, services and what they run. */
export const SERVICE_CALLS: ApiCalls = {
  'clusters and capacity providers': async ({ ecs }) => {
    await ecs(new ecsApi.ListClustersCommand({}));
    await ecs(
      new ecsApi.DescribeClustersCommand({
        clusters: [cluster, 'none'],
        include: ['ATTACHMENTS', 'CONFIGURATIONS', 'SETTINGS', 'STATISTICS', 'TAGS'],
      }),
    );
    const clusterName = 'walked';
    await ecs(new ecsApi.CreateClusterCommand({ clusterName, tags: [{ key: 'team', value: 'walk' }] }));
    await ecs(new ecsApi.UpdateClusterCommand({ cluster: clusterName, configuration: {} }));
    const settings = [{ name: 'containerInsights', value: 'enabled' }] as const;
    await ecs(new ecsApi.UpdateClusterSettingsCommand({ cluster: clusterName, settings: [...settings] }));
    const autoScalingGroupArn =
      'arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/walked';
    await ecs(
      new ecsApi.CreateCapacityProviderCommand({
        name: 'walked',
        autoScalingGroupProvider: { autoScalingGroupArn },
      }),
    );
    await ecs(new ecsApi.DescribeCapacityProvidersCommand({ capacityProviders: ['walked', 'FARGATE'] }));
    await ecs(
      new ecsApi.UpdateCapacityProviderCommand({
        name: 'walked',
        autoScalingGroupProvider: { managedTerminationProtection: 'DISABLED' },
      }),
    );
    await ecs(
      new ecsApi.PutClusterCapacityProvidersCommand({
        cluster: clusterName,
        capacityProviders: ['FARGATE'],
        defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
      }),
    );
    await ecs(new ecsApi.DeleteCapacityProviderCommand({ capacityProvider: 'walked' }));
    await ecs(new ecsApi.DeleteClusterCommand({ cluster: clusterName }));
  },
  'what scales a service': async ({ scaling }) => {
    const scaled = {
      ServiceNamespace: 'ecs',
      ResourceId: 'service/production/checkout',
      ScalableDimension: 'ecs:service:DesiredCount',
    } as const;
    const { ServiceNamespace } = scaled;
    await scaling(
      new scalingApi.RegisterScalableTargetCommand({ ...scaled, MinCapacity: 50, MaxCapacity: 60 }),
    );
    await scaling(
      new scalingApi.PutScalingPolicyCommand({
        ...scaled,
        PolicyName: 'walked',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 60,
          PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageMemoryUtilization' },
        },
      }),
    );
    await scaling(
      new scalingApi.PutScheduledActionCommand({
        ...scaled,
        ScheduledActionName: 'walked',
        Schedule: 'rate(1 day)',
        ScalableTargetAction: { MinCapacity: 4 },
      }),
    );
    await scaling(new scalingApi.DescribeScalableTargetsCommand({ ServiceNamespace }));
    await scaling(new scalingApi.DescribeScalingPoliciesCommand({ ServiceNamespace }));
    await scaling(new scalingApi.DescribeScalingActivitiesCommand({ ServiceNamespace }));
    await scaling(new scalingApi.DescribeScheduledActionsCommand({ ServiceNamespace }));
    await scaling(new scalingApi.DeleteScheduledActionCommand({ ...scaled, ScheduledActionName: 'walked' }));
    await scaling(new scalingApi.DeleteScalingPolicyCommand({ ...scaled, PolicyName: 'walked' }));
    await scaling(new scalingApi.DeregisterScalableTargetCommand(scaled));
  },
  'services and their deployments': async ({ ecs }) => {
    const { serviceArns = [] } = await ecs(new ecsApi.ListServicesCommand({ cluster, maxResults: 100 }));
    await ecs(
      new ecsApi.DescribeServicesCommand({
        cluster,
        services: [...serviceArns.slice(0, 9), 'none'],
        include: ['TAGS'],
      }),
    );
    await ecs(new ecsApi.ListServicesByNamespaceCommand({ namespace: 'shop' }));
    const { serviceDeployments = [] } = await ecs(
      new ecsApi.ListServiceDeploymentsCommand({ cluster, service: serviceArns[0] ?? '' }),
    );
    const described = await ecs(
      new ecsApi.DescribeServiceDeploymentsCommand({
        serviceDeploymentArns: serviceDeployments
          .map(({ serviceDeploymentArn = '' }) => serviceDeploymentArn)
          .slice(0, 20),
      }),
    );
    const serviceRevisionArns = (described.serviceDeployments ?? []).map(
      ({ targetServiceRevision }) => targetServiceRevision?.arn ?? '',
    );
    await ecs(new ecsApi.DescribeServiceRevisionsCommand({ serviceRevisionArns }));
  },
  'a service from its beginning to its end': async ({ ecs, balancers, until }) => {
    const { taskDefinitionArns = [] } = await ecs(
      new ecsApi.ListTaskDefinitionsCommand({ familyPrefix: 'web', sort: 'DESC' }),
    );
    const [taskDefinition = ''] = taskDefinitionArns;
    const group = (name: string) =>
      `arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/${name}/1`;
    const where = { cluster, service: 'walked' };
    await ecs(
      new ecsApi.CreateServiceCommand({
        cluster,
        serviceName: 'walked',
        taskDefinition,
        desiredCount: 1,
        ...FARGATE,
        loadBalancers: [
          {
            targetGroupArn: group('blue'),
            containerName: 'app',
            containerPort: 8080,
            advancedConfiguration: {
              alternateTargetGroupArn: group('blue'),
              productionListenerRule: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/1',
              roleArn: ROLE,
            },
          },
        ],
        deploymentConfiguration: {
          strategy: 'BLUE_GREEN',
          lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] }],
        },
      }),
    );
    const look = async (serviceDeploymentArn: string) => {
      const answer = await ecs(
        new ecsApi.DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [serviceDeploymentArn] }),
      );
      return answer.serviceDeployments?.[0];
    };
    const latest = async () => {
      const { serviceDeployments } = await ecs(new ecsApi.ListServiceDeploymentsCommand(where));
      return serviceDeployments?.[0]?.serviceDeploymentArn;
    };
    const continueAndEnd = async (serviceDeploymentArn: string) =>
      until(async () => {
        const { finishedAt, lifecycleHookDetails = [] } = (await look(serviceDeploymentArn)) ?? {};
        const hook = lifecycleHookDetails.find(({ status }) => status === 'AWAITING_ACTION');
        if (hook?.hookId !== undefined) {
          await ecs(
            new ecsApi.ContinueServiceDeploymentCommand({
              serviceDeploymentArn,
              hookId: hook.hookId,
              action: 'CONTINUE',
            }),
          );
        }
        return finishedAt;
      });

    await continueAndEnd(await until(latest));
    await balancers(new balancerApi.DescribeTargetGroupsCommand({}));
    await until(async () => {
      const { TargetHealthDescriptions } = await balancers(
        new balancerApi.DescribeTargetHealthCommand({ TargetGroupArn: group('blue') }),
      );
      return TargetHealthDescriptions?.[0];
    });

    await ecs(new ecsApi.UpdateServiceCommand({ ...where, forceNewDeployment: true }));
    const second = await until(latest);
    await continueAndEnd(second);
    await ecs(new ecsApi.UpdateServiceCommand({ ...where, forceNewDeployment: true }));
    const third = await until(async () => {
      const arn = await latest();
      return arn === second ? undefined : arn;
    });
    await until(async () => ((await look(third))?.status === 'IN_PROGRESS' ? true : undefined));
    await ecs(new ecsApi.StopServiceDeploymentCommand({ serviceDeploymentArn: third, stopType: 'ROLLBACK' }));
    await ecs(new ecsApi.DeleteServiceCommand({ ...where, force: true }));
  },
  'task definitions': async ({ ecs }) => {
    await ecs(new ecsApi.ListTaskDefinitionFamiliesCommand({}));
    await ecs(new ecsApi.DescribeTaskDefinitionCommand({ taskDefinition: 'web', include: ['TAGS'] }));
    const { taskDefinition } = await ecs(
      new ecsApi.RegisterTaskDefinitionCommand({
        family: 'walked',
        containerDefinitions: [{ name: 'app', image: 'web:latest', memory: 128 }],
        tags: [{ key: 'team', value: 'walk' }],
      }),
    );
    const arn = taskDefinition?.taskDefinitionArn ?? '';
    await ecs(new ecsApi.TagResourceCommand({ resourceArn: arn, tags: [{ key: 'tier', value: '1' }] }));
    await ecs(new ecsApi.ListTagsForResourceCommand({ resourceArn: arn }));
    await ecs(new ecsApi.UntagResourceCommand({ resourceArn: arn, tagKeys: ['tier'] }));
    await ecs(new ecsApi.DeregisterTaskDefinitionCommand({ taskDefinition: arn }));
    await ecs(new ecsApi.DeleteTaskDefinitionsCommand({ taskDefinitions: [arn, 'none:1'] }));
  },
};
