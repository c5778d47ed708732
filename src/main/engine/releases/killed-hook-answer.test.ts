import { DescribeServiceDeploymentsCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Client } from '../../../shared/client.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import { overrideOf } from '../../../shared/model/plan.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import {
  callApart,
  type Lane,
  type Moment,
  openLane,
  outcome,
  sent,
  withFolder,
  withSlipway,
} from '../testing/killed-process.ts';
import { createShiftingService, newestDeployment, SHOP_CLUSTER } from '../testing/shifting-service.ts';

const NAME = 'paused';
const SHOP = { account: 'sandbox', region: 'us-east-1', cluster: SHOP_CLUSTER, service: NAME };
const OPERATION = 'ContinueServiceDeployment';

let lane: Lane;
let registry: string;
beforeEach(async () => {
  lane = await openLane();
  registry = new URL(lane.sandbox.endpoint).host;
  await createShiftingService(
    { ...lane, registry, clock: lane.sandbox.clock },
    {
      name: NAME,
      configuration: {
        strategy: 'BLUE_GREEN',
        bakeTimeInMinutes: 0,
        lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] }],
      },
    },
  );
});
afterEach(() => lane.sandbox.close());

/** Deploys with Slipway, and answers the hook that the deployment waits for. */
async function deployUntilItWaits(client: Client) {
  const change = { images: [{ container: 'app', image: `${registry}/web:1.9.0` }] };
  const plan = await client.call('releases.plan', { service: SHOP, change });
  const overrides = plan.checks.filter(({ result }) => result === 'fail').map(overrideOf);
  await client.call('releases.execute', { plan: plan.id, overrides });
  const deployment = await newestDeployment(lane, NAME);
  const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [deployment] });
  const hook = await lane.sandbox.clock.advanceUntil(async () => {
    const { serviceDeployments } = await lane.ecs.send(command);
    const [first] = serviceDeployments?.[0]?.lifecycleHookDetails ?? [];
    if (first?.hookId === undefined || first.status !== 'AWAITING_ACTION') throw new Error('Not yet.');
    return first.hookId;
  });
  return { ...SHOP, deployment, hook, action: 'continue' as const };
}

/** The answer to a hook as the journal has it after a restart. */
async function stepOfAnswer(client: Client) {
  return eventually(async () => {
    const { entries } = await client.call('journal.list', { limit: 1 });
    const step = entries[0]?.steps.findLast(({ operation }) => operation === OPERATION);
    expect(step?.state).not.toBe('sent');
    return step;
  });
}

/** Answers a hook in a process that is killed, and what Slipway says after a restart. */
function answerAndKill<T>(when: Moment['when'], use: (client: Client) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const input = await withSlipway(lane, folder, deployUntilItWaits);
    const answer = { method: 'releases.continueHook', input, writes: [OPERATION] };
    await callApart(lane, folder, answer, { request: 1, operation: OPERATION, when });
    return withSlipway(lane, folder, async (client) => {
      const result = await use(client);
      if (when === 'before') await client.call('releases.continueHook', input);
      const end: JournalEntry | undefined = await outcome(lane, client);
      expect(end).toMatchObject({ kind: 'deploy', outcome: 'succeeded' });
      expect(sent(lane, OPERATION)).toBe(1);
      return result;
    });
  });
}

it('a hook answer that never reached ECS is recovered as not given, and the hook still waits', async () => {
  expect(await answerAndKill('before', stepOfAnswer)).toMatchObject({ state: 'failed' });
});

it('a hook answer that reached ECS unnoticed is recovered as given', async () => {
  expect(await answerAndKill('after', stepOfAnswer)).toMatchObject({ state: 'done' });
});
