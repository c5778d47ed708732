import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deployMany, truthOf } from '../src/main/engine/releases/many-deploys.fixture.ts';
import { openSlipway } from '../src/main/engine/releases/slipway.fixture.ts';
import { startSandbox } from '../src/sandbox/start.ts';
import type { Figure } from './figure.ts';

const DEPLOYS = Number(process.env.SLIPWAY_BENCH_DEPLOYS ?? 1000);
const SPEED = 500;
const FAULTS = { throttle: 0.3, error: 0.05, seed: 3 };

/** Services of the demo scenario whose main container is called app. */
const SERVICES = [
  ['production', 'web'],
  ['production', 'checkout'],
  ['production', 'search'],
  ['production', 'pricing'],
  ['production', 'images'],
  ['production', 'session'],
  ['staging', 'web'],
  ['staging', 'checkout'],
  ['staging', 'recommend'],
  ['tools', 'dashboard'],
] as const;

/**
 * Many deploys while 30 % of the calls are throttled and 5 % fail: of how many Slipway says something else than AWS.
 * Each service has an account of its own, since one account registers a revision a second at most.
 */
export async function run(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const sandbox = await startSandbox({ scenario: 'demo', speed: SPEED, faults: FAULTS });
  const slipway = await openSlipway(sandbox, folder, SERVICES.length);
  try {
    const services = SERVICES.map(([cluster, service], index) => ({
      account: `sandbox-${index + 1}`,
      region: sandbox.region,
      cluster,
      service,
    }));
    const rounds = Math.ceil(DEPLOYS / services.length);
    const { client } = slipway;
    const { deploys, outcomes, wrong } = await deployMany({
      client,
      truth: truthOf(sandbox),
      services,
      rounds,
    });
    for (const sentence of wrong) process.stderr.write(`${sentence}\n`);
    return [
      { figure: 'faults.deploys', value: deploys, unit: 'deploys' },
      { figure: 'faults.wrong-outcomes', value: wrong.length, unit: 'deploys' },
      { figure: 'faults.succeeded', value: outcomes.succeeded ?? 0, unit: 'deploys' },
    ];
  } finally {
    await slipway.close();
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
