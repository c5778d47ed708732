import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { z } from 'zod';
import { type Sandbox, startSandbox } from '../src/sandbox/start.ts';
import { SearchAnswer } from '../src/shared/model/search.ts';
import { openBenchEngine } from './bench-engine.ts';
import type { Figure } from './figure.ts';

const ACCOUNTS = Array.from({ length: 10 }, (_, index) => `account-${index + 1}`);
const SERVICES = 200;
/** Everything, a part that all have, a part of some, several terms with a place, what nothing is called, an image, a commit. */
const TEXTS = [
  '',
  'billing',
  'web-19',
  'web 7 account-4',
  'no-such-service',
  'billing:1',
  '3f2c9ab',
] as const;
/** Of the image that all services run. */
const REPOSITORY_URI = '123456789012.dkr.ecr.us-east-1.amazonaws.com/billing';
const ROUNDS = 40;
/** What the comparison and the palette ask for at most. */
const LIMIT = 50;

/**
 * Search over 10 accounts with 200 services each, once their names have been read: the time of `search.find` with its
 * checked answer, and that of `images.where` for the image that all of them run, 95th percentiles.
 */
export async function run(): Promise<readonly Figure[]> {
  const data = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const sandbox = await startSandbox({ scenario: 'empty' });
  try {
    await createServices(sandbox);
    const { search, where } = await measure(sandbox, data);
    return [
      { figure: 'accounts.search-ms', value: Number(percentile95(search).toFixed(1)), unit: 'ms' },
      { figure: 'images.where-ms', value: Number(percentile95(where).toFixed(1)), unit: 'ms' },
    ];
  } finally {
    await sandbox.close();
    rmSync(data, { recursive: true, force: true });
  }
}

async function createServices({ endpoint, region, credentials }: Sandbox): Promise<void> {
  const ecs = new ECSClient({ endpoint, region, credentials });
  const [cluster, taskDefinition] = ['production', 'billing'];
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  const containerDefinitions = [{ name: 'app', image: `${REPOSITORY_URI}:1`, memory: 64 }];
  await ecs.send(new RegisterTaskDefinitionCommand({ family: taskDefinition, containerDefinitions }));
  for (let index = 0; index < SERVICES; index += 1) {
    const serviceName = `billing-web-${index}`;
    await ecs.send(new CreateServiceCommand({ cluster, serviceName, taskDefinition, desiredCount: 0 }));
  }
  ecs.destroy();
}

/** Milliseconds of each search, and of each question where the image runs. */
async function measure(sandbox: Sandbox, data: string) {
  const engine = await openBenchEngine({ account: sandbox, data, accountIds: ACCOUNTS });
  const connection = engine.dispatcher.connect(() => undefined);
  let calls = 0;
  const call = async (method: string, input: unknown): Promise<unknown> => {
    calls += 1;
    const answer = await connection.call({ id: String(calls), method, input });
    if (!answer.ok) throw new Error(`${method} failed: ${answer.error.message}`);
    return answer.value;
  };
  try {
    await call('search.refresh', { revisions: true });
    const everything = SearchAnswer.parse(await call('search.find', { text: '', kinds: ['service'] }));
    const found = everything.totals[0]?.total;
    if (found !== ACCOUNTS.length * SERVICES) throw new Error(`Search finds ${found} services.`);
    const search: number[] = [];
    const where: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const text of TEXTS) {
        const start = performance.now();
        await call('search.find', { text, limit: LIMIT });
        search.push(performance.now() - start);
      }
      const start = performance.now();
      const uses = z
        .object({ uses: z.array(z.unknown()) })
        .parse(await call('images.where', { uri: REPOSITORY_URI })).uses;
      where.push(performance.now() - start);
      if (uses.length !== found) throw new Error(`The image is found in ${uses.length} services.`);
    }
    return { search, where };
  } finally {
    connection.close();
    await engine.close();
  }
}

function percentile95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? Number.NaN;
}
