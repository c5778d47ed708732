import {
  CreateClusterCommand,
  CreateServiceCommand,
  type CreateServiceRequest,
  DescribeServicesCommand,
  type LaunchType,
  ListClustersCommand,
  ListServiceDeploymentsCommand,
  ListServicesByNamespaceCommand,
  ListServicesCommand,
  type ListServicesRequest,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  UpdateServiceCommand,
  type UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '../../testing/ecs-service.ts';

let web: TestService;
beforeAll(async () => {
  web = await startTestService();
  await web.ecs.client.send(new CreateClusterCommand({ clusterName: 'bare' }));
  await web.register(web.ecs.push('web:1.0').reference);
  await web.ecs.client.send(
    new RegisterTaskDefinitionCommand({
      family: 'bridged',
      containerDefinitions: [{ name: 'app', image: 'web:1.0', memory: 128 }],
    }),
  );
});
afterAll(() => web.ecs.close());

const NETWORK = { awsvpcConfiguration: { subnets: ['subnet-1'] } };
const GROUPS = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup';
const BALANCED = { targetGroupArn: `${GROUPS}/web/1`, containerName: 'app', containerPort: 8080 };

const REGISTRY = { registryArn: 'arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1' };

/** On capacity of EC2, where tasks are placed. */
const placed = (changes: Partial<CreateServiceRequest>): Partial<CreateServiceRequest> => ({
  taskDefinition: 'bridged',
  launchType: 'EC2',
  networkConfiguration: undefined,
  ...changes,
});

function create(changes: Partial<CreateServiceRequest>) {
  return web.ecs.client.send(
    new CreateServiceCommand({
      cluster: 'production',
      serviceName: 'refused',
      taskDefinition: 'web',
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: NETWORK,
      ...changes,
    }),
  );
}

describe('CreateService refuses', () => {
  it.each<[Partial<CreateServiceRequest>, string]>([
    [{ serviceName: 'not a name' }, 'Service name must match'],
    [
      { launchType: 'LAMBDA' as LaunchType },
      "Value 'LAMBDA' at 'launchType' failed to satisfy constraint: Member must satisfy enum value set: [",
    ],
    [{ desiredCount: -1 }, 'desiredCount must be greater than or equal to 0'],
    [{ desiredCount: 5001 }, 'desiredCount must be less than or equal to 5000'],
    [{ networkConfiguration: undefined }, "Network Configuration must be provided when networkMode 'awsvpc'"],
    [{ networkConfiguration: { awsvpcConfiguration: { subnets: [] } } }, 'subnets can not be empty.'],
    [
      { taskDefinition: 'bridged', launchType: 'EC2' },
      'Network Configuration is not valid for the given networkMode of this task definition.',
    ],
    [
      { taskDefinition: 'bridged', networkConfiguration: undefined },
      'Task definition does not support launch_type FARGATE.',
    ],
    [
      { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] },
      'Specifying both a launch type and capacity provider strategy is not supported.',
    ],
    [
      { launchType: 'EC2', platformVersion: '1.4.0' },
      'The platform version must be null when specifying an EC2 launch type.',
    ],
    [
      { healthCheckGracePeriodSeconds: 30 },
      'Health check grace period is only valid for services configured to use load balancers',
    ],
    [{ loadBalancers: [{ ...BALANCED, containerName: 'none' }] }, 'The container none does not exist'],
    [{ loadBalancers: [{ ...BALANCED, containerPort: 81 }] }, 'did not have a container port 81 defined.'],
    [{ loadBalancers: [{ ...BALANCED, targetGroupArn: 'web' }] }, 'Unable to assume role and validate'],
    [
      { loadBalancers: [{ ...BALANCED, targetGroupArn: BALANCED.targetGroupArn.replace('123', '321') }] },
      'Unable to assume role and validate the specified targetGroupArn.',
    ],
    [
      { loadBalancers: [{ ...BALANCED, targetGroupArn: `${GROUPS}/web-deleted/1` }] },
      `The target group with targetGroupArn ${GROUPS}/web-deleted/1 does not exist.`,
    ],
    [
      { loadBalancers: [{ ...BALANCED, targetGroupArn: `${GROUPS}/no-load-balancer/1` }] },
      'does not have an associated load balancer.',
    ],
    [
      placed({ placementConstraints: [{ type: 'memberOf', expression: 'attribute:stack ~ blue' }] }),
      "Invalid cluster query 'attribute:stack ~ blue': “~” isn't an operator.",
    ],
    [
      placed({ placementConstraints: [{ type: 'distinctInstance', expression: 'attribute:a exists' }] }),
      'distinctInstance expression should not be specified.',
    ],
    [placed({ placementStrategy: [{ type: 'binpack', field: 'disk' }] }), "Invalid field 'disk' for the"],
    [
      placed({ placementStrategy: [{ type: 'binpack' }] }),
      "Invalid field '' for the placement strategy binpack",
    ],
    [placed({ placementStrategy: [{ type: 'spread', field: 'zone' }] }), "Invalid field 'zone' for the"],
    [
      placed({ placementStrategy: Array.from({ length: 6 }, () => ({ type: 'random' as const })) }),
      'at most 5 placement strategies',
    ],
    [
      {
        launchType: undefined,
        desiredCount: undefined,
        schedulingStrategy: 'DAEMON',
        capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
      },
      'DAEMON scheduling strategy is not supported for the FARGATE',
    ],
    [
      placed({
        desiredCount: undefined,
        schedulingStrategy: 'DAEMON',
        availabilityZoneRebalancing: 'ENABLED',
      }),
      'Availability Zone rebalancing is not supported for this service.',
    ],
    [
      placed({
        availabilityZoneRebalancing: 'ENABLED',
        placementStrategy: [{ type: 'binpack', field: 'cpu' }],
      }),
      'Availability Zone rebalancing is not supported for this service.',
    ],
    [
      {
        loadBalancers: Array.from({ length: 6 }, (_, index) => ({
          ...BALANCED,
          targetGroupArn: `${GROUPS}/${index}/1`,
        })),
      },
      'loadBalancers can have at most 5 items.',
    ],
    [{ loadBalancers: [{ ...BALANCED, loadBalancerName: 'web' }] }, 'cannot both be specified'],
    [{ serviceRegistries: [REGISTRY, REGISTRY] }, 'serviceRegistries can have at most 1 item.'],
    [{ serviceRegistries: [{ registryArn: 'srv-1' }] }, 'must be the ARN of an AWS Cloud Map service.'],
    [{ clientToken: 'x'.repeat(37) }, 'clientToken can have at most 36 ASCII characters'],
    [
      {
        serviceConnectConfiguration: {
          enabled: true,
          namespace: 'shop',
          services: [{ portName: 'http', discoveryName: 'Web Shop' }],
        },
      },
      "The discoveryName 'Web Shop' must match",
    ],
    [{ schedulingStrategy: 'DAEMON' }, 'DAEMON scheduling strategy is not supported for the FARGATE'],
    [
      { deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 50 } },
      'maximumPercent at least 100.',
    ],
    [
      { deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 100 } },
      'Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.',
    ],
    [
      { launchType: undefined, capacityProviderStrategy: [{ capacityProvider: 'none' }] },
      "The specified capacity provider 'none' was not found.",
    ],
    [
      { cluster: 'bare', launchType: undefined, capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] },
      'cannot contain a capacity provider that is not associated with the cluster.',
    ],
    [
      { deploymentConfiguration: { strategy: 'CANARY' } },
      'The CANARY deployment strategy requires a load balancer or Service Connect',
    ],
    [
      { deploymentConfiguration: { strategy: 'BLUE_GREEN' }, loadBalancers: [BALANCED] },
      'advancedConfiguration with alternateTargetGroupArn',
    ],
    [
      {
        deploymentController: { type: 'CODE_DEPLOY' },
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      },
      'DeploymentCircuitBreaker feature can only be configured with ECS deployment controller.',
    ],
    [{ deploymentController: { type: 'EXTERNAL' } }, 'cannot be specified for services with an EXTERNAL'],
    [{ tags: [{ key: 'aws:owner', value: 'me' }] }, 'Tag keys cannot start with aws:.'],
  ])('%j', async (changes, message) => {
    await expect(create(changes)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(message),
    });
    const { failures } = await web.ecs.client.send(
      new DescribeServicesCommand({ cluster: 'production', services: ['refused'] }),
    );
    expect(failures).toMatchObject([{ reason: 'MISSING' }]);
  });
});

