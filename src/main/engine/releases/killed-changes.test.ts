import {
  DeregisterTaskDefinitionCommand,
  DescribeServiceDeploymentsCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import type { Client } from '../../../shared/client.ts';
import { eventually } from '../../../shared/eventually.fixture.ts';
import type { Deployment } from '../../../shared/model/deployment.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import { overrideOf, type Plan } from '../../../shared/model/plan.ts';
import {
  atEachMoment,
  callApart,
  type Lane,
  type Moment,
  momentsOf,
  type OwnCall,
  openLane,
  outcome,
  SERVICE,
  sent,
  serviceNow,
  withFolder,
  withSlipway,
} from './killed-process.fixture.ts';

/** What Slipway says after the restart, and how often each write has reached AWS since the call began. */
interface Aftermath {
  readonly client: Client;
  readonly entry: JournalEntry | undefined;
  readonly reached: (operation: string) => number;
}

interface Attempt extends OwnCall {
  /** Holds what is said against what is so. */
  readonly check: (after: Aftermath) => Promise<void>;
}

type Prepare = (lane: Lane, folder: string) => Promise<Attempt>;

/** The execution of a plan, with the checks that failed overridden. */
function execution({ id, checks }: Plan, writes: readonly string[]): OwnCall {
  const overrides = checks.filter(({ result }) => result === 'fail').map(overrideOf);
  return { method: 'releases.execute', input: { plan: id, overrides }, writes };
}

const prepareScaling: Prepare = async (lane, folder) => {
  const { desiredCount = 0 } = await settled(lane);
  const wanted = desiredCount === 1 ? 2 : 1;
  const plan = await withSlipway(lane, folder, (client) =>
    client.call('releases.plan', { service: SERVICE, change: { desiredCount: wanted } }),
  );
  return {
    ...execution(plan, ['UpdateService']),
    async check({ entry, reached }) {
      const isDone = reached('UpdateService') === 1;
      expect(entry?.state).toBe(isDone ? 'done' : 'failed');
      expect((await serviceNow(lane)).desiredCount).toBe(isDone ? wanted : desiredCount);
    },
  };
};

const prepareNewDeployment: Prepare = async (lane, folder) => {
  const { deployments = [] } = await settled(lane);
  const plan = await withSlipway(lane, folder, (client) =>
    client.call('releases.plan', { service: SERVICE, change: { forceNewDeployment: true } }),
  );
  return {
    ...execution(plan, ['UpdateService']),
    async check({ entry, reached }) {
      const isDone = reached('UpdateService') === 1;
      expect(entry).toMatchObject(isDone ? { state: 'done', outcome: 'succeeded' } : { state: 'failed' });
      expect((await serviceNow(lane)).deployments?.[0]?.id !== deployments[0]?.id).toBe(isDone);
    },
  };
};

const prepareRollback: Prepare = async (lane, folder) => {
  const { taskDefinition } = await settled(lane);
  const plan = await withSlipway(lane, folder, async (client) => {
    const { arn } = await anotherRelease(client, taskDefinition);
    return client.call('releases.planRollback', { service: SERVICE, to: arn });
  });
  return {
    ...execution(plan, ['UpdateService']),
    async check({ entry, reached }) {
      const isDone = reached('UpdateService') === 1;
      expect(entry).toMatchObject(isDone ? { state: 'done', outcome: 'succeeded' } : { state: 'failed' });
      const runs = (await serviceNow(lane)).taskDefinition;
      expect(runs).toBe(isDone ? entry?.taskDefinitionArn : taskDefinition);
    },
  };
};

/** To a revision that was deregistered: its content is registered again. */
const prepareRollbackToInactive: Prepare = async (lane, folder) => {
  const { taskDefinition } = await settled(lane);
  const plan = await withSlipway(lane, folder, async (client) => {
    const { arn, taskDefinitionArn: target } = await anotherRelease(client, taskDefinition);
    const described = await lane.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: target }));
    if (described.taskDefinition?.status === 'ACTIVE')
      await lane.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: target }));
    return client.call('releases.planRollback', { service: SERVICE, to: arn });
  });
  return {
    ...execution(plan, ['RegisterTaskDefinition', 'UpdateService']),
    async check({ client, entry, reached }) {
      const isRegistered = reached('RegisterTaskDefinition') === 1;
      const isTold = reached('UpdateService') === 1;
      const left = isRegistered ? 'unfinished' : 'failed';
      expect(entry?.state).toBe(isTold ? 'done' : left);
      const runs = (await serviceNow(lane)).taskDefinition;
      expect(runs).toBe(isTold ? entry?.taskDefinitionArn : taskDefinition);
      if (entry?.state !== 'unfinished') return;
      await client.call('releases.resume', { release: entry.id });
      expect(await outcome(client)).toMatchObject({ id: entry.id, outcome: 'succeeded' });
      expect(reached('RegisterTaskDefinition')).toBe(1);
    },
  };
};

/** Of a deployment whose image never comes up, and that nobody else takes back. */
const prepareStop: Prepare = async (lane, folder) => {
  const { taskDefinition } = await settled(lane);
  const deployment = await deployCrashing(lane, taskDefinition ?? '');
  const plan = await withSlipway(lane, folder, (client) =>
    client.call('releases.planRollback', { service: SERVICE }),
  );
  expect(plan.kind).toBe('stop');
  return {
    ...execution(plan, ['StopServiceDeployment']),
    async check({ entry, reached }) {
      if (reached('StopServiceDeployment') === 1) {
        expect(entry).toMatchObject({ kind: 'stop', outcome: 'rolled-back' });
        expect(await statusOf(lane, deployment)).toBe('ROLLBACK_SUCCESSFUL');
        return;
      }
      expect(entry).toMatchObject({ kind: 'stop', state: 'failed' });
      expect(entry?.sentence).toContain('was not told to stop');
      expect(await statusOf(lane, deployment)).toBe('IN_PROGRESS');
      const stop = { serviceDeploymentArn: deployment, stopType: 'ROLLBACK' } as const;
      await lane.ecs.send(new StopServiceDeploymentCommand(stop));
    },
  };
};

