import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  type Service,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTaskTriggers } from '../services/task-triggers.ts';
import { startTestEcs, type TestEcs } from '../testing/ecs.ts';
import { loadIncidentScenario } from './incident.ts';

let test: TestEcs;
beforeAll(async () => {
  test = await startTestEcs();
  const { ecs, scaling, seeder: images, clock, registryHost } = test;
  loadIncidentScenario({ ecs, scaling, taskTriggers: createTaskTriggers(), images, clock, registryHost });
  clock.advance(5 * 60_000);
});
afterAll(() => test.close());

async function service(name: string): Promise<Service> {
  const { services } = await test.client.send(
    new DescribeServicesCommand({ cluster: 'shop', services: [name] }),
  );
  const [found] = services ?? [];
  if (found === undefined) throw new Error(`The incident has no service ${name}.`);
  return found;
}

async function reasonsOfStoppedTasks(serviceName: string): Promise<readonly (string | undefined)[]> {
  const { taskArns = [] } = await test.client.send(
    new ListTasksCommand({ cluster: 'shop', serviceName, desiredStatus: 'STOPPED' }),
  );
  const { tasks = [] } = await test.client.send(
    new DescribeTasksCommand({ cluster: 'shop', tasks: taskArns }),
  );
  return tasks.map(({ stoppedReason }) => stoppedReason);
}

it('the incident scenario has a stuck rollout', async () => {
  const stuck = await service('stuck');
  expect(stuck.deployments).toMatchObject([
    { rolloutState: 'IN_PROGRESS', runningCount: 0, pendingCount: 0 },
    { runningCount: 3 },
  ]);
  expect(stuck.events?.[0]?.message).toContain('because of the service deployment configuration');
});

it('the incident scenario has a crash loop that nothing stops', async () => {
  const looping = await service('crash-loop');
  expect(looping.deployments?.[0]?.rolloutState).toBe('IN_PROGRESS');
  expect(looping.deployments?.[0]?.failedTasks).toBeGreaterThan(5);
  expect(looping.runningCount).toBeGreaterThanOrEqual(3);
  expect(await reasonsOfStoppedTasks('crash-loop')).toContain('Essential container in task exited');
});

it('the incident scenario has a service whose image was deleted', async () => {
  expect((await service('image-deleted')).runningCount).toBe(1);
  expect((await reasonsOfStoppedTasks('image-deleted'))[0]).toMatch(
    /^CannotPullContainerError: .*: not found$/,
  );
});

it('the incident scenario has a service on an INACTIVE revision', async () => {
  const { taskDefinition: name, runningCount } = await service('inactive-revision');
  const { taskDefinition } = await test.client.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: name }),
  );
  expect(taskDefinition?.status).toBe('INACTIVE');
  expect(runningCount).toBe(3);
});
