import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreatePullThroughCacheRuleCommand, CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { Aws } from '../aws/aws.ts';
import { awsAtEndpoint } from '../testing/aws-at-endpoint.ts';
import { type ImageCache, openImageCache } from './image-cache.ts';
import { createImageHandlers } from './image-handlers.ts';
import { createImageLookup, type ImageLookup } from './image-lookup.ts';

const logger = pino({ level: 'silent' });
const signal = new AbortController().signal;
const context = { signal, emit: () => undefined };

let sandbox: TestSandbox;
let data: string;
let aws: Aws & { close(): void };
let scope: Scope;
let cache: ImageCache;
let lookup: ImageLookup;
beforeAll(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
  data = await mkdtemp(join(tmpdir(), 'slipway-images-'));
  ({ aws, scope } = await awsAtEndpoint(sandbox));
  cache = openImageCache({ paths: { data }, logger });
  lookup = createImageLookup({ aws, cache, logger });
});
afterAll(async () => {
  cache.close();
  aws.close();
  await sandbox.close();
  await rm(data, { recursive: true });
});

/** A tagged image of the scenario, with the URI of its repository. */
async function anyTaggedImage() {
  const handlers = createImageHandlers({
    aws,
    cache,
    logger,
    requireChangeable: () => undefined,
    pollIntervalMs: 10,
    clock: { now: () => new Date() },
  });
  const repositories = await handlers['repositories.list'](scope, context);
  const repository = repositories.find(({ name }) => name === 'web');
  const images = await handlers['images.list']({ ...scope, repository: 'web' }, context);
  const image = images.find(({ tags }) => tags.length > 0);
  const tag = image?.tags[0];
  if (repository === undefined || image === undefined || tag === undefined)
    throw new Error('No image to look at.');
  return { repository, images, image, tag };
}

