import {
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListServiceDeploymentsCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  paginateListServices,
  type Service,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTaskTriggers } from '../services/task-triggers.ts';
import { startTestEcs, type TestEcs } from '../testing/ecs.ts';
import { loadDemoScenario } from './demo.ts';
import { DEMO_REPOSITORIES } from './demo-catalog.ts';

let test: TestEcs;
beforeAll(async () => {
  test = await startTestEcs();
  const { ecs, scaling, seeder: images, clock, registryHost } = test;
  loadDemoScenario({ ecs, scaling, taskTriggers: createTaskTriggers(), images, clock, registryHost });
  clock.advance(0);
});
afterAll(() => test.close());

async function services(cluster: string): Promise<readonly Service[]> {
  const arns: string[] = [];
  for await (const page of paginateListServices({ client: test.client }, { cluster })) {
    arns.push(...(page.serviceArns ?? []));
  }
  const described = await test.client.send(new DescribeServicesCommand({ cluster, services: arns }));
  return described.services ?? [];
}

async function service(cluster: string, name: string): Promise<Service> {
  const found = (await services(cluster)).find(({ serviceName }) => serviceName === name);
  if (found === undefined) throw new Error(`The demo has no service ${name}.`);
  return found;
}

async function tasksOf(cluster: string, serviceName: string, desiredStatus: 'RUNNING' | 'STOPPED') {
  const { taskArns = [] } = await test.client.send(
    new ListTasksCommand({ cluster, serviceName, desiredStatus }),
  );
  const { tasks = [] } = await test.client.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  return tasks;
}

async function countRevisions(familyPrefix: string) {
  const active = await test.client.send(new ListTaskDefinitionsCommand({ familyPrefix }));
  const inactive = await test.client.send(
    new ListTaskDefinitionsCommand({ familyPrefix, status: 'INACTIVE' }),
  );
  return {
    family: familyPrefix,
    active: active.taskDefinitionArns?.length ?? 0,
    inactive: inactive.taskDefinitionArns?.length ?? 0,
  };
}

describe('the demo scenario', () => {
  it('has twelve services in three clusters, all but three of them steady', async () => {
    const all = (await Promise.all(['production', 'staging', 'tools'].map(services))).flat();
    expect(all).toHaveLength(12);
    const unsteady = all.filter(({ desiredCount, runningCount, deployments }) => {
      return desiredCount !== runningCount || deployments?.length !== 1;
    });
    expect(unsteady.map(({ serviceArn }) => serviceArn?.split('service/')[1])).toEqual(['production/web']);
  });

  it('gives each family 10 to 40 revisions, some of them INACTIVE', async () => {
    const { families = [] } = await test.client.send(new ListTaskDefinitionFamiliesCommand({}));
    expect(families).toHaveLength(15);
    const counts = await Promise.all(families.map(countRevisions));
    expect(counts.every(({ active, inactive }) => active + inactive >= 10 && active + inactive <= 40)).toBe(
      true,
    );
    expect(counts.filter(({ inactive }) => inactive > 0)).toMatchObject([
      { family: 'search', inactive: 9 },
      { family: 'staging-web', inactive: 12 },
    ]);
  });

  it('is in the middle of deploying web', async () => {
    const web = await service('production', 'web');
    const { serviceDeployments } = await test.client.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [web.currentServiceDeployment ?? ''] }),
    );
    expect(serviceDeployments?.[0]).toMatchObject({
      status: 'IN_PROGRESS',
      lifecycleStage: 'SCALE_UP',
      targetServiceRevision: { requestedTaskCount: 6, runningTaskCount: 2, pendingTaskCount: 2 },
      sourceServiceRevisions: [{ runningTaskCount: 4 }],
    });
  });

  it('has rolled pricing back, and the failed tasks show the reason', async () => {
    const { serviceDeployments = [] } = await test.client.send(
      new ListServiceDeploymentsCommand({ cluster: 'production', service: 'pricing' }),
    );
    expect(serviceDeployments[0]?.status).toBe('ROLLBACK_SUCCESSFUL');
    const stopped = await tasksOf('production', 'pricing', 'STOPPED');
    expect(stopped.some(({ containers }) => containers?.[0]?.exitCode === 137)).toBe(true);
  });

  it('runs two digests of mailer:latest', async () => {
    const tasks = await tasksOf('production', 'mailer', 'RUNNING');
    expect(new Set(tasks.map(({ containers }) => containers?.[0]?.imageDigest)).size).toBe(2);
    expect(tasks[0]?.containers?.[0]?.image).toBe(`${test.registryHost}/mailer:latest`);
  });

  it('runs its images by digest', async () => {
    for (const { cluster, name } of [
      { cluster: 'production', name: 'search' },
      { cluster: 'tools', name: 'recommend-trainer' },
    ]) {
      for (const task of await tasksOf(cluster, name, 'RUNNING')) {
        const { image = '', imageDigest } = task.containers?.[0] ?? {};
        expect(test.images.resolve(image)?.digest).toBe(imageDigest);
      }
    }
    const checkout = await tasksOf('production', 'checkout', 'RUNNING');
    expect(checkout[0]?.containers?.map(({ name }) => name)).toEqual(['app', 'proxy']);
  });

  it('has 90 days of deployments, a few of them rolled back', async () => {
    const { serviceDeployments = [] } = await test.client.send(
      new ListServiceDeploymentsCommand({ cluster: 'staging', service: 'web', maxResults: 100 }),
    );
    const statuses = serviceDeployments.map(({ status }) => status);
    expect(statuses.length).toBeGreaterThan(15);
    expect(new Set(statuses)).toEqual(new Set(['SUCCESSFUL', 'ROLLBACK_SUCCESSFUL']));
    const { serviceDeployments: described = [] } = await test.client.send(
      new DescribeServiceDeploymentsCommand({
        serviceDeploymentArns: serviceDeployments
          .slice(0, 20)
          .map(({ serviceDeploymentArn }) => serviceDeploymentArn ?? ''),
      }),
    );
    const failed = described.find(({ status }) => status === 'ROLLBACK_SUCCESSFUL');
    expect(failed?.rollback?.serviceRevisionArn).toBe(failed?.sourceServiceRevisions?.[0]?.arn);
  });

  it('has labelled images in every repository, one of which crashes', () => {
    for (const { name } of DEMO_REPOSITORIES) {
      const tags = ['0', '1', '2', '3'].flatMap((patch) =>
        Array.from({ length: 14 }, (_, minor) =>
          [0, 1, 2, 3, 4, 5].map((major) => `${major}.${minor}.${patch}-crash`),
        ),
      );
      const crashing = tags.flat().flatMap((tag) => test.images.resolve(`${name}:${tag}`) ?? []);
      expect(crashing.map(({ labels }) => labels['slipway.sandbox.behaviour'])).toEqual(['crash']);
      expect(crashing[0]?.labels['org.opencontainers.image.revision']).toMatch(/^[0-9a-f]{40}$/);
    }
  });

  it('continues to deploy web until that succeeds', async () => {
    test.clock.advance(6 * 60 * 60_000);
    const web = await service('production', 'web');
    expect(web).toMatchObject({ runningCount: 6, pendingCount: 0 });
    expect(web.deployments).toHaveLength(1);
    expect(web.events?.[0]?.message).toBe('(service web) has reached a steady state.');
  });
});
