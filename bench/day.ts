import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ECSClient, ListServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { startSandbox } from '../src/sandbox/start.ts';
import { createTestClock } from '../src/sandbox/testing/clock.ts';
import { type EngineProcess, startEngine } from './engine-process.ts';
import type { Figure } from './figure.ts';

const CLUSTERS = ['production-eu', 'production-us', 'staging', 'batch', 'internal'] as const;
const CLUSTER = CLUSTERS[0];
const SCOPE = { account: 'sandbox', region: 'us-east-1' };
const STEP_MS = 5 * 60_000;
const STEPS = (24 * 60 * 60_000) / STEP_MS;
/** By then everything is loaded, and what is cached at the first reading is cached. */
const WARM_STEPS = STEPS / 12;
const POLL_INTERVAL_MS = 100;
const DRAWN = 26;
const MB = 1024 * 1024;

/**
 * Memory of the engine over a day of watching 2,000 services: every five minutes of the sandbox's clock somebody
 * deploys a service, and the window reads the list, the page of that service and its deployment until it has ended.
 */
export async function run(): Promise<readonly Figure[]> {
  const data = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const clock = createTestClock();
  const sandbox = await startSandbox({ scenario: 'large', clock });
  const engine = await startEngine(sandbox, data, { pollIntervalMs: POLL_INTERVAL_MS });
  const { endpoint, region, credentials } = sandbox;
  const ecs = new ECSClient({ endpoint, region, credentials });
  try {
    await Promise.all(CLUSTERS.map((cluster) => engine.call('services.list', { ...SCOPE, cluster })));
    const names = await namesOf(ecs);
    let warm = { rss: Number.NaN, heap: Number.NaN };
    for (let step = 0; step < STEPS; step += 1) {
      if (step === WARM_STEPS) warm = await memoryOf(engine);
      await watchStep({ ecs, engine, clock }, names, step);
    }
    const end = await memoryOf(engine);
    return [
      figure('engine.rss-after-two-hours-mb', warm.rss),
      figure('engine.rss-growth-mb', end.rss - warm.rss),
      figure('engine.heap-growth-mb', end.heap - warm.heap),
    ];
  } finally {
    ecs.destroy();
    await engine.close();
    clock.stop();
    await sandbox.close();
    rmSync(data, { recursive: true, force: true });
  }
}

interface Day {
  readonly ecs: ECSClient;
  readonly engine: EngineProcess;
  readonly clock: ReturnType<typeof createTestClock>;
}

async function watchStep({ ecs, engine, clock }: Day, names: readonly string[], step: number): Promise<void> {
  const service = names[step % names.length] ?? '';
  const update = new UpdateServiceCommand({ cluster: CLUSTER, service, forceNewDeployment: true });
  const deployment = (await ecs.send(update)).service?.currentServiceDeployment;
  const ref = { ...SCOPE, cluster: CLUSTER, service };
  const visible = names.slice(0, DRAWN);
  const watching = engine.call('releases.watch', { ...ref, deployment });
  await Promise.all([
    engine.call('services.list', { ...SCOPE, cluster: CLUSTER, visible }),
    engine.call('services.get', ref),
    engine.call('services.deployments', ref),
    engine.call('services.tasks', ref),
  ]);
  clock.advance(STEP_MS);
  await watching;
}

async function namesOf(ecs: ECSClient): Promise<readonly string[]> {
  const { serviceArns = [] } = await ecs.send(new ListServicesCommand({ cluster: CLUSTER, maxResults: 100 }));
  return serviceArns.map((arn) => arn.slice(arn.lastIndexOf('/') + 1));
}

async function memoryOf(engine: EngineProcess): Promise<{ readonly rss: number; readonly heap: number }> {
  const heap = await engine.call('heap', {});
  const rss = await engine.call('rss', {});
  return { rss: rss.output, heap: heap.output };
}

function figure(name: string, bytes: number): Figure {
  return { figure: name, value: Number((bytes / MB).toFixed(1)), unit: 'MB' };
}