/** Calls that a piece of work makes, by operation. */
async function countCalls(work: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> {
  const before = sandbox.calls().length;
  await work();
  const made = sandbox.calls().slice(before);
  return Object.fromEntries(
    [...Map.groupBy(made, ({ operation }) => operation)].map(([name, all]) => [name, all.length]),
  );
}

describe('images.list', () => {
  it('lists images with commit, source and platform, the newest push first', async () => {
    const { images } = await anyTaggedImage();
    const pushes = images.map(({ pushedAt = '' }) => pushedAt);
    expect(pushes).toEqual(pushes.toSorted().toReversed());
    expect(images[0]).toMatchObject({
      repository: 'web',
      commit: expect.stringMatching(/^[0-9a-f]{40}$/),
      source: expect.stringMatching(/^https:/),
      platforms: [{ os: 'linux', architecture: 'amd64' }],
      status: 'ACTIVE',
    });
  });

  it('downloads each configuration once, also after a restart', async () => {
    await anyTaggedImage();
    const reopened = openImageCache({ paths: { data }, logger });
    const handlers = createImageHandlers({
      aws,
      cache: reopened,
      logger,
      requireChangeable: () => undefined,
      pollIntervalMs: 10,
      clock: { now: () => new Date() },
    });
    const calls = await countCalls(() => handlers['images.list']({ ...scope, repository: 'web' }, context));
    expect(calls).not.toHaveProperty('GetDownloadUrlForLayer');
    reopened.close();
  });

  it('reports that a repository does not exist', async () => {
    const handlers = createImageHandlers({
      aws,
      cache,
      logger,
      requireChangeable: () => undefined,
      pollIntervalMs: 10,
      clock: { now: () => new Date() },
    });
    await expect(handlers['images.list']({ ...scope, repository: 'nowhere' }, context)).rejects.toMatchObject(
      {
        code: 'NOT_FOUND',
        message: expect.stringContaining("repository nowhere doesn't exist"),
      },
    );
  });
});

describe('createImageLookup', () => {
  it('finds an image by the URI of its repository, by tag and by digest', async () => {
    const { repository, image, tag } = await anyTaggedImage();
    expect(await lookup.imageFacts(scope, `${repository.uri}:${tag}`, undefined, signal)).toEqual(image);
    expect(await lookup.imageFacts(scope, `${repository.uri}@${image.digest}`, undefined, signal)).toEqual(
      image,
    );
    expect(await lookup.imageFacts(scope, `${repository.uri}:gone`, image.digest, signal)).toEqual(image);
    expect(await lookup.resolveTag(scope, `${repository.uri}:${tag}`, signal)).toBe(image.digest);
  });

  it('finds an image by the registry’s AWS host name, in the region of that host only', async () => {
    const { image, tag } = await anyTaggedImage();
    const inRegion = `123456789012.dkr.ecr.${sandbox.region}.amazonaws.com/web:${tag}`;
    expect(await lookup.resolveTag(scope, inRegion, signal)).toBe(image.digest);
    const elsewhere = `123456789012.dkr.ecr.eu-south-2.amazonaws.com/web:${tag}`;
    expect(await lookup.findImage(scope, elsewhere, signal)).toMatchObject({ state: 'no-repository' });
    const ofOthers = `999999999999.dkr.ecr.${sandbox.region}.amazonaws.com/web:${tag}`;
    expect(await lookup.findImage(scope, ofOthers, signal)).toEqual({ state: 'foreign' });
  });

  it('sends nothing for an image of Docker Hub', async () => {
    const calls = await countCalls(() => lookup.findImage(scope, 'nginx:1.27', signal));
    expect(calls).toEqual({});
  });

  it('distinguishes a missing image from one in another registry', async () => {
    const { repository, tag } = await anyTaggedImage();
    expect(await lookup.findImage(scope, `${repository.uri}:${tag}x`, signal)).toEqual({
      state: 'missing',
      repository: 'web',
      similarTags: expect.arrayContaining([tag]),
    });
    expect(await lookup.findImage(scope, 'ghcr.io/acme/web:1', signal)).toEqual({ state: 'foreign' });
  });

  it('distinguishes a missing repository from a foreign registry and suggests similar names', async () => {
    const { repository } = await anyTaggedImage();
    const missing = {
      state: 'no-repository',
      repository: 'wbe',
      similarRepositories: expect.arrayContaining(['web']),
    };
    const host = `123456789012.dkr.ecr.${sandbox.region}.amazonaws.com`;
    expect(await lookup.findImage(scope, `${host}/wbe:1`, signal)).toEqual(missing);
    expect(await lookup.findImage(scope, repository.uri.replace(/web$/, 'wbe:1'), signal)).toEqual(missing);
  });

  it('reports a missing repository in an account that has none', async () => {
    const empty = { ...scope, region: 'eu-west-3' };
    expect(
      await lookup.findImage(empty, '123456789012.dkr.ecr.eu-west-3.amazonaws.com/web:1', signal),
    ).toEqual({
      state: 'no-repository',
      repository: 'web',
      similarRepositories: [],
    });
    expect(
      await lookup.findImage(empty, '999999999999.dkr.ecr.eu-west-3.amazonaws.com/web:1', signal),
    ).toEqual({
      state: 'foreign',
    });
  });

  it('looks in another region where a reference names the registry of the account there', async () => {
    const host = '123456789012.dkr.ecr.eu-west-3.amazonaws.com';
    const elsewhere = { ...scope, region: 'eu-west-3' };
    await aws.ecr(elsewhere, 'visible').send(new CreateRepositoryCommand({ repositoryName: 'shop' }));
    expect(await lookup.findImage(scope, `${host}/shop:1`, signal)).toEqual({
      state: 'missing',
      repository: 'shop',
      similarTags: [],
    });
    expect(await lookup.findImage(scope, `${host}/web:1`, signal)).toMatchObject({ state: 'no-repository' });
    const foreign = '999999999999.dkr.ecr.eu-west-3.amazonaws.com';
    expect(await lookup.findImage(scope, `${foreign}/web:1`, signal)).toEqual({ state: 'foreign' });
  });

  it('knows that ECR pulls an image through a cache rule with the prefix of its repository', async () => {
    const credentialArn =
      'arn:aws:secretsmanager:us-east-1:123456789012:secret:ecr-pullthroughcache/hub-AbCdEf';
    const rule = { ecrRepositoryPrefix: 'hub', upstreamRegistryUrl: 'registry-1.docker.io', credentialArn };
    await aws.ecr(scope, 'visible').send(new CreatePullThroughCacheRuleCommand(rule));
    const host = `123456789012.dkr.ecr.${sandbox.region}.amazonaws.com`;
    expect(await lookup.findImage(scope, `${host}/hub/library/nginx:1`, signal)).toEqual({
      state: 'pulled-through',
      upstream: 'registry-1.docker.io',
    });
    expect(await lookup.findImage(scope, `${host}/hubs/nginx:1`, signal)).toMatchObject({
      state: 'no-repository',
    });
  });

  it('reads many images of a repository with one call of each kind', async () => {
    const { repository, images } = await anyTaggedImage();
    const wanted = images.map(({ digest }) => ({ reference: repository.uri, digest }));
    const calls = await countCalls(async () => {
      expect(await lookup.manyFacts(scope, wanted, signal)).toEqual(images);
    });
    expect(calls).toEqual({ BatchGetImage: 1, DescribeImages: 1 });
  });
});
