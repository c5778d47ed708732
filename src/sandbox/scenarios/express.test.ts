import {
  DescribeContainerInstancesCommand,
  DescribeDaemonCommand,
  DescribeExpressGatewayServiceCommand,
  DescribeServicesCommand,
  ListContainerInstancesCommand,
  ListServiceDeploymentsCommand,
  type Service,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTaskTriggers } from '../services/task-triggers.ts';
import { startTestEcs, type TestEcs } from '../testing/ecs.ts';
import { loadExpressScenario } from './express.ts';

let test: TestEcs;
beforeAll(async () => {
  test = await startTestEcs();
  const { ecs, scaling, seeder: images, clock, registryHost } = test;
  loadExpressScenario({ ecs, scaling, taskTriggers: createTaskTriggers(), images, clock, registryHost });
  clock.advance(5 * 60_000);
});
afterAll(() => test.close());

async function service(name: string): Promise<Service> {
  const { services = [] } = await test.client.send(
    new DescribeServicesCommand({ cluster: 'storefront', services: [name] }),
  );
  return services[0] ?? {};
}

describe('the express scenario', () => {
  it('has a steady Express service with the releases that it went through', async () => {
    const web = await service('web');
    expect(web).toMatchObject({ resourceManagementType: 'ECS', desiredCount: 2, runningCount: 2 });
    const { service: express } = await test.client.send(
      new DescribeExpressGatewayServiceCommand({ serviceArn: web.serviceArn }),
    );
    expect(express?.activeConfigurations).toMatchObject([
      {
        taskDefinitionArn: expect.stringMatching(/storefront-web:3$/),
        primaryContainer: { image: expect.stringMatching(/web:1\.2\.0$/) },
        scalingTarget: { minTaskCount: 2, maxTaskCount: 10 },
      },
    ]);
    const { serviceDeployments = [] } = await test.client.send(
      new ListServiceDeploymentsCommand({ cluster: 'storefront', service: 'web' }),
    );
    expect(serviceDeployments).toHaveLength(3);
  });

  it('has an Express service that runs a task definition of the customer', async () => {
    const { serviceArn } = await service('search');
    const { service: express } = await test.client.send(
      new DescribeExpressGatewayServiceCommand({ serviceArn }),
    );
    expect(express?.activeConfigurations?.[0]?.taskDefinitionArn).toMatch(/search:1$/);
  });

  it('has a managed daemon on two instances', async () => {
    const { daemon } = await test.client.send(
      new DescribeDaemonCommand({
        daemonArn: 'arn:aws:ecs:us-east-1:123456789012:daemon/storefront/log-agent',
      }),
    );
    expect(daemon).toMatchObject({ status: 'ACTIVE', currentRevisions: [{ totalRunningCount: 2 }] });
    const cluster = 'storefront';
    const { containerInstanceArns: containerInstances } = await test.client.send(
      new ListContainerInstancesCommand({ cluster }),
    );
    const described = await test.client.send(
      new DescribeContainerInstancesCommand({ cluster, containerInstances }),
    );
    for (const { attributes = [] } of described.containerInstances ?? []) {
      const names = attributes.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(['ecs.ami-id', 'ecs.instance-type']));
    }
    expect(described.containerInstances).toHaveLength(2);
  });
});
