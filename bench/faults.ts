import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSubjects, truthOf } from '../src/main/engine/testing/deploy-subjects.ts';
import { startProxy } from '../src/main/engine/testing/killing-proxy.ts';
import { deployMany } from '../src/main/engine/testing/many-deploys.ts';
import { openSlipway } from '../src/main/engine/testing/slipway.ts';
import { startSandbox } from '../src/sandbox/start.ts';
import type { Figure } from './figure.ts';

const DEPLOYS = Number(process.env.SLIPWAY_BENCH_DEPLOYS ?? 1000);
const MOST_SERVICES = 100;
const SPEED = 500;
/** 5 % of the calls fail: of three before ECS has carried them out, of two after that. */
const FAULTS = { throttle: 0.3, error: 0.03, seed: 3 };
const ANSWERS_LOST = 0.02;

/**
 * Deploys of images that come up and of some that do not, rollbacks, stops and scalings, while 30 % of the calls are
 * throttled and 5 % fail: of how many Slipway says something else than AWS. Each service has an account of its own,
 * since one account registers a revision a second at most.
 */
export async function run(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const sandbox = await startSandbox({ scenario: 'demo', speed: SPEED, faults: FAULTS });
  let calls = 0;
  const proxy = await startProxy(sandbox.endpoint, {
    onCall() {
      calls += 1;
      return 'pass';
    },
    onAnswer: () => (Math.random() < ANSWERS_LOST ? 'swallow' : 'pass'),
  });
  const services = Math.min(MOST_SERVICES, DEPLOYS);
  const slipway = await openSlipway({ ...sandbox, endpoint: proxy.endpoint }, folder, services);
  try {
    const truth = truthOf(sandbox);
    const accounts = Array.from({ length: services }, (_, index) => `sandbox-${index + 1}`);
    const { host } = new URL(sandbox.endpoint);
    const subjects = await createSubjects({ truth, region: sandbox.region, registry: host, accounts });
    const rounds = Math.ceil(DEPLOYS / services);
    const began = performance.now();
    const tally = await deployMany({ client: slipway.client, truth, subjects, rounds });
    const minutes = (performance.now() - began) / 60_000;
    for (const sentence of tally.wrong) process.stderr.write(`${sentence}\n`);
    for (const [said, times] of Object.entries(tally.outcomes).toSorted(([a], [b]) => a.localeCompare(b)))
      process.stderr.write(`${said}: ${times}\n`);
    return [
      { figure: 'faults.deploys', value: tally.deploys, unit: 'deploys' },
      { figure: 'faults.wrong-outcomes', value: tally.wrong.length, unit: 'deploys' },
      { figure: 'faults.minutes', value: Number(minutes.toFixed(1)), unit: 'min' },
      { figure: 'faults.calls', value: calls, unit: 'calls' },
    ];
  } finally {
    await slipway.close();
    await proxy.close();
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
