import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { BUCKETS } from '../src/main/engine/aws/buckets.ts';
import { createEngine, type Engine } from '../src/main/engine/engine.ts';
import { type Sandbox, startSandbox } from '../src/sandbox/start.ts';
import { type Client, createClient } from '../src/shared/client.ts';
import type { CleanupPolicy } from '../src/shared/model/cleanup.ts';
import type { ServiceRef } from '../src/shared/model/service.ts';
import type { Figure } from './figure.ts';

/** A deploy that starts while the clean-up is well under way, and long after the burst is gone. */
const DEPLOYED_AFTER_MS = 60_000;
/** Of 125 revisions each: 220 go, which is 200 beyond the burst. */
const FAMILIES = ['orders-api', 'orders-worker'];
const POLICY: CleanupPolicy = { keepNewest: 15, keepDays: 0, keepWorked: 1, deleteForGood: false };

const MODIFY = BUCKETS['task definition modify'];
const MODIFYING = new Set(['RegisterTaskDefinition', 'DeregisterTaskDefinition']);

/**
 * The clean-up of two families of the large account, with its 2,000 services and 10,000 tasks, under the `aws`
 * profile of the sandbox: some 200 revisions beyond the burst, at the real rate of one a second, with a deploy in
 * the middle. The floor is what the bucket allows for the calls that were made, the deploy's included, if nothing
 * else took any time. With 1,000 revisions the ratio is smaller: most of what is lost is lost once.
 */
export async function run(): Promise<readonly Figure[]> {
  const sandbox = await startSandbox({ scenario: 'large', profile: 'aws' });
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  const engine = await engineOver(sandbox, folder);
  try {
    return await measure(clientOf(engine), sandbox);
  } finally {
    await engine.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  }
}

async function measure(client: Client, sandbox: Sandbox): Promise<readonly Figure[]> {
  const scope = { account: 'sandbox', region: sandbox.region };
  const alone = await deployMs(client, { ...scope, cluster: 'staging', service: 'mail-web-01' });

  const plan = await client.call('cleanup.plan', { ...scope, families: FAMILIES, policy: POLICY });
  await fullBucket();
  const before = sandbox.calls().length;
  const begun = performance.now();
  const cleanup = client.call('cleanup.run', { plan: plan.id });
  await new Promise((resolve) => setTimeout(resolve, DEPLOYED_AFTER_MS));
  const beside = await deployMs(client, { ...scope, cluster: 'internal', service: 'mail-web-01' });
  const job = await cleanup;
  const seconds = (performance.now() - begun) / 1000;

  const calls = sandbox.calls().slice(before);
  const modifying = calls.filter(({ operation }) => MODIFYING.has(operation)).length;
  const floor = (modifying - MODIFY.burst) / MODIFY.perSecond;
  return [
    { figure: 'cleanup.revisions', value: job.deregistered, unit: 'revisions' },
    { figure: 'cleanup.seconds', value: round(seconds), unit: 's' },
    { figure: 'cleanup.ratio-to-floor', value: round(seconds / floor), unit: 'times the floor' },
    { figure: 'cleanup.deploy-delay-ms', value: Math.max(0, Math.round(beside - alone)), unit: 'ms' },
  ];
}

/** Milliseconds until ECS has accepted a deploy that registers a revision. */
async function deployMs(client: Client, service: ServiceRef): Promise<number> {
  const { runs } = await client.call('services.get', service);
  const [container] = runs;
  if (container === undefined) throw new Error(`${service.service} has no container.`);
  // Another tag of the same repository, so that there is something to register.
  const image = container.image.replace(/1\.\d\.0$/, (tag) => (tag === '1.0.0' ? '1.1.0' : '1.0.0'));
  const images = [{ container: container.container, image }];
  const plan = await client.call('releases.plan', { service, change: { images } });
  const begun = performance.now();
  await client.call('releases.execute', { plan: plan.id });
  return performance.now() - begun;
}

/** The deploy that was measured alone has taken a token. */
async function fullBucket(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 3000 / MODIFY.perSecond));
}

function engineOver({ endpoint, credentials, region }: Sandbox, folder: string): Promise<Engine> {
  return createEngine({
    environment: { HOME: folder },
    paths: { data: join(folder, 'data') },
    clock: { now: () => new Date() },
    logger: pino({ level: 'silent' }),
    host: { host: 'cli', version: 'bench' },
    accounts: [{ id: 'sandbox', name: 'sandbox', region, endpoint, credentials }],
  });
}

/** A client of the engine in this process. */
function clientOf({ dispatcher }: Engine): Client {
  const listeners = new Set<(id: string, event: unknown) => void>();
  const connection = dispatcher.connect((id, event) => {
    for (const listener of listeners) listener(id, event);
  });
  return createClient({
    call: (request) => connection.call(request),
    cancel: (id) => connection.cancel(id),
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
