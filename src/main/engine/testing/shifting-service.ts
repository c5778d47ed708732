import {
  CreateServiceCommand,
  type DeploymentConfiguration,
  DescribeServiceDeploymentsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type LoadBalancer,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { expect } from 'vitest';
import type { TestClock } from '../../../sandbox/testing/clock.ts';

export const SHOP_CLUSTER = 'tools';

/** An AWS, and where its images are. */
interface Shop {
  readonly ecs: ECSClient;
  readonly registry: string;
  readonly clock: TestClock;
}

interface ShiftingService {
  readonly name: string;
  readonly configuration: DeploymentConfiguration;
}

/** Makes a service whose deployments shift traffic, on version 1.8.0, and waits until its first one is done. */
export async function createShiftingService(
  shop: Shop,
  { name, configuration: deploymentConfiguration }: ShiftingService,
): Promise<void> {
  await shop.ecs.send(
    new CreateServiceCommand({
      cluster: SHOP_CLUSTER,
      serviceName: name,
      taskDefinition: await registerShop(shop, name, '1.8.0'),
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d'] } },
      loadBalancers: [shiftingLoadBalancer(targetGroup)],
      deploymentConfiguration,
    }),
  );
  const command = new DescribeServiceDeploymentsCommand({
    serviceDeploymentArns: [await newestDeployment(shop, name)],
  });
  const isSettled = async (): Promise<void> => {
    const { serviceDeployments } = await shop.ecs.send(command);
    expect(serviceDeployments?.[0]?.status).toBe('SUCCESSFUL');
  };
  await shop.clock.advanceUntil(isSettled);
}

/** The load balancer of a service whose traffic is shifted between a blue and a green target group. */
export function shiftingLoadBalancer(groupArnOf: (colour: 'blue' | 'green') => string): LoadBalancer {
  const rule = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule';
  return {
    targetGroupArn: groupArnOf('blue'),
    containerName: 'app',
    containerPort: 8080,
    advancedConfiguration: {
      alternateTargetGroupArn: groupArnOf('green'),
      productionListenerRule: `${rule}/production`,
      testListenerRule: `${rule}/test`,
      roleArn: 'arn:aws:iam::123456789012:role/ecs-load-balancers',
    },
  };
}

function targetGroup(colour: string): string {
  return `arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/shop-${colour}/0123456789abcdef`;
}

/** Returns the ARN of the new revision. */
export async function registerShop(
  { ecs, registry }: Pick<Shop, 'ecs' | 'registry'>,
  family: string,
  tag: string,
): Promise<string> {
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      containerDefinitions: [
        { name: 'app', image: `${registry}/web:${tag}`, portMappings: [{ containerPort: 8080 }] },
      ],
    }),
  );
  return taskDefinition?.taskDefinitionArn ?? '';
}

/** Returns its ARN. */
export async function newestDeployment({ ecs }: Pick<Shop, 'ecs'>, service: string): Promise<string> {
  const command = new ListServiceDeploymentsCommand({ cluster: SHOP_CLUSTER, service, maxResults: 1 });
  return (await ecs.send(command)).serviceDeployments?.[0]?.serviceDeploymentArn ?? '';
}
