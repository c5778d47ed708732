import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/start.ts';
import { deployMany, truthOf } from './many-deploys.fixture.ts';
import { openSlipway, type Slipway } from './slipway.fixture.ts';

const SERVICES = [
  ['tools', 'dashboard'],
  ['staging', 'web'],
  ['staging', 'checkout'],
  ['staging', 'recommend'],
] as const;
const ROUNDS = 5;

let sandbox: Sandbox;
let slipway: Slipway;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'weather-'));
  const faults = { throttle: 0.3, error: 0.05, seed: 7 };
  sandbox = await startSandbox({ scenario: 'demo', speed: 500, faults });
  slipway = await openSlipway(sandbox, folder);
});
afterEach(async () => {
  await slipway.close();
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

it('reports every outcome as it is while 30 % of the calls are throttled and 5 % fail', async () => {
  const services = SERVICES.map(([cluster, service]) => ({
    account: 'sandbox',
    region: sandbox.region,
    cluster,
    service,
  }));
  const { client } = slipway;
  const tally = await deployMany({ client, truth: truthOf(sandbox), services, rounds: ROUNDS });
  expect(tally.wrong).toEqual([]);
  expect(tally.deploys).toBe(SERVICES.length * ROUNDS);
  // Most get through; one that does not has said so.
  expect(tally.outcomes.succeeded).toBeGreaterThan(tally.deploys / 2);
}, 180_000);
