import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../../sandbox/testing/sandbox.ts';
import type { Change } from '../../../../shared/model/change.ts';
import type { PlanCost } from '../../../../shared/model/plan.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../../testing/release-engine.ts';

let sandbox: TestSandbox;
let engine: ReleaseEngine;
beforeAll(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
  engine = await openReleaseEngine(sandbox);
});
afterAll(async () => {
  engine.close();
  await sandbox.close();
});

/** The cost in a plan for session, which has 2 tasks of 512 CPU units and 2048 MiB. */
async function costOf(change: Change): Promise<PlanCost | undefined> {
  const service = engine.service('production', 'session');
  const { cost } = await engine.releases['releases.plan']({ service, change }, aCall());
  return cost;
}

const TASK_USD = 730 * (0.5 * 0.04048 + 2 * 0.004445);

it('a plan that scales shows the monthly cost before and after', async () => {
  const cost = await costOf({ desiredCount: 3 });
  expect(cost?.before).toBeCloseTo(2 * TASK_USD, 6);
  expect(cost?.after).toBeCloseTo(3 * TASK_USD, 6);
});

it('a plan that changes the size has the cost of the new size', async () => {
  const cost = await costOf({ memory: '4096' });
  expect(cost?.before).toBeCloseTo(2 * TASK_USD, 6);
  expect(cost?.after).toBeCloseTo(2 * (TASK_USD + 730 * 2 * 0.004445), 6);
});

it('a plan that changes neither size nor number has no cost', async () => {
  const image = `${engine.registry}/session:1.3.1`;
  expect(await costOf({ images: [{ container: 'app', image }] })).toBeUndefined();
});
