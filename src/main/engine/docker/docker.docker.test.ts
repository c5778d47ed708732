import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateRepositoryCommand, PutImageTagMutabilityCommand } from '@aws-sdk/client-ecr';
import Docker from 'dockerode';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/start.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { BuildEvent, PushEvent } from '../../../shared/model/docker.ts';
import type { Aws } from '../aws/aws.ts';
import { awsAtEndpoint } from '../images/aws-at-endpoint.ts';
import { openImageCache } from '../images/image-cache.ts';
import { createImageLookup } from '../images/image-lookup.ts';
import { createDockerHandlers } from './docker-handlers.ts';

const DOCKER_HOST = process.env.SLIPWAY_TEST_DOCKER_HOST;
const run = promisify(execFile);
const quiet = { signal: new AbortController().signal, emit: () => undefined };

describe.skipIf(DOCKER_HOST === undefined)('with a real Docker Engine', () => {
  const environment = { DOCKER_HOST };
  const clock = { now: () => new Date('2026-03-04T05:06:07Z') };
  const made = new Set<string>();
  const folders: string[] = [];
  let sandbox: Sandbox;
  let aws: Aws & { close(): void };
  let scope: Scope;
  let handlers: ReturnType<typeof createDockerHandlers>;
  let docker: Docker;

  beforeAll(async () => {
    sandbox = await startSandbox({ scenario: 'empty' });
    ({ aws, scope } = await awsAtEndpoint(sandbox));
    handlers = createDockerHandlers({ aws, ports: { environment, clock } });
    docker = new Docker({ socketPath: DOCKER_HOST?.replace('unix://', '') });
  });
  afterEach(async () => {
    for (const name of made)
      await docker
        .getImage(name)
        .remove({ force: true })
        .catch(() => undefined);
    made.clear();
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
  });
  afterAll(async () => {
    aws.close();
    await sandbox.close();
  });

  /** A folder with busybox and this Dockerfile. */
  async function folderWith(dockerfile: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-docker-'));
    folders.push(folder);
    await copyFile('/bin/busybox', join(folder, 'busybox'));
    await writeFile(join(folder, 'Dockerfile'), dockerfile);
    return folder;
  }

  const DOCKERFILE = 'FROM scratch\nCOPY busybox /bin/busybox\nCMD ["/bin/busybox", "sleep", "60"]\n';

  async function build(folder: string, repository: string, tag: string, events: BuildEvent[] = []) {
    made.add(`${repository}:${tag}`);
    const emit = (event: BuildEvent) => void events.push(event);
    return handlers['docker.build'](
      { folder, dockerfile: 'Dockerfile', repository, tag },
      { ...quiet, emit },
    );
  }

  async function createRepository(repositoryName: string): Promise<string> {
    const { repository } = await aws
      .ecr(scope, 'clicked')
      .send(new CreateRepositoryCommand({ repositoryName }));
    const uri = repository?.repositoryUri ?? '';
    return uri;
  }

  it('says which engine it is and where it was found', async () => {
    expect(await handlers['docker.status']({}, quiet)).toMatchObject({
      state: 'connected',
      from: 'DOCKER_HOST',
      platform: { os: 'linux' },
    });
  });

  it('builds an image that is labelled with its commit, and lists it', async () => {
    const folder = await folderWith(DOCKERFILE);
    const git = ['-C', folder, '-c', 'user.name=Ana', '-c', 'user.email=ana@example.com'];
    await run('git', [...git, 'init', '--quiet']);
    await run('git', [...git, 'remote', 'add', 'origin', 'git@github.com:acme/web.git']);
    await run('git', [...git, 'add', '.']);
    await run('git', [...git, 'commit', '--quiet', '-m', 'first']);
    const { stdout } = await run('git', [...git, 'rev-parse', 'HEAD']);

    const events: BuildEvent[] = [];
    const built = await build(folder, 'slipway-test/built', 'one', events);

    const steps = events.filter((event) => event.kind === 'step');
    // The engine adds a step for each label.
    expect(steps.map(({ instruction }) => instruction).slice(0, 3)).toEqual([
      'FROM scratch',
      'COPY busybox /bin/busybox',
      'CMD ["/bin/busybox", "sleep", "60"]',
    ]);
    expect(steps.map(({ step }) => step)).toEqual(steps.map((_, at) => at + 1));
    expect(steps.every(({ of }) => of === steps.length)).toBe(true);
    const { Config } = await docker.getImage(built.id).inspect();
    expect(Config.Labels).toEqual({
      'org.opencontainers.image.revision': stdout.trim(),
      'org.opencontainers.image.source': 'https://github.com/acme/web',
      'org.opencontainers.image.created': '2026-03-04T05:06:07.000Z',
    });
    const images = await handlers['docker.images']({}, quiet);
    expect(images.find(({ id }) => id === built.id)?.names).toContain('slipway-test/built:one');
  });

  it('honours .dockerignore, and sends the Dockerfile all the same', async () => {
    const folder = await folderWith('FROM scratch\nCOPY . /\nCMD ["/busybox"]\n');
    await writeFile(join(folder, '.dockerignore'), '*\n!busybox\n');
    await writeFile(join(folder, 'secret'), 'hunter2');
    const { name } = await build(folder, 'slipway-test/ignored', 'one');
    const container = await docker.createContainer({ Image: name });
    const read = async (path: string): Promise<unknown> => container.infoArchive({ path });
    try {
      await expect(read('/busybox')).resolves.toBeDefined();
      await expect(read('/secret')).rejects.toMatchObject({ statusCode: 404 });
    } finally {
      await container.remove();
    }
  });

  it('names the step that fails', async () => {
    const folder = await folderWith('FROM scratch\nCOPY nothing /nothing\n');
    await expect(build(folder, 'slipway-test/failed', 'one')).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringMatching(/^Step 2 of \d+ \(COPY nothing \/nothing\) failed: .*nothing/),
    });
  });

  it('says what is wrong with a Dockerfile that cannot be read, is not there, or lies outside', async () => {
    const folder = await folderWith('NONSENSE here\n');
    await expect(build(folder, 'slipway-test/failed', 'two')).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringMatching(/unknown instruction: NONSENSE/i),
    });
    const request = { folder, repository: 'slipway-test/failed', tag: 'three' };
    await expect(handlers['docker.build']({ ...request, dockerfile: 'gone' }, quiet)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(
      handlers['docker.build']({ ...request, dockerfile: '../Dockerfile' }, quiet),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('ends a build that is cancelled', async () => {
    const folder = await folderWith(DOCKERFILE);
    const controller = new AbortController();
    const emit = () => controller.abort();
    made.add('slipway-test/cancelled:one');
    const request = { folder, dockerfile: 'Dockerfile', repository: 'slipway-test/cancelled', tag: 'one' };
    await expect(
      handlers['docker.build'](request, { signal: controller.signal, emit }),
    ).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });

  describe('docker.push', () => {
    it('pushes with progress, and finds the same image there the next time', async () => {
      const uri = await createRepository('slipway-test/pushed');
      const { name } = await build(await folderWith(DOCKERFILE), 'slipway-test/local', 'one');
      made.add(`${uri}:v1`);
      const events: PushEvent[] = [];
      const request = { ...scope, image: name, repository: 'slipway-test/pushed', tag: 'v1' };
      const emit = (event: PushEvent) => void events.push(event);
      const pushed = await handlers['docker.push'](request, { ...quiet, emit });

      expect(pushed).toMatchObject({ tag: 'v1', alreadyThere: false, image: `${uri}:v1@${pushed.digest}` });
      expect(events.at(-1)?.layers).toEqual([expect.objectContaining({ state: 'pushed' })]);

      const again: PushEvent[] = [];
      const second = await handlers['docker.push'](request, {
        ...quiet,
        emit: (event) => void again.push(event),
      });
      expect(second).toEqual({ ...pushed, alreadyThere: true });
      expect(again).toEqual([]);

      const data = await mkdtemp(join(tmpdir(), 'slipway-images-'));
      folders.push(data);
      const logger = pino({ level: 'silent' });
      const cache = openImageCache({ paths: { data }, logger });
      const facts = await createImageLookup({ aws, cache, logger }).imageFacts(
        scope,
        pushed.image,
        undefined,
        quiet.signal,
      );
      cache.close();
      expect(facts).toMatchObject({
        digest: pushed.digest,
        tags: ['v1'],
        builtAt: '2026-03-04T05:06:07.000Z',
        platforms: [{ os: 'linux' }],
      });
    });

    it('refuses to move an immutable tag, before anything is sent', async () => {
      const uri = await createRepository('slipway-test/immutable');
      const first = await build(await folderWith(DOCKERFILE), 'slipway-test/local', 'first');
      const second = await build(
        await folderWith(`${DOCKERFILE}ENV OTHER=1\n`),
        'slipway-test/local',
        'second',
      );
      made.add(`${uri}:v1`);
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
        message: expect.stringContaining('Push under another tag'),
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

    it('says which image or repository is missing', async () => {
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
        message: expect.stringContaining('no repository slipway-test/nowhere'),
      });
    });
  });
});

describe('without a Docker Engine', () => {
  const clock = { now: () => new Date() };
  const environment = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };

  it('says what to do', async () => {
    const unused = () => {
      throw new Error('AWS is not asked about the Docker Engine.');
    };
    const aws = { ecs: unused, ecr: unused, sts: unused, budget: unused };
    const handlers = createDockerHandlers({ aws, ports: { environment, clock } });
    expect(await handlers['docker.status']({}, quiet)).toEqual({
      state: 'unavailable',
      message: expect.stringContaining('Start Docker and try again'),
    });
    await expect(handlers['docker.images']({}, quiet)).rejects.toMatchObject({ code: 'DOCKER_UNAVAILABLE' });
  });
});
