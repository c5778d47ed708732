import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateServiceCommand } from '@aws-sdk/client-ecs';
import pino from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../../sandbox/testing/sandbox.ts';
import { type Client, createClient } from '../../../../shared/client.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { createEngine } from '../../engine.ts';
import { createKnownSecrets } from '../../ports/known-secrets.ts';
import { awsAtEndpoint } from '../../testing/aws-at-endpoint.ts';

const logger = pino({ level: 'silent' });
const cleanUps: (() => unknown)[] = [];
let sandbox: TestSandbox;
let client: Client;

beforeAll(async () => {
  const data = await mkdtemp(join(tmpdir(), 'slipway-history-'));
  sandbox = await startTestSandbox({ scenario: 'demo' });
  const { endpoint, region, credentials } = sandbox;
  const engine = await createEngine({
    environment: { AWS_CONFIG_FILE: '/none', AWS_SHARED_CREDENTIALS_FILE: '/none' },
    paths: { data },
    clock: { now: () => new Date() },
    secrets: createKnownSecrets(),
    logger,
    host: { host: 'cli', version: '0' },
    accounts: [{ id: 'sandbox', name: 'sandbox', region, endpoint, credentials }],
  });
  const connection = engine.dispatcher.connect(() => undefined);
  client = createClient({
    call: (request) => connection.call(request),
    cancel: (id) => connection.cancel(id),
    onEvent: () => () => undefined,
  });
  cleanUps.push(
    () => rm(data, { recursive: true }),
    () => sandbox.close(),
    () => engine.close(),
  );
});
afterAll(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const service = (cluster: string, name: string): ServiceRef => ({
  account: 'sandbox',
  region: 'us-east-1',
  cluster,
  service: name,
});

it('the service history says who registered each release, and compares its image version with the previous one', async () => {
  const { releases } = await client.call('services.history', service('production', 'checkout'));
  expect(releases.length).toBeGreaterThan(5);
  for (const { registeredBy, images } of releases) {
    expect(registeredBy).toContain('arn:aws:');
    expect(images[0]?.after?.digest).toMatch(/^sha256:/);
  }
  const changed = releases.flatMap(({ images }) => images).find(({ change }) => change === 'changed');
  expect(changed?.after?.facts).toMatchObject({ commit: expect.any(String), sizeBytes: expect.any(Number) });
});

it('the service history does not show the current image of a moved tag where the earlier one is unknown', async () => {
  const { releases } = await client.call('services.history', service('production', 'mailer'));
  const images = releases.flatMap((release) => release.images);
  expect(images.length).toBeGreaterThan(5);
  expect(images.filter(({ after }) => after?.facts !== undefined)).toEqual([]);
  expect(new Set(images.map(({ change }) => change))).toEqual(new Set(['same-tag', 'first']));
});

it('the service history keeps why the tasks of a failed release failed', async () => {
  const pricing = service('production', 'pricing');
  const history = await sandbox.clock.advanceUntil(async () => {
    const read = await client.call('services.history', pricing);
    expect(read.releases[0]?.cause).toBeDefined();
    return read;
  });
  expect(history.releases[0]?.cause).toMatch(/^app .+\.$/);
  const again = await client.call('services.history', pricing);
  expect(again.releases[0]?.cause).toBe(history.releases[0]?.cause);
});

it('the service history includes the revisions before the first known deployment', async () => {
  const { earlier, earlierCount } = await client.call('services.history', service('production', 'checkout'));
  const deployments = await client.call('services.deployments', service('production', 'checkout'));
  const oldest = Number(deployments.at(-1)?.revision?.split(':')[1]);
  expect(earlierCount).toBe(oldest - 1);
  expect(earlier[0]?.revision.number).toBe(oldest - 1);
});

it('the service history of a service without a successful deployment is empty, without a rollback target', async () => {
  const { aws, scope } = await awsAtEndpoint(sandbox);
  cleanUps.push(() => aws.close());
  await aws.ecs(scope, 'clicked').send(
    new CreateServiceCommand({
      cluster: 'tools',
      serviceName: 'young',
      taskDefinition: 'legacy-cart:1',
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'] } },
    }),
  );
  const young = service('tools', 'young');
  const deployments = await client.call('services.deployments', young);
  expect(deployments.some(({ isRollbackTarget }) => isRollbackTarget)).toBe(false);
  const { releases, earlier } = await client.call('services.history', young);
  expect(releases[0]?.images[0]?.change).toBe('first');
  expect(earlier).toEqual([]);
});
