import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { Deployment } from '../../../shared/model/deployment.ts';
import { awsAtEndpoint } from '../testing/aws-at-endpoint.ts';
import { openDeploymentCaches } from './deployment-cache.ts';
import { readDeployments } from './deployment-history.ts';
import { createNeverChanging } from './immutable-answers.ts';

const DESCRIBES = ['DescribeServiceDeployments', 'DescribeServiceRevisions'];

let data: string;
let sandbox: TestSandbox;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'never-changing-'));
  sandbox = await startTestSandbox({ scenario: 'demo' });
});

afterEach(async () => {
  await sandbox.close();
  await rm(data, { recursive: true });
});

/** Reads a service's deployments as a process that has just been started, with the data folder of those before. */
async function readInNewProcess(): Promise<{ deployments: readonly Deployment[]; described: number }> {
  const caches = openDeploymentCaches({ paths: { data }, logger: pino({ level: 'silent' }) });
  const { aws, scope } = await awsAtEndpoint(sandbox);
  const ecs = aws.ecs(scope, 'visible');
  const before = sandbox.calls().length;
  try {
    const read = { ecs, signal: new AbortController().signal };
    const kept = createNeverChanging(await caches.of(ecs, scope));
    const service = { ...scope, cluster: 'production', service: 'checkout' };
    const deployments = await readDeployments(read, service, kept);
    const calls = sandbox.calls().slice(before);
    return { deployments, described: calls.filter((call) => DESCRIBES.includes(call.operation)).length };
  } finally {
    caches.close();
    aws.close();
  }
}

it('ended deployments are described once, also after a restart', async () => {
  const first = await readInNewProcess();
  expect(first.deployments.length).toBeGreaterThan(1);
  expect(first.deployments.filter(({ outcome }) => outcome === 'in-progress')).toEqual([]);
  expect(first.described).toBeGreaterThan(0);
  expect(await readInNewProcess()).toEqual({ deployments: first.deployments, described: 0 });
});

it('a new sandbox with the same ARNs is read again', async () => {
  const first = await readInNewProcess();
  await sandbox.close();
  sandbox = await startTestSandbox({ scenario: 'demo' });
  const second = await readInNewProcess();
  expect(second.deployments.map(({ arn }) => arn)).toEqual(first.deployments.map(({ arn }) => arn));
  expect(second.deployments.map(({ createdAt }) => createdAt)).not.toEqual(
    first.deployments.map(({ createdAt }) => createdAt),
  );
  expect(second.described).toBe(first.described);
  expect(await readInNewProcess()).toEqual({ deployments: second.deployments, described: 0 });
});