/** Of a revision that a release has registered and not deployed. */
const prepareDiscard: Prepare = async (lane, folder) => {
  await settled(lane);
  const registry = new URL(lane.sandbox.endpoint).host;
  const image = `${registry}/dashboard:5.2.0`;
  const environment = [{ container: 'app', set: [{ name: 'LANE', value: folder }] }];
  const change = { images: [{ container: 'app', image }], environment };
  const plan = await withSlipway(lane, folder, (client) =>
    client.call('releases.plan', { service: SERVICE, change }),
  );
  const release = execution(plan, ['UpdateService']);
  await callApart(lane, folder, release, { request: 1, operation: 'UpdateService', when: 'before' });
  const left = await withSlipway(lane, folder, outcome);
  expect(left?.state).toBe('unfinished');
  const taskDefinition = left?.taskDefinitionArn ?? '';
  return {
    method: 'releases.discard',
    input: { release: left?.id },
    writes: ['DeregisterTaskDefinition'],
    async check({ client, entry, reached }) {
      const isGone = reached('DeregisterTaskDefinition') === 1;
      expect(entry).toMatchObject({ id: left?.id, state: isGone ? 'discarded' : 'unfinished' });
      const described = await lane.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
      expect(described.taskDefinition?.status).toBe(isGone ? 'INACTIVE' : 'ACTIVE');
      if (isGone) return;
      await client.call('releases.discard', { release: left?.id ?? '' });
      expect((await outcome(client))?.state).toBe('discarded');
    },
  };
};

/** The newest release that worked and ran another revision. */
async function anotherRelease(client: Client, taskDefinition: string | undefined): Promise<Deployment> {
  const deployments = await client.call('services.deployments', SERVICE);
  const other = deployments.find(
    ({ outcome: end, taskDefinitionArn }) => end === 'succeeded' && taskDefinitionArn !== taskDefinition,
  );
  if (other === undefined) throw new Error('There is nothing to go back to.');
  return other;
}

/** The service, once nothing moves any more. */
async function settled(lane: Lane) {
  return eventually(async () => {
    const service = await serviceNow(lane);
    expect(service.deployments?.map(({ rolloutState }) => rolloutState)).toEqual(['COMPLETED']);
    return service;
  });
}

/** Answers the ARN of the deployment that is on its way, and stays so. */
async function deployCrashing({ ecs, sandbox }: Lane, from: string): Promise<string> {
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: from }));
  const image = `${new URL(sandbox.endpoint).host}/dashboard:5.2.2-crash`;
  const registered = await ecs.send(
    new RegisterTaskDefinitionCommand({
      ...taskDefinition,
      family: taskDefinition?.family,
      containerDefinitions: taskDefinition?.containerDefinitions?.map((each) => ({ ...each, image })),
    }),
  );
  const { service } = await ecs.send(
    new UpdateServiceCommand({
      cluster: SERVICE.cluster,
      service: SERVICE.service,
      taskDefinition: registered.taskDefinition?.taskDefinitionArn,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } },
    }),
  );
  return eventually(() => {
    const arn = service?.currentServiceDeployment;
    if (arn === undefined) throw new Error('ECS does not show the deployment yet.');
    return arn;
  });
}

async function statusOf({ ecs }: Lane, deployment: string): Promise<string | undefined> {
  const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [deployment] });
  return (await ecs.send(command)).serviceDeployments?.[0]?.status;
}

/** Ends a call at a moment, or never, starts Slipway again, and holds what it says against AWS. */
function tryOnce(prepare: Prepare, lane: Lane, moment?: Moment): Promise<readonly Moment[]> {
  return withFolder(async (folder) => {
    const attempt = await prepare(lane, folder);
    const before = new Map(attempt.writes.map((operation) => [operation, sent(lane, operation)]));
    const reached = (operation: string): number => sent(lane, operation) - (before.get(operation) ?? 0);
    const requests = await callApart(lane, folder, attempt, moment);
    await withSlipway(lane, folder, async (client) => {
      const entry = await outcome(client);
      expect(entry?.steps.filter(({ state }) => state === 'sent')).toEqual([]);
      for (const operation of attempt.writes) expect(reached(operation)).toBeLessThanOrEqual(1);
      await attempt.check({ client, entry, reached });
    });
    return momentsOf(requests, attempt);
  });
}

describe.concurrent('a change whose process is killed at each of its calls', () => {
  it.each<readonly [string, Prepare]>([
    ['a change of the number of tasks', prepareScaling],
    ['a new deployment of the same revision', prepareNewDeployment],
    ['a rollback', prepareRollback],
    ['a rollback to a revision that was deregistered', prepareRollbackToInactive],
    ['a stop of a deployment in flight', prepareStop],
    ['a discard of what a release has left behind', prepareDiscard],
  ])('%s is known after a restart, and nothing is sent twice', async (_what, prepare) => {
    const lane = await openLane();
    try {
      const moments = await tryOnce(prepare, lane);
      expect(moments.length).toBeGreaterThan(1);
      await atEachMoment([lane], moments, async (each, moment) => {
        await tryOnce(prepare, each, moment);
      });
    } finally {
      await lane.sandbox.close();
    }
  });
});
