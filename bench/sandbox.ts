import { fork } from 'node:child_process';
import { once } from 'node:events';
import { DescribeServicesCommand, ECSClient, ListServicesCommand } from '@aws-sdk/client-ecs';
import { type Sandbox, startSandbox } from '../src/sandbox/start.ts';
import { createSteppedClock } from '../src/sandbox/testing/stepped-clock.ts';
import { type Figure, median } from './figure.ts';

const STARTS = 5;
const CALLS = 301;
const STEPS = 1_000_000;
const CLUSTER = 'production-eu';

/** What the child process that is measured is started with. */
const MEASURED_START = 'start-large';

interface Start {
  readonly milliseconds: number;
  readonly rssBytes: number;
}

if (process.argv[2] === MEASURED_START) process.send?.(await startLarge());

/** The sandbox with 2,000 services: how soon it is up, what it takes, how fast it answers, what idling costs. */
export async function run(): Promise<readonly Figure[]> {
  const starts: Start[] = [];
  for (let index = 0; index < STARTS; index += 1) starts.push(await measureStart());
  const sandbox = await startSandbox({ scenario: 'large' });
  try {
    return [
      inMilliseconds('sandbox.large-start-ms', median(starts.map(({ milliseconds }) => milliseconds))),
      {
        figure: 'sandbox.large-rss-mb',
        value: Math.round(median(starts.map(({ rssBytes }) => rssBytes)) / 1024 ** 2),
        unit: 'MB',
      },
      ...(await measureCalls(sandbox)),
      inMilliseconds('sandbox.idle-steps-ms', await measureIdleSteps()),
    ];
  } finally {
    await sandbox.close();
  }
}

/** In a process of its own, since memory that was used once is seldom given back. */
async function measureStart(): Promise<Start> {
  const child = fork(import.meta.filename, [MEASURED_START]);
  const start = await once(child, 'message').then(([message]: readonly unknown[]) => message);
  if (!isStart(start)) throw new Error('The sandbox was not started.');
  if (child.exitCode === null) await once(child, 'exit');
  return start;
}

function isStart(message: unknown): message is Start {
  return (
    typeof message === 'object' && message !== null && 'milliseconds' in message && 'rssBytes' in message
  );
}

async function startLarge(): Promise<Start> {
  const from = performance.now();
  const sandbox = await startSandbox({ scenario: 'large' });
  const milliseconds = performance.now() - from;
  const rssBytes = process.memoryUsage.rss();
  await sandbox.close();
  return { milliseconds, rssBytes };
}

async function measureCalls({ endpoint, region, credentials }: Sandbox): Promise<readonly Figure[]> {
  const client = new ECSClient({ endpoint, region, credentials });
  const list = new ListServicesCommand({ cluster: CLUSTER, maxResults: 100 });
  const { serviceArns = [] } = await client.send(list);
  const describe = new DescribeServicesCommand({ cluster: CLUSTER, services: serviceArns.slice(0, 10) });
  const described = await medianOf(() => client.send(describe));
  const listed = await medianOf(() => client.send(list));
  client.destroy();
  return [
    inMilliseconds('sandbox.describe-services-ms', described),
    inMilliseconds('sandbox.list-services-ms', listed),
  ];
}

/** A step is a second of a clock on which 2,000 services have nothing to do. */
async function measureIdleSteps(): Promise<number> {
  const clock = createSteppedClock({ start: new Date('2026-01-01T00:00:00Z') });
  const sandbox = await startSandbox({ scenario: 'large', clock });
  const from = performance.now();
  for (let step = 0; step < STEPS; step += 1) clock.advance(1000);
  const milliseconds = performance.now() - from;
  await sandbox.close();
  return milliseconds;
}

async function medianOf(call: () => Promise<unknown>): Promise<number> {
  const values: number[] = [];
  for (let index = 0; index < CALLS; index += 1) {
    const from = performance.now();
    await call();
    values.push(performance.now() - from);
  }
  return median(values);
}

function inMilliseconds(figure: string, value: number): Figure {
  return { figure, value: Math.round(value * 100) / 100, unit: 'ms' };
}
