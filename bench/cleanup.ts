import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BUCKETS } from '../src/main/engine/aws/buckets.ts';
import type { Engine } from '../src/main/engine/engine.ts';
import { type Sandbox, startSandbox } from '../src/sandbox/start.ts';
import { type Client, createClient } from '../src/shared/client.ts';
import type { ServiceRef } from '../src/shared/model/service.ts';
import { openBenchEngine } from './bench-engine.ts';
import type { Figure } from './figure.ts';

/** An account to clean up, and two of its services to deploy: one before the clean-up, one in the middle of it. */
interface Account {
  readonly scenario: 'demo' | 'large';
  readonly keepNewest: number;
  readonly before: Omit<ServiceRef, 'account' | 'region'>;
  readonly beside: Omit<ServiceRef, 'account' | 'region'>;
}

/** Of 15 families 263 revisions go. */
const DEMO: Account = {
  scenario: 'demo',
  keepNewest: 1,
  before: { cluster: 'staging', service: 'web' },
  beside: { cluster: 'production', service: 'web' },
};

/** Of 40 families 1,000 revisions go, with 2,000 services and 10,000 tasks to look at before each batch. */
const LARGE: Account = {
  scenario: 'large',
  keepNewest: 100,
  before: { cluster: 'staging', service: 'mail-web-01' },
  beside: { cluster: 'internal', service: 'mail-web-01' },
};

/** A deploy that starts while the clean-up is well in progress, and long after the burst is gone. */
const DEPLOYED_AFTER_MS = 60_000;

const MODIFY = BUCKETS['task definition modify'];
const MODIFYING = new Set(['RegisterTaskDefinition', 'DeregisterTaskDefinition']);

/**
 * The clean-up of a whole account under the `aws` profile of the sandbox, at the real rate of one deregistration a
 * second, with a deploy in the middle. The demo account takes four minutes, about 240 revisions beyond the burst;
 * SLIPWAY_BENCH_LARGE=1 takes the large one, 1,000 revisions in about 20 minutes. The floor is what the bucket
 * allows for the calls that were made, the deploy's included, if nothing else took any time.
 */
export async function run(): Promise<readonly Figure[]> {
  const account = process.env.SLIPWAY_BENCH_LARGE === '1' ? LARGE : DEMO;
  const sandbox = await startSandbox({ scenario: account.scenario, profile: 'aws' });
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  const engine = await openBenchEngine({ account: sandbox, data: join(folder, 'data') });
  try {
    return await measure(clientOf(engine), sandbox, account);
  } finally {
    await engine.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  }
}

async function measure(
  client: Client,
  sandbox: Sandbox,
  { keepNewest, before, beside }: Account,
): Promise<readonly Figure[]> {
  const scope = { account: 'sandbox', region: sandbox.region };
  const aloneMs = await deployMs(client, { ...scope, ...before });

  const plan = await client.call('cleanup.plan', {
    ...scope,
    policy: { keepNewest, deletePermanently: false },
  });
  // The deploy that was measured alone has taken a token: it shall be back.
  await delay(3000 / MODIFY.perSecond);
  const earlier = sandbox.calls().length;
  const begun = performance.now();
  const [job, besideMs] = await Promise.all([
    client.call('cleanup.run', {
      plan: plan.id,
      ...(plan.confirmation === undefined ? {} : { confirmation: plan.confirmation }),
    }),
    delay(DEPLOYED_AFTER_MS).then(() => deployMs(client, { ...scope, ...beside })),
  ]);
  const seconds = (performance.now() - begun) / 1000;

  const calls = sandbox.calls().slice(earlier);
  const modifying = calls.filter(({ operation }) => MODIFYING.has(operation)).length;
  const floor = (modifying - MODIFY.burst) / MODIFY.perSecond;
  return [
    {
      figure: 'cleanup.revisions',
      value: job.total - job.spared.length - job.failed.length,
      unit: 'revisions',
    },
    { figure: 'cleanup.seconds', value: round(seconds), unit: 's' },
    { figure: 'cleanup.ratio-to-floor', value: round(seconds / floor), unit: 'times the floor' },
    { figure: 'cleanup.deploy-delay-ms', value: Math.max(0, Math.round(besideMs - aloneMs)), unit: 'ms' },
  ];
}

/** Milliseconds until ECS has accepted a deploy that registers a revision. */
async function deployMs(client: Client, service: ServiceRef): Promise<number> {
  const { runs } = await client.call('services.get', service);
  const [first] = runs;
  if (first === undefined) throw new Error(`${service.service} has no container.`);
  const set = [{ name: 'MEASURED', value: new Date().toISOString() }];
  const change = { environment: [{ container: first.container, set }] };
  const plan = await client.call('releases.plan', { service, change });
  const begun = performance.now();
  const { id, confirmation } = plan;
  await client.call('releases.execute', {
    plan: id,
    ...(confirmation === undefined ? {} : { confirmation }),
  });
  return performance.now() - begun;
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
