import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { transportTo } from '../src/main/engine/ports/dispatcher-transport.ts';
import { startSandbox } from '../src/sandbox/start.ts';
import { createClient } from '../src/shared/client.ts';
import { openBenchEngine } from './bench-engine.ts';
import type { Figure } from './figure.ts';

const TABLE = 'slipway-ledger';
const ENTRIES = 10_000;
const AT_ONCE = 25;
const PLACE = { account: 'sandbox', region: 'us-east-1', cluster: 'production', service: 'api' };

/**
 * A service with 10,000 entries of another machine in the ledger: from opening its history in a new data folder to the first page
 * in the journal, and the requests to DynamoDB that it takes.
 */
export async function run(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const sandbox = await startSandbox({ scenario: 'demo' });
  writeFileSync(
    join(folder, 'environments.yml'),
    `rules:\n  - cluster: production\n    ledger: { table: ${TABLE} }\n`,
  );
  const engine = await openBenchEngine({ account: sandbox, data: folder });
  const client = createClient(transportTo(engine.dispatcher));
  try {
    const { account, region } = PLACE;
    await client.call('ledger.create', { account, region, table: TABLE, confirmation: TABLE });
    await fill(sandbox);
    const before = sandbox.calls().length;
    const start = performance.now();
    await client.call('ledger.sync', { place: PLACE });
    const { entries } = await client.call('journal.list', { subject: PLACE.service, limit: 50 });
    const firstPageMs = performance.now() - start;
    const calls = sandbox.calls().slice(before);
    if (entries.length !== 50) throw new Error(`The first page has ${entries.length} entries.`);
    const requests = calls.filter(({ operation }) => operation === 'Query').length;
    return [
      { figure: 'team.first-page-ms', value: Math.round(firstPageMs), unit: 'ms' },
      // One of them is about the rest of the cluster.
      { figure: 'team.first-page-requests', value: requests, unit: 'calls' },
    ];
  } finally {
    await engine.close();
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill({
  endpoint,
  region,
  credentials,
}: Awaited<ReturnType<typeof startSandbox>>): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region, credentials });
  const { cluster, service } = PLACE;
  for (let from = 0; from < ENTRIES; from += AT_ONCE) {
    const requests = Array.from({ length: AT_ONCE }, (_, index) => {
      const at = new Date(Date.UTC(2025, 0, 1) + (from + index) * 3_600_000).toISOString();
      const id = crypto.randomUUID();
      const entry = {
        id,
        at,
        region,
        cluster,
        subject: service,
        kind: 'deploy',
        title: `Deploy ${service}:${from + index}`,
      };
      const Item = marshall({
        ...entry,
        pk: `service#${region}#${cluster}#${service}`,
        sk: `entry#${at}#${id}`,
        gpk: `${region}#${cluster}`,
        gsk: `${at}#${id}`,
        dpk: `day#${at.slice(0, 10)}`,
        dsk: `${at}#${id}`,
        storedAt: at,
        host: 'another',
        version: 2,
        schema: 1,
        state: 'done',
        outcome: 'succeeded',
        sentence: 'The deployment has succeeded.',
        steps: [{ operation: 'UpdateService', state: 'done', at }],
        calls: [{ operation: 'UpdateService', target: `${cluster}/${service}` }],
      });
      return { PutRequest: { Item } };
    });
    await client.send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: requests } }));
  }
}
