import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { SCENARIO_LOADERS } from '../../../sandbox/scenarios/scenarios.ts';
import { run } from '../testing/run.ts';

/** Runs `slipway sandbox`, uses its address, and interrupts it. */
async function whileRunning<T>(args: readonly string[], use: (endpoint: string) => Promise<T>) {
  const interrupt = new AbortController();
  const started = Promise.withResolvers<string>();
  const ran = run(['sandbox', ...args], {
    interrupt: interrupt.signal,
    onOut: (text) => started.resolve(text.trim()),
  });
  ran.then(({ err }) => started.reject(new Error(err)), started.reject);
  try {
    const used = await use(await started.promise);
    interrupt.abort();
    return { used, ...(await ran) };
  } finally {
    interrupt.abort();
  }
}

async function clustersAt(endpoint: string): Promise<readonly string[]> {
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  const ecs = new ECSClient({ endpoint, region: 'us-east-1', credentials });
  const { clusterArns = [] } = await ecs.send(new ListClustersCommand({}));
  ecs.destroy();
  return clusterArns.map((arn) => arn.split('/').at(-1) ?? '');
}

/** A line about a request in the log of production/web. */
async function requestLineAt(endpoint: string): Promise<string | undefined> {
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  const logs = new CloudWatchLogsClient({ endpoint, region: 'us-east-1', credentials });
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePattern: 'web' }));
  const logGroupName = logGroups[0]?.logGroupName;
  const { events = [] } = await logs.send(
    new FilterLogEventsCommand({ logGroupName, filterPattern: 'trace' }),
  );
  logs.destroy();
  return events[0]?.message;
}

async function accountAt(endpoint: string): Promise<string | undefined> {
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  const sts = new STSClient({ endpoint, region: 'us-east-1', credentials });
  const { Account } = await sts.send(new GetCallerIdentityCommand({}));
  sts.destroy();
  return Account;
}

describe('slipway sandbox', () => {
  it('prints its address, answers other tools there, and ends with 0 when it is interrupted', async () => {
    const { used, code, out, err } = await whileRunning(['--scenario', 'empty'], clustersAt);
    expect({ used, code, err }).toEqual({ used: ['default'], code: 0, err: '' });
    expect(out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/);
    await expect(clustersAt(out.trim())).rejects.toThrow('ECONNREFUSED');
  });

  it('has containers that write about the requests that they serve', async () => {
    const { used } = await whileRunning([], requestLineAt);
    expect(used).toContain('trace=');
  });

  it('continues in a folder where the last one ended', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-sandbox-verb-'));
    const args = ['--data', join(folder, 'kept')];
    const first = await whileRunning([...args, '--scenario', 'demo'], clustersAt);
    const next = await whileRunning([...args, '--scenario', 'demo'], clustersAt);
    expect(next.used).toEqual(first.used);
    expect(next.used).toContain('production');
    await rm(folder, { recursive: true });
  });

  it('is the account of a number, which its folder keeps', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-sandbox-verb-'));
    const data = ['--scenario', 'empty', '--data', folder];
    const first = await whileRunning([...data, '--account', '210987654321'], accountAt);
    const next = await whileRunning(data, accountAt);
    expect([first.used, next.used]).toEqual(['210987654321', '210987654321']);
    const other = await run(['sandbox', ...data, '--account', '111122223333']);
    expect(other.code).not.toBe(0);
    expect(other.err).toContain(`${folder} holds the account 210987654321.`);
    await rm(folder, { recursive: true });
  });

  it.each([
    [['--account', '12345'], 'Give the 12 digits of an account.'],
    [['--port', '65536'], 'Give a whole number from 0 to 65535.'],
    [['--speed', '0'], 'Give a number above 0.'],
    [['--scenario', 'chaos'], 'Allowed choices are demo, incident, large, express, declared, empty.'],
  ])('refuses %j', async (args, sentence) => {
    const { code, out, err } = await run(['sandbox', ...args]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(sentence);
  });

  it('offers every scenario', async () => {
    const { out } = await run(['sandbox', '--help']);
    for (const scenario of Object.keys(SCENARIO_LOADERS)) expect(out).toContain(`"${scenario}"`);
  });

  it('says that its port is taken', async () => {
    const server = createServer();
    const listening = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', listening.resolve);
    await listening.promise;
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const { code, err } = await run(['sandbox', '--port', String(port), '--scenario', 'empty']);
    server.close();
    expect(code).not.toBe(0);
    expect(err).toContain(`Port ${port} of 127.0.0.1 is in use.`);
  });
});
