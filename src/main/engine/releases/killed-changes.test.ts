import { DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { execution, killAtEachCall, type Prepare, settled } from '../testing/killed-changes.ts';
import { callApart, outcome, SERVICE, serviceNow, withSlipway } from '../testing/killed-process.ts';

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
  const left = await withSlipway(lane, folder, (client) => outcome(lane, client));
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
      expect((await outcome(lane, client))?.state).toBe('discarded');
    },
  };
};

describe.concurrent('a change whose process is killed at each of its calls', () => {
  it.each<readonly [string, Prepare]>([
    ['a change of the number of tasks', prepareScaling],
    ['a new deployment of the same revision', prepareNewDeployment],
    ['a discard of what a release has left behind', prepareDiscard],
  ])('%s is recovered after a restart, and nothing is sent twice', async (_what, prepare) => {
    expect((await killAtEachCall(prepare)).length).toBeGreaterThan(1);
  });
});