it('CreateService creates one service per client token', async () => {
  const request = { serviceName: 'once', clientToken: 'release-7' };
  const first = await create(request);
  const again = await create(request);
  expect(again.service?.serviceArn).toBe(first.service?.serviceArn);
  await expect(create({ ...request, desiredCount: 2 })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  await expect(create({ serviceName: 'once' })).rejects.toMatchObject({
    message: 'Creation of service was not idempotent.',
  });
});

it('ListServicesByNamespace finds services by their namespace', async () => {
  await create({
    serviceName: 'connected',
    serviceConnectConfiguration: { enabled: true, namespace: 'shop' },
  });
  const { serviceArns } = await web.ecs.client.send(
    new ListServicesByNamespaceCommand({ namespace: 'shop' }),
  );
  expect(serviceArns?.map((arn) => arn.split('/').at(-1))).toEqual(['connected']);
});

it.each([
  [{ count: 11 }, 'count must be between 1 and 10.'],
  [
    { placementStrategy: [{ type: 'random' as const }] },
    'placementStrategy is not supported with the FARGATE',
  ],
  [
    { overrides: { containerOverrides: [{ name: 'none' }] } },
    'Override for container named none is not a container',
  ],
  [
    {
      cluster: 'bare',
      launchType: undefined,
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }],
    },
    'cannot contain a capacity provider that is not associated with the cluster.',
  ],
])('RunTask refuses %j', async (changes, message) => {
  const run = new RunTaskCommand({
    cluster: 'production',
    taskDefinition: 'web',
    launchType: 'FARGATE',
    networkConfiguration: NETWORK,
    ...changes,
  });
  await expect(web.ecs.client.send(run)).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringContaining(message),
  });
});

