import * as ecsApi from '@aws-sdk/client-ecs';
import type { ApiCalls } from './api-caller.ts';

const ROLE = 'arn:aws:iam::123456789012:role/ecs-execution';

/** For the test of every operation: Express services and managed daemons. */
export const EXPRESS_CALLS: ApiCalls = {
  'Express services': async ({ ecs }) => {
    const { service } = await ecs(
      new ecsApi.CreateExpressGatewayServiceCommand({
        cluster: 'tools',
        serviceName: 'walked-express',
        infrastructureRoleArn: ROLE,
        executionRoleArn: ROLE,
        primaryContainer: { image: 'public.ecr.aws/nginx/nginx:1.29' },
        tags: [{ key: 'team', value: 'walk' }],
      }),
    );
    const { serviceArn } = service ?? {};
    await ecs(new ecsApi.DescribeExpressGatewayServiceCommand({ serviceArn, include: ['TAGS'] }));
    await ecs(new ecsApi.UpdateExpressGatewayServiceCommand({ serviceArn, cpu: '512', memory: '1024' }));
    await ecs(new ecsApi.DeleteExpressGatewayServiceCommand({ serviceArn }));
  },
  'managed daemons': async ({ ecs }) => {
    const { capacityProvider } = await ecs(
      new ecsApi.CreateCapacityProviderCommand({
        name: 'walked-managed',
        cluster: 'tools',
        managedInstancesProvider: {
          infrastructureRoleArn: ROLE,
          instanceLaunchTemplate: {
            ec2InstanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/ecs',
            networkConfiguration: { subnets: ['subnet-1'] },
          },
        },
      }),
    );
    const capacityProviderArns = [capacityProvider?.capacityProviderArn ?? ''];
    const { daemonTaskDefinitionArn = '' } = await ecs(
      new ecsApi.RegisterDaemonTaskDefinitionCommand({
        family: 'walked-agent',
        containerDefinitions: [{ name: 'agent', image: 'public.ecr.aws/agent:1', memory: 64 }],
      }),
    );
    await ecs(new ecsApi.DescribeDaemonTaskDefinitionCommand({ daemonTaskDefinition: 'walked-agent' }));
    await ecs(new ecsApi.ListDaemonTaskDefinitionsCommand({ status: 'ALL', sort: 'DESC' }));
    const clusterArn = 'arn:aws:ecs:us-east-1:123456789012:cluster/tools';
    const { daemonArn } = await ecs(
      new ecsApi.CreateDaemonCommand({
        daemonName: 'walked-agent',
        clusterArn,
        daemonTaskDefinitionArn,
        capacityProviderArns,
      }),
    );
    await ecs(new ecsApi.ListDaemonsCommand({ clusterArn }));
    const { deploymentArn = '' } = await ecs(
      new ecsApi.UpdateDaemonCommand({ daemonArn, daemonTaskDefinitionArn, capacityProviderArns }),
    );
    const { daemon } = await ecs(new ecsApi.DescribeDaemonCommand({ daemonArn }));
    await ecs(
      new ecsApi.DescribeDaemonRevisionsCommand({
        daemonRevisionArns: [daemon?.currentRevisions?.[0]?.arn ?? '', 'none'],
      }),
    );
    await ecs(new ecsApi.ListDaemonDeploymentsCommand({ daemonArn }));
    await ecs(new ecsApi.DescribeDaemonDeploymentsCommand({ daemonDeploymentArns: [deploymentArn, 'none'] }));
    await ecs(new ecsApi.DeleteDaemonCommand({ daemonArn }));
    await ecs(new ecsApi.DeleteDaemonTaskDefinitionCommand({ daemonTaskDefinition: 'walked-agent:1' }));
  },
};
