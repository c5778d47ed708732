import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import type { BuildEvent } from '../../../shared/model/docker.ts';
import { createKnownSecrets } from '../ports/known-secrets.ts';
import { createTestImages, SMALL_DOCKERFILE, TEST_DOCKER_HOST } from '../testing/docker-images.ts';
import { createDockerHandlers } from './docker-handlers.ts';

const run = promisify(execFile);
const quiet = { signal: new AbortController().signal, emit: () => undefined };
let now = new Date('2026-03-04T05:06:07Z');
const clock = { now: () => now };

const noAws = () => {
  throw new Error('AWS is not asked about the Docker Engine.');
};
const aws = {
  ecs: noAws,
  ecsUntil: noAws,
  ecr: noAws,
  sts: noAws,
  logs: noAws,
  elb: noAws,
  alarms: noAws,
  scaling: noAws,
  iam: noAws,
  secrets: noAws,
  parameters: noAws,
  keys: noAws,
  codeDeploy: noAws,
  agentFor: noAws,
  eventRules: noAws,
  schedules: noAws,
  stateMachines: noAws,
  stacks: noAws,
  objects: noAws,
  expiresAt: () => undefined,
  rolesOf: noAws,
  asksForCode: noAws,
  mayAsk: noAws,
  renewSignIn: noAws,
  dynamodb: noAws,
  signIn: noAws,
  budget: noAws,
  refusedCalls: noAws,
};