it('an update is refused with a target group that does not exist, and needs none that it does not name', async () => {
  await create({ serviceName: 'balanced', loadBalancers: [BALANCED] });
  const update = (changes: Partial<UpdateServiceRequest>) =>
    web.ecs.client.send(new UpdateServiceCommand({ cluster: 'production', service: 'balanced', ...changes }));
  await expect(
    update({ loadBalancers: [{ ...BALANCED, targetGroupArn: `${GROUPS}/deleted/1` }] }),
  ).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringContaining('not exist'),
  });
  await expect(update({ forceNewDeployment: true })).resolves.toBeDefined();
});

it('refuses the token of another list', async () => {
  const list = (changes: Partial<ListServicesRequest>) =>
    web.ecs.client.send(new ListServicesCommand({ cluster: 'production', maxResults: 1, ...changes }));
  await create({ serviceName: 'one-more' });
  const { nextToken } = await list({});
  await expect(list({ nextToken, maxResults: 10 })).resolves.toBeDefined();
  for (const stray of [
    list({ nextToken, launchType: 'FARGATE' }),
    list({ nextToken, cluster: 'bare' }),
    web.ecs.client.send(new ListTasksCommand({ cluster: 'production', nextToken })),
    web.ecs.client.send(new ListClustersCommand({ nextToken })),
  ]) {
    await expect(stray).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Invalid token.',
    });
  }
});

it('refuses a page that is larger than the API allows', async () => {
  const list = (maxResults: number) =>
    web.ecs.client.send(
      new ListServiceDeploymentsCommand({ cluster: 'production', service: 'once', maxResults }),
    );
  await expect(list(101)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await expect(list(0)).rejects.toMatchObject({ name: 'InvalidParameterException' });
});
