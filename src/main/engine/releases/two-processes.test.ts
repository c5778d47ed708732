import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Plan, Release } from '../../../shared/model/plan.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../testing/release-engine.ts';

const ROUNDS = 10;
const LONGEST_LAG_MS = 30;
const MINUTE_MS = 60_000;

let sandbox: TestSandbox;
let engines: readonly ReleaseEngine[];

async function open(deniedActions: readonly string[]): Promise<void> {
  sandbox = await startTestSandbox({ scenario: 'demo', deniedActions });
  // Each has a data folder of its own: none knows of the others.
  engines = await Promise.all([
    openReleaseEngine(sandbox),
    openReleaseEngine(sandbox),
    openReleaseEngine(sandbox),
  ]);
}
afterEach(async () => {
  for (const engine of engines) engine.close();
  await sandbox.close();
});

function planTag(engine: ReleaseEngine, tag: string): Promise<Plan> {
  const service = engine.service('tools', 'dashboard');
  const change = { images: [{ container: 'app', image: `${engine.registry}/dashboard:${tag}` }] };
  return engine.releases['releases.plan']({ service, change }, aCall());
}

async function execute(engine: ReleaseEngine, { id }: Plan, lagMs: number): Promise<Release> {
  await wait(lagMs);
  return engine.releases['releases.execute']({ plan: id }, aCall());
}

describe('several Slipways that deploy one service at the same time', () => {
  it.each([
    ['with a claim on the service, so that no revision is registered in vain', [], ROUNDS, ROUNDS],
    // They really met: some had registered a revision before they gave way.
    [
      'by the order of their revisions, where services may not be tagged',
      ['ecs:TagResource'],
      ROUNDS + 1,
      3 * ROUNDS,
    ],
  ] as const)('are refused except for one, in any order, %s', async (_, denied, least, most) => {
    await open(denied);
    for (let round = 1; round <= ROUNDS; round += 1) {
      const [first] = engines;
      if (first === undefined) throw new Error('There is no Slipway.');
      const before = await first.describe(first.service('tools', 'dashboard'));
      const tag = round % 2 === 0 ? '5.2.0' : '5.2.1';
      const plans = await Promise.all(
        engines.map(async (engine) => ({ engine, plan: await planTag(engine, tag) })),
      );
      // In every other round they start in the same moment, so that some have registered when they give way.
      const longestLagMs = round % 2 === 0 ? 0 : LONGEST_LAG_MS;
      const results = await Promise.allSettled(
        plans.map(({ engine, plan }) => execute(engine, plan, Math.random() * longestLagMs)),
      );

      const started = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      const refused = results.flatMap((result): unknown[] =>
        result.status === 'rejected' ? [result.reason] : [],
      );
      expect(refused.every((reason) => reason instanceof SlipwayError)).toBe(true);
      const codes = refused.map((reason) => (reason instanceof SlipwayError ? reason.code : ''));
      expect(codes.filter((code) => code !== 'STALE_PLAN' && code !== 'PREFLIGHT_FAILED')).toEqual([]);
      expect(started.length).toBe(1);
      const service = await first.describe(first.service('tools', 'dashboard'));
      expect(service.taskDefinition).toBe(started[0]?.taskDefinitionArn);
      expect(service.taskDefinition).not.toBe(before.taskDefinition);
      sandbox.clock.advance(10 * MINUTE_MS);
    }
    const updates = sandbox.calls().filter(({ operation }) => operation === 'UpdateService');
    expect(updates).toHaveLength(ROUNDS);
    const registered = sandbox.calls().filter(({ operation }) => operation === 'RegisterTaskDefinition');
    expect(registered.length).toBeGreaterThanOrEqual(least);
    expect(registered.length).toBeLessThanOrEqual(most);
  });
});
