import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
} from '@aws-sdk/client-ecr';
import { CreateClusterCommand, ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { expect, it, vi } from 'vitest';
import { startSandbox } from './start.ts';
import { createSteppedClock } from './testing/stepped-clock.ts';

it('the sandbox serves every service at one address, in the time of its clock', async () => {
  const clock = createSteppedClock({ start: new Date('2026-01-01T00:00:00Z') });
  const sandbox = await startSandbox({ scenario: 'empty', clock });
  const { endpoint, credentials, region } = sandbox;
  const config = { endpoint, credentials, region };

  clock.advance(60_000);
  await new ECSClient(config).send(new CreateClusterCommand({ clusterName: 'production' }));
  const ecr = new ECRClient(config);
  const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName: 'web' }));
  expect(repository).toMatchObject({
    repositoryUri: `${new URL(endpoint).host}/web`,
    createdAt: new Date('2026-01-01T00:01:00Z'),
  });

  const elsewhere = new ECSClient({ ...config, region: 'eu-central-1' });
  expect((await elsewhere.send(new ListClustersCommand({}))).clusterArns).toEqual([]);
  expect(sandbox.calls().map((call) => `${call.service} ${call.operation} ${call.region}`)).toEqual([
    'ECS CreateCluster us-east-1',
    'ECR CreateRepository us-east-1',
    'ECS ListClusters eu-central-1',
  ]);
  await sandbox.close();
});

it('the sandbox leaves nothing behind when it is closed, even within a request', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-close-'));
  vi.stubEnv('TMPDIR', folder);
  const sandbox = await startSandbox({ scenario: 'empty' });
  vi.unstubAllEnvs();
  expect(await readdir(folder)).toHaveLength(1);

  const socket = connect(Number(new URL(sandbox.endpoint).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{');
  // Ended by the sandbox, politely or with a reset.
  socket.on('error', () => undefined);
  const ended = new Promise((resolve) => socket.on('close', resolve));
  await Promise.all([ended, sandbox.close()]);
  expect(await readdir(folder)).toEqual([]);
  await expect(fetch(sandbox.endpoint)).rejects.toThrow('fetch failed');
  await rm(folder, { recursive: true });
});

const ALARM = {
  AlarmName: 'mine',
  Namespace: 'Shop',
  MetricName: '5xx',
  Threshold: 1,
  EvaluationPeriods: 1,
  ComparisonOperator: 'GreaterThanThreshold',
} as const;

it('the sandbox continues where it was when it restarts with its data folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-again-'));
  const runOnce = async <T>(use: (config: object) => Promise<T>): Promise<T> => {
    const sandbox = await startSandbox({ scenario: 'demo', dataFolder: folder });
    const { endpoint, credentials, region } = sandbox;
    const result = await use({ endpoint, credentials, region });
    await sandbox.close();
    return result;
  };
  const imagesOf = async (config: object) => {
    const { imageDetails } = await new ECRClient(config).send(
      new DescribeImagesCommand({ repositoryName: 'checkout' }),
    );
    return imageDetails?.map(({ imageDigest, imageTags }) => `${imageDigest} ${imageTags?.join()}`);
  };

  const before = await runOnce(async (config) => {
    await new ECSClient(config).send(new CreateClusterCommand({ clusterName: 'mine' }));
    await new ECRClient(config).send(new CreateRepositoryCommand({ repositoryName: 'mine' }));
    await new CloudWatchClient(config).send(new PutMetricAlarmCommand(ALARM));
    const logGroupName = '/mine';
    const stream = { logGroupName, logStreamName: 'app/1' };
    const logs = new CloudWatchLogsClient(config);
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await logs.send(new CreateLogStreamCommand(stream));
    await logs.send(
      new PutLogEventsCommand({ ...stream, logEvents: [{ timestamp: Date.now(), message: 'kept' }] }),
    );
    return imagesOf(config);
  });
  await runOnce(async (config) => {
    const { clusterArns = [] } = await new ECSClient(config).send(new ListClustersCommand({}));
    expect(new Set(clusterArns.map((arn) => arn.split('/').at(-1)))).toEqual(
      new Set(['mine', 'production', 'staging', 'tools']),
    );
    const { repositories = [] } = await new ECRClient(config).send(new DescribeRepositoriesCommand({}));
    expect(repositories.map(({ repositoryName }) => repositoryName)).toContain('mine');
    expect(await imagesOf(config)).toEqual(before);
    const { MetricAlarms } = await new CloudWatchClient(config).send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms?.map(({ AlarmName }) => AlarmName)).toEqual(['mine']);
    const elsewhere = new CloudWatchClient({ ...config, region: 'eu-central-1' });
    expect((await elsewhere.send(new DescribeAlarmsCommand({}))).MetricAlarms).toEqual([]);
    const { events } = await new CloudWatchLogsClient(config).send(
      new FilterLogEventsCommand({ logGroupName: '/mine' }),
    );
    expect(events?.map(({ message }) => message)).toEqual(['kept']);
  });
  await rm(folder, { recursive: true });
});

it('the sandbox keeps the port of its data folder, because its images are named with it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-port-'));
  // Below the ports that other tests get by chance.
  const port = 20_000 + (process.pid % 1_000);
  const first = await startSandbox({ scenario: 'empty', dataFolder: folder, port });
  await first.close();
  const again = await startSandbox({ scenario: 'empty', dataFolder: folder });
  expect(again.endpoint).toBe(first.endpoint);
  await again.close();

  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  const elsewhere = await startSandbox({ scenario: 'empty', dataFolder: folder });
  expect(elsewhere.endpoint).not.toBe(first.endpoint);
  await elsewhere.close();
  other.close();
  await rm(folder, { recursive: true });
});
