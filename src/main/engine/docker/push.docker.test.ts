import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRepositoryCommand, PutImageTagMutabilityCommand } from '@aws-sdk/client-ecr';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/start.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { PushEvent } from '../../../shared/model/docker.ts';
import type { Aws } from '../aws/aws.ts';
import { openImageCache } from '../images/image-cache.ts';
import { createImageLookup } from '../images/image-lookup.ts';
import { createKnownSecrets } from '../ports/known-secrets.ts';
import { awsAtEndpoint } from '../testing/aws-at-endpoint.ts';
import { createTestImages, SMALL_DOCKERFILE, TEST_DOCKER_HOST } from '../testing/docker-images.ts';
import { createDockerHandlers } from './docker-handlers.ts';

const quiet = { signal: new AbortController().signal, emit: () => undefined };
const environment = { DOCKER_HOST: TEST_DOCKER_HOST };
const clock = { now: () => new Date('2026-03-04T05:06:07Z') };

describe.skipIf(TEST_DOCKER_HOST === undefined)('docker.push', () => {
  const images = createTestImages();
  const servers: Server[] = [];
  let sandbox: Sandbox;
  let aws: Aws & { close(): void };
  let scope: Scope;
  let handlers: ReturnType<typeof createDockerHandlers>;

  beforeAll(async () => {
    sandbox = await startSandbox({ scenario: 'empty' });
    ({ aws, scope } = await awsAtEndpoint(sandbox));
    handlers = createDockerHandlers({
      requireChangeable: () => undefined,
      onSource: () => undefined,
      aws,
      ports: { environment, clock, logger: pino({ level: 'silent' }), secrets: createKnownSecrets() },
    });
  });
  afterEach(() => images.removeAll());
  afterAll(async () => {
    for (const server of servers) server.close();
    aws.close();
    await sandbox.close();
  });

  async function build(folder: string, repository: string, tag: string) {
    images.willMake(`${repository}:${tag}`);
    return handlers['docker.build']({ folder, dockerfile: 'Dockerfile', repository, tag }, quiet);
  }

  async function createRepository(repositoryName: string): Promise<string> {
    const command = new CreateRepositoryCommand({ repositoryName });
    const { repository } = await aws.ecr(scope, 'clicked').send(command);
    return repository?.repositoryUri ?? '';
  }

  /** An ECR whose registry takes no login at all. */
  async function registryThatRefuses(calls: string[]) {
    const server = createServer((request, response) => {
      const operation = request.headers['x-amz-target']?.toString().split('.').at(-1);
      if (operation === undefined) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end();
        return;
      }
      calls.push(operation);
      const repository = { repositoryName: 'refused', repositoryUri: uri };
      const login = { authorizationToken: btoa('AWS:hunter2'), proxyEndpoint: endpoint };
      const body = { repositories: [repository], authorizationData: [login], images: [] };
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    });
    const listening = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', listening.resolve);
    await listening.promise;
    servers.push(server);
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port.');
    const endpoint = `http://127.0.0.1:${address.port}`;
    const uri = `127.0.0.1:${address.port}/refused`;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    return { clients: await awsAtEndpoint({ endpoint, region: 'us-east-1', credentials }), uri };
  }

  it('pushes with progress, and finds the image in the registry the next time', async () => {
    const uri = await createRepository('slipway-test/pushed');
    const { name } = await build(await images.folderWith(SMALL_DOCKERFILE), 'slipway-test/local', 'one');
    images.willMake(`${uri}:v1`);
    const events: PushEvent[] = [];
    const request = { ...scope, image: name, repository: 'slipway-test/pushed', tag: 'v1' };
    const emit = (event: PushEvent) => void events.push(event);
    const pushed = await handlers['docker.push'](request, { ...quiet, emit });

    expect(pushed).toMatchObject({ tag: 'v1', alreadyThere: false, image: `${uri}:v1@${pushed.digest}` });
    expect(events.at(-1)?.layers).toEqual([expect.objectContaining({ state: 'pushed' })]);
    // The size is known before the first byte is sent.
    expect(events[0]?.sentBytes).toBe(0);
    expect(events[0]?.totalBytes).toBeGreaterThan(100_000);
    expect(events.at(-1)?.sentBytes).toBe(events.at(-1)?.totalBytes);

    const again: PushEvent[] = [];
    const second = await handlers['docker.push'](request, {
      ...quiet,
      emit: (event) => void again.push(event),
    });
    expect(second).toEqual({ ...pushed, alreadyThere: true });
    expect(again).toEqual([]);

    const data = await mkdtemp(join(tmpdir(), 'slipway-images-'));
    const logger = pino({ level: 'silent' });
    const cache = openImageCache({ paths: { data }, logger });
    const facts = await createImageLookup({ aws, cache, logger }).imageFacts(
      scope,
      pushed.image,
      undefined,
      quiet.signal,
    );
    cache.close();
    await rm(data, { recursive: true });
    expect(facts).toMatchObject({
      digest: pushed.digest,
      tags: ['v1'],
      builtAt: '2026-03-04T05:06:07.000Z',
      platforms: [{ os: 'linux' }],
    });
  });

  it('refuses to move an immutable tag, before anything is sent', async () => {
    const uri = await createRepository('slipway-test/immutable');
    const first = await build(await images.folderWith(SMALL_DOCKERFILE), 'slipway-test/local', 'first');
    const second = await build(
      await images.folderWith(`${SMALL_DOCKERFILE}ENV OTHER=1\n`),
      'slipway-test/local',
      'second',
    );
    images.willMake(`${uri}:v1`);
    const target = { ...scope, repository: 'slipway-test/immutable', tag: 'v1' };
    await handlers['docker.push']({ ...target, image: first.name }, quiet);
    const immutable = new PutImageTagMutabilityCommand({
      repositoryName: 'slipway-test/immutable',
      imageTagMutability: 'IMMUTABLE',
    });
    await aws.ecr(scope, 'clicked').send(immutable);

    const before = sandbox.calls().length;
    await expect(handlers['docker.push']({ ...target, image: second.name }, quiet)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('Choose a tag that is free: v1-2.'),
    });
    expect(
      sandbox
        .calls()
        .slice(before)
        .map(({ operation }) => operation),
    ).not.toContain('GetAuthorizationToken');
    const same = await handlers['docker.push']({ ...target, image: first.name }, quiet);
    expect(same.alreadyThere).toBe(true);
  });

  it('requests one new login when the registry refuses the first, and then reports its answer', async () => {
    const calls: string[] = [];
    const { clients, uri } = await registryThatRefuses(calls);
    const { name } = await build(await images.folderWith(SMALL_DOCKERFILE), 'slipway-test/local', 'refused');
    images.willMake(`${uri}:v1`);
    const refused = createDockerHandlers({
      requireChangeable: () => undefined,
      onSource: () => undefined,
      aws: clients.aws,
      ports: { environment, clock, logger: pino({ level: 'silent' }), secrets: createKnownSecrets() },
    });
    const request = { ...clients.scope, image: name, repository: 'refused', tag: 'v1' };
    const failure: unknown = await refused['docker.push'](request, quiet).catch((error: unknown) => error);
    clients.aws.close();

    expect(failure).toMatchObject({
      code: 'REGISTRY_REFUSED',
      message: expect.stringContaining('The registry refused'),
    });
    expect(String(failure)).not.toContain('hunter2');
    expect(calls.filter((operation) => operation === 'GetAuthorizationToken')).toHaveLength(2);
  });

  it('names the missing image or repository', async () => {
    await createRepository('slipway-test/empty');
    const target = { ...scope, repository: 'slipway-test/empty', tag: 'v1' };
    await expect(
      handlers['docker.push']({ ...target, image: 'slipway-test/gone:1' }, quiet),
    ).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('no image slipway-test/gone:1'),
    });
    const elsewhere = { ...target, repository: 'slipway-test/nowhere', image: 'x' };
    await expect(handlers['docker.push'](elsewhere, quiet)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining("repository slipway-test/nowhere doesn't exist"),
    });
  });
});
