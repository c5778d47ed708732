import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text as readText } from 'node:stream/consumers';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestRegistry, type TestRegistry } from '../../../sandbox/testing/registry.ts';
import type { BuildEvent } from '../../../shared/model/docker.ts';
import { createKnownSecrets } from '../ports/known-secrets.ts';
import { awsAtEndpoint } from '../testing/aws-at-endpoint.ts';
import { createTestImages, SMALL_DOCKERFILE, TEST_DOCKER_HOST } from '../testing/docker-images.ts';
import { createDockerHandlers } from './docker-handlers.ts';

const clock = { now: () => new Date('2026-03-04T05:06:07Z') };
/** The command lines that may be installed; up to 22 they build with BuildKit by themselves. */
const CLIENT = ['/usr/bin/docker', '/usr/local/bin/docker'].find(canUseBuildKit);

function canUseBuildKit(file: string): boolean {
  if (!existsSync(file)) return false;
  const major = Number(/version (\d+)/.exec(execFileSync(file, ['--version'], { encoding: 'utf8' }))?.[1]);
  if (major < 23) return true;
  try {
    execFileSync(file, ['buildx', 'version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const NPM_TOKEN = 'value-of-the-variable';
const SECRET_PARTS = ['first-line-of-the-file', 'and-its-second', NPM_TOKEN];

const BUILDKIT_DOCKERFILE = `${SMALL_DOCKERFILE}COPY --chmod=755 busybox /second\n`;

describe.skipIf(TEST_DOCKER_HOST === undefined)('with a real Docker Engine', () => {
  const images = createTestImages();
  const secrets = createKnownSecrets();
  let folder: string;
  let registry: TestRegistry;
  let handlers: ReturnType<typeof createDockerHandlers>;
  let closeAws: () => void;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-client-'));
    if (CLIENT !== undefined) await symlink(CLIENT, join(folder, 'docker'));
    registry = await startTestRegistry([{ repositoryName: 'base' }]);
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const { aws } = await awsAtEndpoint({ endpoint: registry.endpoint, region: 'us-east-1', credentials });
    closeAws = () => aws.close();
    handlers = handlersWith(`${folder}:/bin:/usr/bin`, aws);
  });
  afterEach(() => images.removeAll());
  afterAll(async () => {
    closeAws();
    await registry.close();
    await rm(folder, { recursive: true });
  });

  function handlersWith(PATH: string, aws: Parameters<typeof createDockerHandlers>[0]['aws']) {
    const environment = {
      DOCKER_HOST: TEST_DOCKER_HOST,
      PATH,
      HOME: folder,
      DOCKER_CONFIG: folder,
      NPM_TOKEN,
    };
    const ports = { environment, clock, logger: pino({ level: 'silent' }), secrets };
    return createDockerHandlers({
      aws,
      ports,
      requireChangeable: () => undefined,
      onSource: () => undefined,
    });
  }

  async function build(dockerfile: string, more: object = {}, events: BuildEvent[] = []) {
    const repository = 'slipway-test/buildkit';
    images.willMake(`${repository}:1`);
    images.willMake(`${repository}:1.0.0`);
    const request = {
      folder: await images.folderWith(dockerfile),
      dockerfile: 'Dockerfile',
      repository,
      tag: '1',
    };
    const signal = new AbortController().signal;
    const emit = (event: BuildEvent) => void events.push(event);
    return handlers['docker.build']({ ...request, ...more }, { signal, emit });
  }

  it.skipIf(CLIENT === undefined)(
    'a Dockerfile that needs BuildKit is built with it, with steps, log and label',
    async () => {
      const events: BuildEvent[] = [];
      const built = await build(BUILDKIT_DOCKERFILE, {}, events);
      const steps = events.filter((event) => event.kind === 'step');
      expect(steps.map(({ instruction }) => instruction)).toContain('COPY busybox /bin/busybox');
      const { Config } = await images.docker.getImage(built.id).inspect();
      expect(Config.Labels).toEqual({ 'org.opencontainers.image.created': '2026-03-04T05:06:07.000Z' });
      expect(built.sizeBytes).toBeGreaterThan(1000);
    },
  );

  it.skipIf(CLIENT === undefined)('a step that fails under BuildKit is named', async () => {
    await expect(build(`${BUILDKIT_DOCKERFILE}COPY gone /gone\n`)).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringMatching(/^Step \d of \d \(COPY gone \/gone\) failed: .*gone.*not found/),
    });
  });

  it.skipIf(CLIENT === undefined)(
    'values of build arguments reach BuildKit, and platform arguments too',
    async () => {
      const text = `${BUILDKIT_DOCKERFILE}ARG WORD\nARG TARGETARCH\nLABEL word=$WORD arch=$TARGETARCH\n`;
      const built = await build(text, { buildArguments: [{ name: 'WORD', value: 'two words' }] });
      const { Config, Architecture } = await images.docker.getImage(built.id).inspect();
      expect(Config.Labels).toMatchObject({ word: 'two words', arch: Architecture });
      await expect(
        build(text, { buildArguments: [{ name: 'DOCKER_HOST', value: 'x' }] }),
      ).rejects.toMatchObject({
        code: 'INVALID_INPUT',
      });
    },
  );

  it.skipIf(CLIENT === undefined)(
    'a build secret reaches its step, is known as a secret and is not in the image',
    async () => {
      const file = join(folder, 'token');
      await writeFile(file, 'first-line-of-the-file\nand-its-second');
      const events: BuildEvent[] = [];
      const mounts = '--mount=type=secret,id=rc --mount=type=secret,id=npm';
      const run = `RUN ${mounts} ["/bin/busybox", "cat", "/run/secrets/rc", "/run/secrets/npm"]\n`;
      const built = await build(
        // A value of its own, so that BuildKit does not have the step already.
        `${SMALL_DOCKERFILE}ARG NPM_TOKEN\nENV BUILD=${randomUUID()}\n${run}`,
        {
          tag: '1.0.0',
          buildArguments: [{ name: 'NPM_TOKEN', value: 'an argument' }],
          secrets: [
            { id: 'rc', file },
            { id: 'npm', variable: 'NPM_TOKEN' },
          ],
        },
        events,
      );
      const log = events.flatMap((event) => (event.kind === 'log' ? event.lines : [])).join('\n');
      for (const part of SECRET_PARTS) expect(log, 'the step has it').toContain(part);
      // What leaves the engine goes through the known secrets.
      for (const part of SECRET_PARTS) expect(secrets.hide(log)).not.toContain(part);
      const image = images.docker.getImage(built.id);
      const { Config } = await image.inspect();
      expect(Config.Labels).toMatchObject({ 'org.opencontainers.image.version': '1.0.0' });
      const saved = await readText(await image.get());
      const history = JSON.stringify(await image.history());
      expect(saved, 'the layers are in it').toContain('busybox');
      for (const part of SECRET_PARTS) expect(saved + history).not.toContain(part);
      const refused = build(SMALL_DOCKERFILE, { secrets: [{ id: 'npm', variable: 'NOT_SET' }] });
      await expect(refused).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        message: expect.stringMatching(/^The build secret npm has no value: the variable NOT_SET is not set/),
      });
    },
  );

  it('what runs the image decides the platform, unless one is chosen', async () => {
    const text = `${SMALL_DOCKERFILE}ARG TARGETARCH\nLABEL arch=$TARGETARCH\n`;
    const archOf = async (more: object): Promise<string | undefined> => {
      const { id } = await build(text, more);
      return (await images.docker.getImage(id).inspect()).Config.Labels.arch;
    };
    expect(await archOf({ wantedPlatform: 'linux/arm64' })).toBe('arm64');
    expect(await archOf({ wantedPlatform: 'linux/arm64', platform: 'linux/amd64' })).toBe('amd64');
  });

  it('the steps of an image that the Engine has not built itself are reused', async () => {
    const name = 'slipway-test/cached:1';
    const dockerfile = `${SMALL_DOCKERFILE}RUN ["/bin/busybox", "touch", "/made-at"]\n`;
    const once = async (events: BuildEvent[] = []) => {
      const { id } = await build(dockerfile, { repository: 'slipway-test/cached' }, events);
      return (await images.docker.getImage(id).inspect()).RootFS.Layers;
    };
    images.willMake(name);
    const layers = await once();
    // As if another machine had built and pushed it.
    const saved = await buffer(await images.docker.getImage(name).get());
    await images.docker.getImage(name).remove();
    await readText(await images.docker.loadImage(Readable.from([saved])));
    const events: BuildEvent[] = [];
    expect(await once(events)).toEqual(layers);
    const lines = events.flatMap((event) => (event.kind === 'log' ? event.lines : []));
    expect(lines).toContain(`Unchanged steps are reused from ${name}.`);
  });

  it('the classic builder does not reuse the steps of another platform', async () => {
    const platformOf = async (platform: string): Promise<string> => {
      const { id } = await build(`${SMALL_DOCKERFILE}LABEL steps=shared\n`, { platform });
      const { Os, Architecture } = await images.docker.getImage(id).inspect();
      return `${Os}/${Architecture}`;
    };
    for (const platform of ['linux/arm64', 'linux/amd64', 'linux/arm64'])
      expect(await platformOf(platform)).toBe(platform);
  });

  it('a Dockerfile that needs BuildKit is refused in one sentence where there is none', async () => {
    const { aws } = await awsAtEndpoint({
      endpoint: registry.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const without = handlersWith('/nowhere', aws);
    const request = {
      folder: await images.folderWith(BUILDKIT_DOCKERFILE),
      dockerfile: 'Dockerfile',
      repository: 'slipway-test/buildkit',
      tag: '1',
    };
    const refused = without['docker.build'](request, {
      signal: new AbortController().signal,
      emit: () => undefined,
    });
    await expect(refused).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message:
        'The Dockerfile uses COPY --chmod, which the classic builder cannot build, and the Docker command ' +
        'line is not installed. Install Docker Buildx, or build the image elsewhere and deploy it as a local image.',
    });
    aws.close();
  });

  it('the classic builder fills in the platform and build arguments, and builds one stage', async () => {
    const text = `${SMALL_DOCKERFILE}ARG TARGETARCH\nARG WORD\nLABEL arch=$TARGETARCH word=$WORD\nFROM scratch AS last\nCOPY gone /\n`;
    const built = await build(text.replace('FROM scratch', 'FROM scratch AS first'), {
      target: 'first',
      buildArguments: [{ name: 'WORD', value: 'yes' }],
    });
    const { Config, Architecture } = await images.docker.getImage(built.id).inspect();
    expect(Config.Labels).toMatchObject({ arch: Architecture, word: 'yes' });
  });

  it('a build argument that looks like a secret is warned of', async () => {
    const events: BuildEvent[] = [];
    await build(
      `${SMALL_DOCKERFILE}ARG NPM_TOKEN\n`,
      { buildArguments: [{ name: 'NPM_TOKEN', value: 'x' }] },
      events,
    );
    const lines = events.flatMap((event) => (event.kind === 'log' ? event.lines : []));
    expect(lines[0]).toMatch(/^The build argument NPM_TOKEN looks like a secret/);
  });

  it.each([
    ['the classic builder', ''],
    ...(CLIENT === undefined ? [] : [['BuildKit', 'COPY --chmod=755 busybox /a\n']]),
  ])("a base image of the chosen account's private ECR is pulled by %s", async (_, more) => {
    const host = new URL(registry.endpoint).host;
    await registry.pushImage('base', '1', 'a layer that is not a tar');
    const failure: unknown = await build(`FROM ${host}/base:1\n${more}`, {
      account: 'sandbox',
      region: 'us-east-1',
    }).catch((error: unknown) => error);
    // The registry lets the pull in; what it serves is no layer.
    expect(String(failure)).not.toMatch(/unauthorized|denied|no basic auth|authorization/i);
    const without: unknown = await build(`FROM ${host}/base:1\n${more}`).catch((error: unknown) => error);
    expect(String(without)).toMatch(/unauthorized|denied|no basic auth|authorization/i);
  });
});
