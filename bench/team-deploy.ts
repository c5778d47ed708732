import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { transportTo } from '../src/main/engine/ports/dispatcher-transport.ts';
import { createSubjects, truthOf } from '../src/main/engine/testing/deploy-subjects.ts';
import { type Sandbox, startSandbox } from '../src/sandbox/start.ts';
import { type Client, createClient } from '../src/shared/client.ts';
import type { ServiceRef } from '../src/shared/model/service.ts';
import { openBenchEngine } from './bench-engine.ts';
import { type Figure, median } from './figure.ts';

const TABLE = 'slipway-ledger';
const ROUND_TRIP_MS = 20;
const RELEASES = 15;
/** Faster than ECS, so that a deployment has ended before the next one of its service. */
const SPEED = 500;

/**
 * A release with a ledger and one without, in turns, with 20 ms to AWS and back: how much longer it takes until ECS has
 * accepted the change, and how many requests go to the ledger from the click to the end.
 */
export async function run(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const sandbox = await startSandbox({ scenario: 'demo', speed: SPEED });
  const distance = await startDistance(sandbox.endpoint);
  const closers: (() => Promise<void>)[] = [];
  try {
    const truth = truthOf(sandbox);
    const accounts = ['sandbox', 'sandbox'];
    const { host } = new URL(sandbox.endpoint);
    const subjects = await createSubjects({ truth, region: sandbox.region, registry: host, accounts });
    const [shared, alone] = subjects.map(({ ref }) => ref);
    if (shared === undefined || alone === undefined) throw new Error('There are no services.');
    writeFileSync(
      join(folder, 'environments.yml'),
      `rules:\n  - service: ${shared.service}\n    ledger: { table: ${TABLE} }\n`,
    );
    const account = { ...sandbox, endpoint: distance.endpoint };
    const engine = await openBenchEngine({ account, data: folder, pollIntervalMs: 200 });
    closers.push(() => engine.close());
    const client = createClient(transportTo(engine.dispatcher));
    const { region } = sandbox;
    await client.call('ledger.create', { account: 'sandbox', region, table: TABLE, confirmation: TABLE });
    const count = (): number => ledgerCalls(sandbox);
    await release(client, shared, count);
    await release(client, alone, count);
    const differences: number[] = [];
    const planRequests: number[] = [];
    const requests: number[] = [];
    for (let at = 0; at < RELEASES; at += 1) {
      const without = await release(client, alone, count);
      const before = count();
      const { time, planned } = await release(client, shared, count);
      await client.call('ledger.share', { seconds: 10 });
      differences.push(time - without.time);
      planRequests.push(planned - before);
      requests.push(count() - planned);
    }
    return [
      { figure: 'team.deploy-overhead-ms', value: Math.round(median(differences)), unit: 'ms' },
      { figure: 'team.deploy-requests', value: median(requests), unit: 'calls' },
      { figure: 'team.plan-requests', value: median(planRequests), unit: 'calls' },
    ];
  } finally {
    for (const close of closers) await close();
    distance.close();
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns after the end of the deployment: how long its execution took, and the count when it had been planned. */
async function release(
  client: Client,
  service: ServiceRef,
  count: () => number,
): Promise<{ readonly time: number; readonly planned: number }> {
  const { id } = await client.call('releases.plan', { service, change: { forceNewDeployment: true } });
  const planned = count();
  const start = performance.now();
  const { deploymentArn } = await client.call('releases.execute', { plan: id });
  const time = performance.now() - start;
  await ended(client, deploymentArn);
  return { time, planned };
}

/** The last entry of the journal is written when the deployment has ended. */
async function ended(client: Client, deploymentArn: string | undefined): Promise<void> {
  for (;;) {
    const { entries } = await client.call('journal.list', { limit: 5 });
    const entry = entries.find((each) => each.deploymentArn === deploymentArn);
    if (entry !== undefined && entry.state !== 'open') return;
    await wait(100);
  }
}

function ledgerCalls(sandbox: Sandbox): number {
  return sandbox.calls().filter(({ service }) => service === 'DynamoDB').length;
}

/** Answers each request of another server after a round trip. */
async function startDistance(endpoint: string) {
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', headers, url = '/' } = incoming;
    const passed = request(new URL(url, endpoint), { method, headers }, (answer) => {
      void wait(ROUND_TRIP_MS).then(() => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
