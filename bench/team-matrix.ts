import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { openJournal } from '../src/main/engine/journal/journal.ts';
import { transportTo } from '../src/main/engine/ports/dispatcher-transport.ts';
import {
  type KeptDeployment,
  type KeptRevision,
  openTimelineStore,
} from '../src/main/engine/timeline/timeline-store.ts';
import { createClient } from '../src/shared/client.ts';
import { openBenchEngine } from './bench-engine.ts';
import { type Figure, median } from './figure.ts';

const ACCOUNT = 'sandbox';
const REGION = 'us-east-1';
/** Nothing listens there: a request would fail. */
const ENDPOINT = 'http://127.0.0.1:9';
const CLUSTERS = ['production', 'staging', 'development', 'demo'];
const SERVICES = 50;
/** Of each service: half of them are in the journal, all in what ECS listed. */
const DEPLOYMENTS = 60;
const DAYS = 85;
const DAY_MS = 24 * 60 * 60 * 1000;
const ROUNDS = 31;

/**
 * The matrix of 50 services in 4 environments at moments of the last 85 days, from a cache with 12,000 deployments and a
 * journal with 6,000 entries: `timeline.matrix` with its checked answer, the median.
 */
export async function run(): Promise<readonly Figure[]> {
  const data = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  try {
    const end = new Date();
    seed(data, end);
    const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
    const engine = await openBenchEngine({
      account: { endpoint: ENDPOINT, region: REGION, credentials },
      data,
    });
    try {
      const client = createClient(transportTo(engine.dispatcher));
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const at = new Date(end.getTime() - ((round + 1) / (ROUNDS + 1)) * (DAYS - 2) * DAY_MS).toISOString();
        const start = performance.now();
        const { environments, rows } = await client.call('timeline.matrix', { at });
        times.push(performance.now() - start);
        const cells = rows.flatMap((row) => row.cells);
        if (environments.length !== CLUSTERS.length || cells.length !== SERVICES * CLUSTERS.length) {
          throw new Error(`The matrix has ${environments.length} environments and ${cells.length} cells.`);
        }
      }
      return [{ figure: 'team.matrix-ms', value: Number(median(times).toFixed(1)), unit: 'ms' }];
    } finally {
      await engine.close();
    }
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

function seed(data: string, end: Date): void {
  const logger = pino({ level: 'silent' });
  let now = end;
  const journal = openJournal({ data }, logger, { now: () => now });
  const store = openTimelineStore({ paths: { data }, logger });
  const begin = end.getTime() - DAYS * DAY_MS;
  try {
    for (const cluster of CLUSTERS) {
      const place = { account: ACCOUNT, region: REGION, endpoint: ENDPOINT, cluster };
      for (let index = 0; index < SERVICES; index += 1) {
        const name = `service-${index}`;
        const deployments = Array.from({ length: DEPLOYMENTS }, (_, number): KeptDeployment => {
          const at = begin + ((number + index / SERVICES) / DEPLOYMENTS) * DAYS * DAY_MS;
          return {
            service: name,
            arn: `arn:aws:ecs:${REGION}:123456789012:service-deployment/${cluster}/${name}/${number}`,
            at: new Date(at).toISOString(),
            endedAt: new Date(at + 120_000).toISOString(),
            outcome: number % 9 === 8 ? 'rolled-back' : 'succeeded',
            target: revision(name, number + 1),
            source: revision(name, number),
          };
        });
        store.keepDeployments(place, name, deployments, 'instead');
        journal.atOnce(() => {
          for (const { arn, at, endedAt, outcome, target, source } of deployments.filter(
            (_, n) => n % 2 === 0,
          )) {
            now = new Date(at);
            const id = journal.entries.begin({
              account: ACCOUNT,
              region: REGION,
              cluster,
              subject: name,
              kind: 'deploy',
              title: `Deploy ${name}`,
              base: source?.taskDefinitionArn,
            });
            now = new Date(endedAt ?? at);
            const taskDefinitionArn = target?.taskDefinitionArn ?? '';
            journal.entries.update(id, { state: 'done', outcome, taskDefinitionArn, deploymentArn: arn });
          }
        });
        store.keepServices(place, [
          {
            name,
            readAt: end.toISOString(),
            createdAt: new Date(begin - DAY_MS).toISOString(),
            listedFrom: new Date(begin - DAY_MS).toISOString(),
            running: revision(name, DEPLOYMENTS),
            state: '',
          },
        ]);
      }
      store.keepCluster({ ...place, readAt: end.toISOString() });
    }
  } finally {
    store.close();
    journal.close();
  }
}

function revision(service: string, number: number): KeptRevision {
  const digest = `sha256:${number.toString(16).padStart(64, '0')}`;
  return {
    taskDefinitionArn: `arn:aws:ecs:${REGION}:123456789012:task-definition/${service}:${number}`,
    images: [
      {
        container: 'app',
        image: `123456789012.dkr.ecr.${REGION}.amazonaws.com/${service}:1.${number}.0`,
        digest,
      },
      { container: 'proxy', image: 'public.ecr.aws/envoy:1.30', digest },
    ],
  };
}
