import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
} from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import { z } from 'zod';
import { type Sandbox, startSandbox } from '../src/sandbox/start.ts';
import type { Figure } from './figure.ts';

const SERVICE = { cluster: 'production', service: 'web' };
const LOG_GROUP = '/ecs/web';
const LINES_A_SECOND = 2_000;
const BATCHES_A_SECOND = 10;
const FOLLOWED_S = Number(process.env.SLIPWAY_BENCH_LOGS_S ?? 120);
/** By then what is loaded once is loaded. */
const WARM_S = Math.min(90, FOLLOWED_S / 2);
/** A live tail of the sandbox has a second of its own. */
const OWN_MS = 1_000;
const MB = 1024 * 1024;

const Memory = z.object({ rss: z.number(), heapUsed: z.number() });
/** Memory is asked for as often as this, and printed. */
const SAMPLED_S = 30;
const Seen = z.object({
  lines: z.number(),
  repeated: z.number(),
  firstEventMs: z.number(),
  medianMs: z.number(),
  p95Ms: z.number(),
});

/**
 * 2,000 lines a second of one service, followed by an engine in a process of its own under the request limits and the latency of
 * AWS. SLIPWAY_BENCH_LOGS_S: for how many seconds.
 */
export async function run(): Promise<readonly Figure[]> {
  const data = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const sandbox = await startSandbox({ scenario: 'demo', profile: 'aws', speed: 1 });
  const streams = await streamsOf(sandbox);
  const follower = await startFollower(sandbox, data);
  try {
    const writing = createWriting(sandbox, streams);
    let warm: z.infer<typeof Memory> | undefined;
    for (let second = 0; second < FOLLOWED_S; second += 1) {
      const isWarm = second >= WARM_S && warm === undefined;
      if (isWarm || second % SAMPLED_S === 0) {
        const memory = await ask(follower, 'rss', Memory);
        if (isWarm) warm = memory;
        process.stderr.write(
          `${second} s: ${inMB(memory.rss)} MB, ${inMB(memory.heapUsed)} MB of them in use\n`,
        );
      }
      await writing.second();
    }
    const { rss, heapUsed } = await ask(follower, 'rss', Memory);
    const growth = (now: number, before = Number.NaN): number => inMB(now - before);
    await wait(20_000);
    const { lines, repeated, firstEventMs, medianMs, p95Ms } = await ask(follower, 'end', Seen);
    return [
      { figure: 'logs.lines', value: writing.count(), unit: 'lines' },
      { figure: 'logs.lost-lines', value: writing.count() - lines, unit: 'lines' },
      { figure: 'logs.repeated-lines', value: repeated, unit: 'lines' },
      { figure: 'logs.first-event-ms', value: Math.round(firstEventMs), unit: 'ms' },
      { figure: 'logs.lag-median-ms', value: medianMs, unit: 'ms' },
      { figure: 'logs.lag-ms', value: Math.max(0, p95Ms - OWN_MS), unit: 'ms' },
      { figure: 'logs.rss-growth-mb', value: growth(rss, warm?.rss), unit: 'MB' },
      { figure: 'logs.used-growth-mb', value: growth(heapUsed, warm?.heapUsed), unit: 'MB' },
      { figure: 'logs.rss-mb', value: Math.round(rss / MB), unit: 'MB' },
    ];
  } finally {
    follower.disconnect();
    await sandbox.close();
    rmSync(data, { recursive: true, force: true });
  }
}

function inMB(bytes: number): number {
  return Number((bytes / MB).toFixed(1));
}

async function startFollower(sandbox: Sandbox, data: string): Promise<ChildProcess> {
  const { endpoint, region, credentials } = sandbox;
  const input = { account: 'sandbox', region, ...SERVICE, since: new Date().toISOString(), follow: true };
  const follower = fork(
    join(import.meta.dirname, 'log-follower.ts'),
    [JSON.stringify({ data, account: { endpoint, region, credentials }, input })],
    { execArgv: ['--expose-gc'] },
  );
  await once(follower, 'message');
  return follower;
}

async function ask<T>(follower: ChildProcess, question: string, schema: z.ZodType<T>): Promise<T> {
  const answer = new Promise<unknown>((resolve) => {
    follower.once('message', resolve);
  });
  follower.send(question);
  return schema.parse(await answer);
}

async function streamsOf({ endpoint, region, credentials }: Sandbox): Promise<readonly string[]> {
  const ecs = new ECSClient({ endpoint, region, credentials });
  const { cluster, service: serviceName } = SERVICE;
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, serviceName }));
  ecs.destroy();
  const streams = taskArns.map((arn) => `ecs/app/${arn.slice(arn.lastIndexOf('/') + 1)}`);
  const logs = new CloudWatchLogsClient({ endpoint, region, credentials });
  await createUnlessThere(logs.send(new CreateLogGroupCommand({ logGroupName: LOG_GROUP })));
  for (const logStreamName of streams) {
    const command = new CreateLogStreamCommand({ logGroupName: LOG_GROUP, logStreamName });
    await createUnlessThere(logs.send(command));
  }
  logs.destroy();
  return streams;
}

async function createUnlessThere(creation: Promise<unknown>): Promise<void> {
  await creation.catch((error: unknown) => {
    if (!(error instanceof ResourceAlreadyExistsException)) throw error;
  });
}

interface Writing {
  /** Writes for a second. */
  readonly second: () => Promise<void>;
  readonly count: () => number;
}

function createWriting({ endpoint, region, credentials }: Sandbox, streams: readonly string[]): Writing {
  const logs = new CloudWatchLogsClient({ endpoint, region, credentials });
  const padding = 'x'.repeat(100);
  let written = 0;
  let batches = 0;

  async function batch(): Promise<void> {
    const logStreamName = streams[batches % streams.length] ?? '';
    batches += 1;
    const logEvents = Array.from({ length: LINES_A_SECOND / BATCHES_A_SECOND }, () => {
      written += 1;
      const timestamp = Date.now();
      return { timestamp, message: `line ${written} ${timestamp} ${padding}` };
    });
    await logs.send(new PutLogEventsCommand({ logGroupName: LOG_GROUP, logStreamName, logEvents }));
  }

  return {
    count: () => written,
    async second() {
      const started = performance.now();
      const sent: Promise<void>[] = [];
      for (let index = 0; index < BATCHES_A_SECOND; index += 1) {
        sent.push(batch());
        await wait(Math.max(0, started + ((index + 1) * 1000) / BATCHES_A_SECOND - performance.now()));
      }
      await Promise.all(sent);
    },
  };
}
