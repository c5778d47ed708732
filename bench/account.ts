import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ECSClient, ListServicesCommand } from '@aws-sdk/client-ecs';
import { BUCKETS, type BucketName, bucketOf } from '../src/main/engine/aws/buckets.ts';
import { type Sandbox, startSandbox } from '../src/sandbox/start.ts';
import { type Answer, type EngineProcess, startEngine } from './engine-process.ts';
import type { Figure } from './figure.ts';

const CLUSTERS = ['production-eu', 'production-us', 'staging', 'batch', 'internal'] as const;
const SERVICES_PER_CLUSTER = 400;
const SERVICES = CLUSTERS.length * SERVICES_PER_CLUSTER;
const REVISIONS = 5_000;
/** Rows in sight of 800 pixels, and those that are drawn below them. */
const DRAWN = 26;
const SCOPE = { account: 'sandbox', region: 'us-east-1' };
const REPOSITORY = 'orders-api';
const POLICY = {
  keepNewest: 5,
  keepDays: 0,
  keepWorked: 3,
  deletePermanently: false,
};
/** Every bucket is full again. */
const REFILL_MS = 6_000;
const MB = 1024 * 1024;

/**
 * An account with 2,000 services in 5 clusters, 10,000 tasks and 5,000 revisions under the limits and round trips of AWS:
 * the service lists of all clusters, the candidates of a bulk release and the preview of a clean-up of the whole account,
 * each cold and again, against what the request limits allow for the calls that are needed.
 */
export async function run(): Promise<readonly Figure[]> {
  const data = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const sandbox = await startSandbox({ scenario: 'large', profile: 'aws' });
  const bulk = await measureBulk(sandbox);
  const engine = await startEngine(sandbox, data);
  try {
    const lists = await measureLists(engine, sandbox);
    const preview = await measurePreview(engine, sandbox);
    const rss = await engine.call('rss', {});
    return [...lists, ...bulk, ...preview, ms('engine.rss-mb', rss.output / MB, 'MB')];
  } finally {
    await engine.close();
    await sandbox.close();
    rmSync(data, { recursive: true, force: true });
  }
}

async function measureLists(engine: EngineProcess, sandbox: Sandbox): Promise<readonly Figure[]> {
  const list = (cluster: string) => engine.call('services.list', { ...SCOPE, cluster });
  const begun = sandbox.calls().length;
  const cold = await Promise.all(CLUSTERS.map(list));
  const needed = {
    ListServices: SERVICES / 100,
    DescribeServices: SERVICES / 10,
    DescribeServiceRevisions: SERVICES / 20,
  };
  const complete = Math.max(...cold.map((each) => msUntil(each, 'rows', SERVICES_PER_CLUSTER)));
  const coldCalls = sandbox.calls().length - begun;
  const drawn = await Promise.all(CLUSTERS.map((cluster) => namesOf(sandbox, cluster)));
  await refill();
  const before = sandbox.calls().length;
  // As the window does: with the names of the rows that it draws.
  const again = await Promise.all(
    CLUSTERS.map((cluster, index) =>
      engine.call('services.list', { ...SCOPE, cluster, visible: drawn[index] }),
    ),
  );
  const reopened = Math.max(...again.map((each) => msUntil(each, 'rows', SERVICES_PER_CLUSTER)));
  const calls = sandbox.calls().length - before;
  await refill();
  return [
    ms('services.first-row-ms', Math.min(...cold.map((each) => firstMs(each, 'rows')))),
    ms('services.names-ms', Math.max(...cold.map((each) => firstMs(each, 'names')))),
    ms('services.complete-ms', complete),
    ratio('services.complete-ratio-to-floor', complete, needed),
    ms('services.calls', coldCalls, 'calls'),
    ms('services.reopen-ms', reopened),
    ms('services.reopen-calls', calls, 'calls'),
  ];
}

async function namesOf(
  { endpoint, region, credentials }: Sandbox,
  cluster: string,
): Promise<readonly string[]> {
  const ecs = new ECSClient({ endpoint, region, credentials });
  const { serviceArns = [] } = await ecs.send(new ListServicesCommand({ cluster, maxResults: DRAWN }));
  ecs.destroy();
  return serviceArns.map((arn) => arn.slice(arn.lastIndexOf('/') + 1));
}

/** In a data folder of its own, so that nothing is known of the account. */
async function measureBulk(sandbox: Sandbox): Promise<readonly Figure[]> {
  const data = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const engine = await startEngine(sandbox, data);
  const search = await engine.call('fleet.candidates', { ...SCOPE, repository: REPOSITORY });
  await engine.close();
  rmSync(data, { recursive: true, force: true });
  await refill();
  const needed = {
    ListServices: SERVICES / 100,
    DescribeServices: SERVICES / 10,
    DescribeServiceRevisions: SERVICES / 20,
  };
  return [
    ms('bulk.first-row-ms', search.events.find(({ items }) => items > 0)?.ms ?? Number.NaN),
    ms('bulk.complete-ms', search.ms),
    ratio('bulk.ratio-to-floor', search.ms, needed),
  ];
}

async function measurePreview(engine: EngineProcess, sandbox: Sandbox): Promise<readonly Figure[]> {
  const calls = (): number => sandbox.calls().length;
  const begun = calls();
  const preview = await engine.call('cleanup.plan', { ...SCOPE, policy: POLICY });
  const coldCalls = calls() - begun;
  await refill();
  const before = calls();
  const again = await engine.call('cleanup.plan', { ...SCOPE, policy: POLICY });
  const needed = {
    ListTaskDefinitions: REVISIONS / 100,
    ListServices: SERVICES / 100,
    DescribeServices: SERVICES / 10,
    ListServiceDeployments: SERVICES,
  };
  return [
    ms('cleanup.preview-first-progress-ms', preview.events[0]?.ms ?? Number.NaN),
    ms('cleanup.preview-ms', preview.ms),
    ratio('cleanup.preview-ratio-to-floor', preview.ms, needed),
    ms('cleanup.preview-calls', coldCalls, 'calls'),
    ms('cleanup.preview-reopen-calls', calls() - before, 'calls'),
    ms('cleanup.preview-reopen-ms', again.ms),
  ];
}

function ms(figure: string, value: number, unit = 'ms'): Figure {
  return { figure, value: Math.round(value), unit };
}

/** The time against the longest time that a bucket takes to give out its tokens for the calls. */
function ratio(figure: string, took: number, calls: Readonly<Record<string, number>>): Figure {
  const tokens = new Map<BucketName, number>();
  for (const [operation, count] of Object.entries(calls)) {
    const bucket = bucketOf('ecs', operation);
    tokens.set(bucket, (tokens.get(bucket) ?? 0) + count);
  }
  const floors = [...tokens].map(([bucket, count]) => {
    const { burst, perSecond } = BUCKETS[bucket];
    return (Math.max(0, count - burst) / perSecond) * 1000;
  });
  return { figure, value: Number((took / Math.max(...floors)).toFixed(2)), unit: 'times' };
}

function firstMs({ events }: Answer, wanted: string): number {
  return events.find(({ kind }) => kind === wanted)?.ms ?? Number.NaN;
}

/** When so many items of this kind had come. */
function msUntil({ events }: Answer, wanted: string, count: number): number {
  let seen = 0;
  for (const { kind, ms: at, items } of events) {
    if (kind === wanted) seen += items;
    if (seen >= count) return at;
  }
  return Number.NaN;
}

function refill(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, REFILL_MS));
}
