import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeImagesCommand,
  PutRegistryScanningConfigurationCommand,
  StartImageScanCommand,
} from '@aws-sdk/client-ecr';
import {
  CreateServiceCommand,
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../../sandbox/testing/sandbox.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import type { ComparedSide } from '../../../../shared/model/revision.ts';
import type { Aws } from '../../aws/aws.ts';
import { openImageCache } from '../../images/image-cache.ts';
import { createImageLookup } from '../../images/image-lookup.ts';
import { awsAtEndpoint } from '../../testing/aws-at-endpoint.ts';
import { openRevisionCaches } from '../cache/revision-cache.ts';
import { createRevisionHandlers } from '../revision-handlers.ts';

const logger = pino({ level: 'silent' });
const context = { signal: new AbortController().signal, emit: () => undefined };
const cleanUps: (() => unknown)[] = [];
let sandbox: TestSandbox;
let aws: Aws;
let scope: Scope;
let handlers: ReturnType<typeof createRevisionHandlers>;

beforeAll(async () => {
  const data = await mkdtemp(join(tmpdir(), 'slipway-compare-'));
  sandbox = await startTestSandbox({ scenario: 'demo' });
  const clients = await awsAtEndpoint(sandbox);
  ({ aws, scope } = clients);
  const cache = openImageCache({ paths: { data }, logger });
  const caches = openRevisionCaches({ paths: { data }, logger });
  const images = createImageLookup({ aws, cache, logger });
  handlers = createRevisionHandlers({ aws, images, caches, logger });
  cleanUps.push(
    () => rm(data, { recursive: true }),
    () => sandbox.close(),
    () => clients.aws.close(),
    () => cache.close(),
    () => caches.close(),
  );
});
afterAll(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const revision = (name: string): ComparedSide => ({ kind: 'revision', ...scope, revision: name });
const service = (cluster: string, name: string): ComparedSide => ({
  kind: 'service',
  ...scope,
  cluster,
  service: name,
});
const compare = (before: ComparedSide, after: ComparedSide) =>
  handlers['revisions.compare']({ before, after }, context);

describe('a comparison', () => {
  it('of a revision with a running service uses the digest that ECS resolved', async () => {
    const {
      titles,
      images,
      service: state,
    } = await compare(revision('checkout:27'), service('production', 'checkout'));
    expect(titles).toEqual({ before: 'checkout:27', after: 'production/checkout' });
    expect(images.find(({ container }) => container === 'app')?.after?.digest).toMatch(/^sha256:/);
    expect(state).toBeUndefined();
  });

  it('of a service in two clusters includes network and load balancers', async () => {
    const { service: state, after } = await compare(service('production', 'web'), service('staging', 'web'));
    expect(after.family).toBe('staging-web');
    const subjects = state?.differences.map(({ subject }) => subject);
    expect(subjects).toContain('load balancer');
    expect(subjects).not.toContain('network');
  });

  it('of two releases finds a change of only the network', async () => {
    const ecs = aws.ecs(scope, 'clicked');
    const described = await ecs.send(
      new DescribeServicesCommand({ cluster: 'tools', services: ['metrics'] }),
    );
    const like = described.services?.[0];
    const taskDefinition = like?.taskDefinition ?? 'checkout';
    const networkConfiguration = {
      awsvpcConfiguration: { subnets: ['subnet-a', 'subnet-b'], securityGroups: ['sg-a'] },
    };
    const place = { cluster: 'tools', launchType: 'FARGATE' as const };
    await ecs.send(
      new CreateServiceCommand({
        ...place,
        serviceName: 'moving',
        taskDefinition,
        desiredCount: 0,
        networkConfiguration,
      }),
    );
    const before = await newestServiceRevision('moving');
    const awsvpcConfiguration = { subnets: ['subnet-b', 'subnet-a'], securityGroups: ['sg-b'] };
    await ecs.send(
      new UpdateServiceCommand({
        cluster: 'tools',
        service: 'moving',
        networkConfiguration: { awsvpcConfiguration },
      }),
    );
    const after = await sandbox.clock.advanceUntil(async () => {
      const newest = await newestServiceRevision('moving');
      expect(newest).not.toBe(before);
      return newest;
    });
    const release = (arn: string): ComparedSide => ({ kind: 'service-revision', ...scope, arn });
    const { differences, service: state } = await compare(release(before), release(after));
    expect(differences).toEqual([]);
    expect(state?.differences).toEqual([
      { subject: 'network', name: 'securityGroups', kind: 'changed', before: '["sg-a"]', after: '["sg-b"]' },
    ]);
  });

  it('lists new and fixed scan findings, or why they are unknown', async () => {
    const { findings } = await compare(revision('checkout:1'), revision('checkout:28'));
    expect(findings).toEqual([
      {
        container: 'app',
        came: [],
        went: [],
        same: 0,
        problem: 'At least one of the images was not scanned.',
      },
    ]);
    const ecr = aws.ecr(scope, 'clicked');
    await ecr.send(new PutRegistryScanningConfigurationCommand({ scanType: 'BASIC', rules: [] }));
    const { images } = await compare(revision('checkout:1'), revision('checkout:28'));
    for (const side of [images[0]?.before, images[0]?.after]) {
      const imageId = { imageDigest: side?.digest };
      await ecr.send(new StartImageScanCommand({ repositoryName: 'checkout', imageId }));
      await sandbox.clock.advanceUntil(async () => {
        const wanted = { repositoryName: 'checkout', imageIds: [imageId] };
        const { imageDetails } = await ecr.send(new DescribeImagesCommand(wanted));
        expect(imageDetails?.[0]?.imageScanStatus?.status).toBe('COMPLETE');
      });
    }
    const scanned = await compare(revision('checkout:1'), revision('checkout:28'));
    expect(scanned.findings[0]?.problem).toBeUndefined();
  });

  it('says what no longer exists', async () => {
    const ecs = aws.ecs(scope, 'clicked');
    const gone = 'legacy-cart:1';
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: gone }));
    await ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: [gone] }));
    await sandbox.clock.advanceUntil(async () => {
      const comparison = compare(revision(gone), revision('legacy-cart:2'));
      await expect(comparison).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: expect.stringContaining(gone),
      });
    });
    await expect(compare(service('tools', 'nothing'), revision('legacy-cart:2'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

async function newestServiceRevision(name: string): Promise<string> {
  const ecs = aws.ecs(scope, 'clicked');
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'tools', services: [name] }));
  const arn = services?.[0]?.currentServiceRevisions?.[0]?.arn;
  if (arn === undefined) throw new Error(`${name} has no service revision.`);
  return arn;
}

describe('the use of a family', () => {
  it('names what uses each revision, and what was not checked', async () => {
    const { uses, notChecked } = await handlers['families.use'](
      { ...scope, family: 'checkout', refresh: false },
      context,
    );
    expect(
      uses.find(({ arn }) => arn.endsWith(':checkout:28') || arn.endsWith('/checkout:28'))?.reasons[0],
    ).toBe('runs in production/checkout');
    expect(notChecked).toContain('EventBridge Pipes');
  });

  it('is cached for minutes unless it is refreshed', async () => {
    const callsBefore = sandbox.calls().length;
    await handlers['families.use']({ ...scope, family: 'checkout', refresh: false }, context);
    expect(sandbox.calls().length).toBe(callsBefore);
    await handlers['families.use']({ ...scope, family: 'checkout', refresh: true }, context);
    expect(sandbox.calls().length).toBeGreaterThan(callsBefore);
  });
});
