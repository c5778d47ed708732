import { DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
} from '../testing/killed-process.ts';

const WRITES = ['TagResource', 'RegisterTaskDefinition', 'UpdateService', 'UntagResource'];
const TAGS = ['5.2.1', '5.2.0'];

/** Moments are looked at side by side, each in an account where nobody else deploys. */
const LANES = 6;

const lanes: Lane[] = [];
beforeAll(async () => {
  for (let lane = 0; lane < LANES; lane += 1) lanes.push(await openLane());
});
afterAll(() => Promise.all(lanes.map(({ sandbox }) => sandbox.close())));

/** The execution of a plan for the one of two tags that does not run. */
async function deployOfOtherTag(lane: Lane, folder: string): Promise<OwnCall> {
  const { sandbox, ecs } = lane;
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: await revisionNow(lane) });
  const running = (await ecs.send(command)).taskDefinition?.containerDefinitions?.[0]?.image ?? '';
  const tag = TAGS.find((each) => !running.endsWith(each)) ?? '';
  const registry = new URL(sandbox.endpoint).host;
  const change = { images: [{ container: 'app', image: `${registry}/dashboard:${tag}` }] };
  return withSlipway(lane, folder, async (client) => {
    const plan = await client.call('releases.plan', { service: SERVICE, change });
    return { method: 'releases.execute', input: { plan: plan.id }, writes: WRITES };
  });
}

async function revisionNow(lane: Lane): Promise<string | undefined> {
  return (await serviceNow(lane)).taskDefinition;
}

/** Ends an execution at a moment, starts Slipway again, and holds what it says against what is so. */
function checkMoment(lane: Lane, moment: Moment): Promise<void> {
  return withFolder(async (folder) => {
    const deploy = await deployOfOtherTag(lane, folder);
    const before = { registered: sent(lane, 'RegisterTaskDefinition'), updated: sent(lane, 'UpdateService') };
    const revision = await revisionNow(lane);
    await callApart(lane, folder, deploy, moment);
    const registered = sent(lane, 'RegisterTaskDefinition') - before.registered;
    const updated = sent(lane, 'UpdateService') - before.updated;

    await withSlipway(lane, folder, async (client) => {
      const entry = await outcome(lane, client);
      expect(entry?.steps.filter(({ state }) => state === 'sent')).toEqual([]);
      const isDeployed = updated === 1 ? 'done' : 'unfinished';
      expect(entry?.state).toBe(registered === 1 ? isDeployed : 'failed');
      const found = await revisionNow(lane);
      expect(found).toBe(updated === 1 ? entry?.taskDefinitionArn : revision);
      if (entry?.state === 'unfinished') await client.call('releases.resume', { release: entry.id });
      const end = await outcome(lane, client);
      expect(end).toMatchObject(
        registered === 1 ? { id: entry?.id, outcome: 'succeeded' } : { id: entry?.id },
      );
      expect(await revisionNow(lane)).toBe(registered === 1 ? end?.taskDefinitionArn : revision);
    });
    expect(sent(lane, 'RegisterTaskDefinition') - before.registered).toBe(registered);
    expect(registered).toBeLessThanOrEqual(1);
  });
}

/** The moments of a release, as one that nobody ends makes its calls. */
function momentsOfRelease(lane: Lane): Promise<readonly Moment[]> {
  return withFolder(async (folder) => {
    const deploy = await deployOfOtherTag(lane, folder);
    const requests = await callApart(lane, folder, deploy);
    expect(requests.filter((operation) => WRITES.includes(operation))).toEqual(WRITES);
    await withSlipway(lane, folder, (client) => outcome(lane, client));
    return momentsOf(requests, deploy);
  });
}

describe('a release whose process is killed', () => {
  it('at any of its calls is recovered after a restart, registers nothing twice and is followed to its end', async () => {
    const [first] = lanes;
    const moments = first === undefined ? [] : await momentsOfRelease(first);
    expect(moments.length).toBeGreaterThan(5);
    await atEachMoment(lanes, moments, checkMoment);
  });
});