describe.skipIf(TEST_DOCKER_HOST === undefined)('with a real Docker Engine', () => {
  const images = createTestImages();
  afterEach(() => images.removeAll());
  const environment = { DOCKER_HOST: TEST_DOCKER_HOST };
  const sources: (readonly string[])[] = [];
  const handlers = createDockerHandlers({
    requireChangeable: () => undefined,
    aws,
    onSource: (...source) => void sources.push(source),
    ports: { environment, clock, logger: pino({ level: 'silent' }), secrets: createKnownSecrets() },
  });

  async function build(folder: string, repository: string, tag: string, events: BuildEvent[] = []) {
    images.willMake(`${repository}:${tag}`);
    const emit = (event: BuildEvent) => void events.push(event);
    return handlers['docker.build'](
      { folder, dockerfile: 'Dockerfile', repository, tag },
      { ...quiet, emit },
    );
  }

  it('says which engine it is and where it was found', async () => {
    expect(await handlers['docker.status']({}, quiet)).toMatchObject({
      state: 'connected',
      from: 'DOCKER_HOST',
      platform: { os: 'linux' },
    });
  });

  it('builds an image that is labelled with its commit, and lists it', async () => {
    const folder = await images.folderWith(SMALL_DOCKERFILE);
    const git = ['-C', folder, '-c', 'user.name=Ana', '-c', 'user.email=ana@example.com'];
    await run('git', [...git, 'init', '--quiet']);
    await run('git', [...git, 'remote', 'add', 'origin', 'git@github.com:acme/web.git']);
    await run('git', [...git, 'add', '.']);
    const env = { ...process.env, GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z' };
    await run('git', [...git, 'commit', '--quiet', '-m', 'first'], { env });
    const { stdout } = await run('git', [...git, 'rev-parse', 'HEAD']);

    const events: BuildEvent[] = [];
    const built = await build(folder, 'slipway-test/built', 'one', events);

    const sent = events.filter((event) => event.kind === 'context').at(-1);
    expect(sent?.bytes, 'busybox is sent').toBeGreaterThan(1_000_000);
    expect(events.findLastIndex((event) => event.kind === 'context')).toBeLessThan(
      events.findIndex((event) => event.kind === 'step'),
    );
    const steps = events.filter((event) => event.kind === 'step');
    // The engine adds a step for each label.
    expect(steps.map(({ instruction }) => instruction).slice(0, 3)).toEqual([
      'FROM scratch',
      'COPY busybox /bin/busybox',
      'CMD ["/bin/busybox", "sleep", "60"]',
    ]);
    expect(steps.map(({ step }) => step)).toEqual(steps.map((_, at) => at + 1));
    expect(steps.every(({ of }) => of === steps.length)).toBe(true);
    const { Config } = await images.docker.getImage(built.id).inspect();
    expect(Config.Labels).toEqual({
      'org.opencontainers.image.revision': stdout.trim(),
      'org.opencontainers.image.source': 'https://github.com/acme/web',
      'org.opencontainers.image.created': '2026-01-02T03:04:05.000Z',
    });
    expect(sources, 'the folder is a clone of its source').toEqual([['https://github.com/acme/web', folder]]);
    const listed = await handlers['docker.images']({}, quiet);
    expect(listed.find(({ id }) => id === built.id)?.names).toContain('slipway-test/built:one');

    now = new Date('2026-03-05T00:00:00Z');
    const again = await build(folder, 'slipway-test/built', 'two');
    expect(again.id, 'the same clean commit is the same image on another day').toBe(built.id);
    await writeFile(join(folder, 'uncommitted'), '');
    const dirty = await build(folder, 'slipway-test/built', 'three');
    expect((await images.docker.getImage(dirty.id).inspect()).Config.Labels).toMatchObject({
      'org.opencontainers.image.created': '2026-03-05T00:00:00.000Z',
      'org.opencontainers.image.revision': `${stdout.trim()}-dirty`,
    });
  });

  it('applies .dockerignore, but always sends the Dockerfile', async () => {
    const folder = await images.folderWith('FROM scratch\nCOPY . /\nCMD ["/busybox"]\n');
    await writeFile(join(folder, '.dockerignore'), '*\n!busybox\n');
    await writeFile(join(folder, 'secret'), 'hunter2');
    const { name } = await build(folder, 'slipway-test/ignored', 'one');
    const container = await images.docker.createContainer({ Image: name });
    const read = async (path: string): Promise<unknown> => container.infoArchive({ path });
    try {
      await expect(read('/busybox')).resolves.toBeDefined();
      await expect(read('/secret')).rejects.toMatchObject({ statusCode: 404 });
    } finally {
      await container.remove();
    }
  });

  it('names the step that fails', async () => {
    const folder = await images.folderWith('FROM scratch\nCOPY nothing /nothing\n');
    await expect(build(folder, 'slipway-test/failed', 'one')).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringMatching(/^Step 2 of \d+ \(COPY nothing \/nothing\) failed: .*nothing/),
    });
  });

  it('reports a Dockerfile that cannot be read, does not exist, or is outside the folder', async () => {
    const folder = await images.folderWith('NONSENSE here\n');
    await expect(build(folder, 'slipway-test/failed', 'two')).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringMatching(
        /unknown instruction: NONSENSE.* Correct Dockerfile and build again\.$/i,
      ),
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
    const folder = await images.folderWith(SMALL_DOCKERFILE);
    const controller = new AbortController();
    const emit = () => controller.abort();
    images.willMake('slipway-test/cancelled:one');
    const request = { folder, dockerfile: 'Dockerfile', repository: 'slipway-test/cancelled', tag: 'one' };
    await expect(
      handlers['docker.build'](request, { signal: controller.signal, emit }),
    ).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});

describe('without a Docker Engine', () => {
  it('says what to do', async () => {
    const environment = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
    const handlers = createDockerHandlers({
      requireChangeable: () => undefined,
      aws,
      onSource: () => undefined,
      ports: { environment, clock, logger: pino({ level: 'silent' }), secrets: createKnownSecrets() },
    });
    expect(await handlers['docker.status']({}, quiet)).toEqual({
      state: 'unavailable',
      message: expect.stringContaining('Start Docker and try again'),
    });
    await expect(handlers['docker.images']({}, quiet)).rejects.toMatchObject({ code: 'DOCKER_UNAVAILABLE' });
  });
});
