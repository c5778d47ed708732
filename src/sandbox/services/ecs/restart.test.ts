import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceDeployment, Task, TaskDefinition } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { openStore, type Store } from '../../storage/store.ts';
import { alwaysFound, callerOf } from '../../testing/ecs-calls.ts';
import { createSteppedClock, type SteppedClock } from '../../testing/stepped-clock.ts';
import { createEcs, type Ecs } from './ecs.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-restart-'));
});
afterEach(() => rm(folder, { recursive: true }));

const START = new Date('2026-01-01T00:00:00Z');
const MINUTE = 60_000;

const ACCOUNT = {
  images: alwaysFound,
  accountId: '123456789012',
  region: 'us-east-1',
  endpointHost: '127.0.0.1:1',
} as const;

interface Run {
  readonly ecs: Ecs;
  readonly clock: SteppedClock;
  readonly store: Store;
  call(name: string, input: object): Promise<Record<string, unknown>>;
}

/** The sandbox as it starts with the folder. A crash is to start another one without ending this one. */
function start(at: Date): Run {
  const clock = createSteppedClock({ start: at });
  const store = openStore(folder, clock, silentLogger);
  const ecs = createEcs({
    ...ACCOUNT,
    clock,
    store,
  });
  return { ecs, clock, store, call: callerOf(ecs) };
}

async function beginRelease(run: Run): Promise<string> {
  await run.call('CreateCluster', {});
  const containerDefinitions = [{ name: 'app', image: 'web:1', memory: 128 }];
  await run.call('RegisterTaskDefinition', { family: 'web', containerDefinitions });
  await run.call('CreateService', { serviceName: 'web', taskDefinition: 'web', desiredCount: 3 });
  run.clock.advance(10 * MINUTE);
  await run.call('RegisterTaskDefinition', { family: 'web', containerDefinitions });
  const { service } = await run.call('UpdateService', { service: 'web', taskDefinition: 'web' });
  return (service as { readonly currentServiceDeployment: string }).currentServiceDeployment;
}

async function deploymentOf(run: Run, arn: string): Promise<ServiceDeployment | undefined> {
  const { serviceDeployments } = await run.call('DescribeServiceDeployments', {
    serviceDeploymentArns: [arn],
  });
  return (serviceDeployments as readonly ServiceDeployment[])[0];
}

async function tasksOf(run: Run): Promise<readonly Task[]> {
  const { taskArns } = await run.call('ListTasks', { serviceName: 'web' });
  const { tasks } = await run.call('DescribeTasks', { tasks: taskArns });
  return tasks as readonly Task[];
}

it('a sandbox continues a deployment after a crash as if there had been none', async () => {
  const before = start(START);
  const arn = await beginRelease(before);
  before.clock.advance(40_000);
  await Promise.resolve();
  const shown = await deploymentOf(before, arn);
  const tasks = await tasksOf(before);

  const after = start(before.clock.now());
  expect(after.ecs.isRestored).toBe(true);
  expect(after.ecs.begunAt).toEqual(START);
  expect(await deploymentOf(after, arn)).toEqual(shown);
  expect(await tasksOf(after)).toEqual(tasks);
  after.clock.advance(10 * MINUTE);
  expect((await deploymentOf(after, arn))?.status).toBe('SUCCESSFUL');
  before.store.close();
  after.store.close();
});

it('a sandbox catches up with what would have happened while it was down', async () => {
  const before = start(START);
  const arn = await beginRelease(before);
  before.store.close();
  const after = start(new Date(before.clock.now().getTime() + 60 * MINUTE));
  after.clock.advance(0);
  const deployment = await deploymentOf(after, arn);
  expect(deployment?.status).toBe('SUCCESSFUL');
  expect(deployment?.finishedAt?.getTime()).toBeLessThan(before.clock.now().getTime() + 10 * MINUTE);
  after.store.close();
});

it('a sandbox continues deletions after a restart, and never uses a number twice', async () => {
  const before = start(START);
  const containerDefinitions = [{ name: 'app', image: 'web:1', memory: 128 }];
  await before.call('RegisterTaskDefinition', { family: 'web', containerDefinitions });
  await before.call('DeregisterTaskDefinition', { taskDefinition: 'web:1' });
  await before.call('DeleteTaskDefinitions', { taskDefinitions: ['web:1'] });
  before.store.close();
  const after = start(before.clock.now());
  after.clock.advance(5 * MINUTE);
  await expect(after.call('DescribeTaskDefinition', { taskDefinition: 'web:1' })).rejects.toThrow(
    'Unable to describe task definition.',
  );
  const { taskDefinition } = await after.call('RegisterTaskDefinition', {
    family: 'web',
    containerDefinitions,
  });
  expect(taskDefinition).toMatchObject({ revision: 2 });
  after.store.close();
});

it('a sandbox separates regions', async () => {
  const before = start(START);
  const elsewhere = callerOf(before.ecs, 'eu-central-1');
  await elsewhere('CreateCluster', { clusterName: 'far' });
  before.store.close();
  const after = start(START);
  expect(await callerOf(after.ecs, 'eu-central-1')('ListClusters', {})).toMatchObject({
    clusterArns: ['arn:aws:ecs:eu-central-1:123456789012:cluster/far'],
  });
  expect(await after.call('ListClusters', {})).toMatchObject({ clusterArns: [] });
  after.store.close();
});

it('a sandbox keeps its timestamps over a restart, although its clock is ahead of wall-clock time', async () => {
  const wall = new Date();
  const runs = [{ wall: wall.getTime() - MINUTE, virtual: wall.getTime() - MINUTE, speed: 20 }];
  const open = () => {
    const clock = createClock({
      start: wall,
      runs,
      onError: (error) => {
        throw error;
      },
    });
    const store = openStore(folder, clock, silentLogger);
    const call = callerOf(createEcs({ ...ACCOUNT, clock, store }));
    return { call, close: () => store.close(), stop: () => clock.stop() };
  };
  const registeredAt = async ({ call }: ReturnType<typeof open>) => {
    const { taskDefinition } = await call('DescribeTaskDefinition', { taskDefinition: 'web' });
    return (taskDefinition as TaskDefinition).registeredAt;
  };
  const before = open();
  const containerDefinitions = [{ name: 'app', image: 'web:1', memory: 128 }];
  await before.call('RegisterTaskDefinition', { family: 'web', containerDefinitions });
  const told = await registeredAt(before);
  before.stop();
  before.close();
  const after = open();
  expect(await registeredAt(after)).toEqual(told);
  after.stop();
  after.close();
});

it('a sandbox refuses a file of another program', async () => {
  await writeFile(
    join(folder, 'account.sqlite'),
    'not a database, but a text that is long enough to be none',
  );
  expect(() => openStore(folder, createSteppedClock({ start: START }), silentLogger)).toThrow(
    /The sandbox cannot use .*account\.sqlite: .* Choose another data folder, or delete that file\./,
  );
});
