import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { createSubjects, truthOf } from '../testing/deploy-subjects.ts';
import { startProxy } from '../testing/killing-proxy.ts';
import { deployMany } from '../testing/many-deploys.ts';
import { openSlipway, type Slipway } from '../testing/slipway.ts';

/** Each starts at another place of the course, so that together they do all of it. */
const SERVICES = 12;
const ROUNDS = 1;
/** One of so many answers never comes, although the call was carried out. */
const LOST_EACH = 50;

let sandbox: TestSandbox;
let proxy: Awaited<ReturnType<typeof startProxy>>;
let slipway: Slipway;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'weather-'));
  const faults = { throttle: 0.3, error: 0.03, seed: 7 };
  sandbox = await startTestSandbox({ scenario: 'demo', faults });
  sandbox.clock.run();
  let answers = 0;
  proxy = await startProxy(sandbox.endpoint, {
    onCall: () => 'pass',
    onAnswer() {
      answers += 1;
      return answers % LOST_EACH === 0 ? 'swallow' : 'pass';
    },
  });
  slipway = await openSlipway({ ...sandbox, endpoint: proxy.endpoint }, folder, SERVICES);
});
afterEach(async () => {
  await slipway.close();
  await proxy.close();
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

it('every outcome is reported correctly while 30 % of the calls are throttled and 5 % fail', async () => {
  const truth = truthOf(sandbox);
  const subjects = await createSubjects({
    truth,
    region: sandbox.region,
    registry: new URL(sandbox.endpoint).host,
    accounts: Array.from({ length: SERVICES }, (_, index) => `sandbox-${index + 1}`),
  });
  const tally = await deployMany({ client: slipway.client, truth, subjects, rounds: ROUNDS });
  expect(tally.wrong).toEqual([]);
  expect(tally.deploys).toBe(SERVICES * ROUNDS);
  // Most get through; one that does not has said so.
  const succeeded = Object.entries(tally.outcomes).filter(([said]) => said.endsWith('succeeded'));
  expect(succeeded.length).toBeGreaterThan(2);
});
