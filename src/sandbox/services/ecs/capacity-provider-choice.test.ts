import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '../../testing/ecs-service.ts';

const SPOT_FIRST = [
  { capacityProvider: 'FARGATE', base: 1, weight: 1 },
  { capacityProvider: 'FARGATE_SPOT', weight: 3 },
];
const NETWORK = { awsvpcConfiguration: { subnets: ['subnet-1'] } };

let web: TestService;
let taskDefinition: string;

beforeEach(async () => {
  web = await startTestService();
  taskDefinition = await web.register(web.ecs.push('web:1.0').reference);
});
afterEach(() => web.ecs.close());

// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
describe('tasks of a capacity provider strategy', () => {
  it('name their provider: the base first, then by weight', async () => {
    await web.create(taskDefinition, {
      launchType: undefined,
      capacityProviderStrategy: SPOT_FIRST,
      desiredCount: 5,
    });
    const providers = (await web.tasks('RUNNING')).map((task) => task.capacityProviderName);
    expect(providers.filter((provider) => provider === 'FARGATE')).toHaveLength(2);
    expect(providers.filter((provider) => provider === 'FARGATE_SPOT')).toHaveLength(3);
  });

  it('have none of it when a launch type is named', async () => {
    await web.create(taskDefinition);
    for (const task of await web.tasks('RUNNING')) expect(task.capacityProviderName).toBeUndefined();
  });
});

// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
describe('the default strategy of a cluster', () => {
  beforeEach(async () => {
    await web.ecs.client.send(
      new CreateClusterCommand({
        clusterName: 'spot',
        capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
        defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
      }),
    );
  });

  it('applies to a task that names neither a strategy nor a launch type', async () => {
    const request = { cluster: 'spot', taskDefinition, networkConfiguration: NETWORK };
    const { tasks } = await web.ecs.client.send(new RunTaskCommand(request));
    expect(tasks).toMatchObject([{ capacityProviderName: 'FARGATE_SPOT', launchType: 'FARGATE' }]);
    const named = await web.ecs.client.send(new RunTaskCommand({ ...request, launchType: 'FARGATE' }));
    expect(named.tasks?.[0]?.capacityProviderName).toBeUndefined();
  });

  it('applies to a service that names neither a strategy nor a launch type', async () => {
    const request = { cluster: 'spot', serviceName: 'jobs', taskDefinition, networkConfiguration: NETWORK };
    await web.ecs.client.send(new CreateServiceCommand({ ...request, desiredCount: 1 }));
    const { services } = await web.ecs.client.send(
      new DescribeServicesCommand({ cluster: 'spot', services: ['jobs'] }),
    );
    expect(services?.[0]?.capacityProviderStrategy).toMatchObject([{ capacityProvider: 'FARGATE_SPOT' }]);
    expect(services?.[0]?.launchType).toBeUndefined();
  });
});
