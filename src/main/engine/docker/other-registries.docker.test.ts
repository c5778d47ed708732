import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/start.ts';
import { isInstalled } from '../../../sandbox/testing/installed-program.ts';
import { createKnownSecrets } from '../ports/known-secrets.ts';
import { awsAtEndpoint } from '../testing/aws-at-endpoint.ts';
import { createTestImages, SMALL_DOCKERFILE, TEST_DOCKER_HOST } from '../testing/docker-images.ts';
import { type Fault, type RegistryFront, startRegistryFront } from '../testing/registry-front.ts';
import { createDockerHandlers } from './docker-handlers.ts';

const run = promisify(execFile);
// Programs of the machine, which no package brings.
const [SKOPEO, REGISTRY] = ['skopeo', 'docker-registry'];
const HAS_ALL = TEST_DOCKER_HOST !== undefined && isInstalled(SKOPEO) && isInstalled(REGISTRY);
const quiet = { signal: new AbortController().signal, emit: () => undefined };
const USER = 'acme';
const PASSWORD = 'registry-password';
/** As `htpasswd -B` writes it. */
const HTPASSWD = `${USER}:$2b$04$OcmJogamXoJrm9begammE.Jp/gtj.p2ui5hRXxYlOgXTrwPUqJ8M.\n`;

/** Debian's registry on a port of its own, which takes one login. */
async function startDockerRegistry(
  folder: string,
): Promise<{ readonly host: string; stop(): Promise<void> }> {
  const config = {
    version: '0.1',
    log: { level: 'info' },
    storage: { filesystem: { rootdirectory: join(folder, 'stored') } },
    http: { addr: '127.0.0.1:0' },
    auth: { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } },
  };
  await writeFile(join(folder, 'htpasswd'), HTPASSWD);
  // What is valid JSON is valid YAML.
  await writeFile(join(folder, 'config.yml'), JSON.stringify(config));
  const child: ChildProcess = spawn(REGISTRY, ['serve', join(folder, 'config.yml')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stderr ?? process.stdin });
  for await (const line of lines) {
    const host = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (host === undefined) continue;
    child.stderr?.resume();
    return {
      host,
      async stop() {
        child.kill('SIGTERM');
        await exited;
      },
    };
  }
  throw new Error('The registry ended before it had started.');
}

async function skopeoRaw(image: string, login: string): Promise<string> {
  const { stdout } = await run(SKOPEO, ['inspect', '--raw', '--tls-verify=false', `--creds=${login}`, image]);
  return stdout;
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

describe.skipIf(!HAS_ALL)('docker.push, with skopeo as the judge', () => {
  const images = createTestImages();
  let folder: string;
  let sandbox: Sandbox;
  let front: RegistryFront;
  let ecr: ECRClient;
  let registry: Awaited<ReturnType<typeof startDockerRegistry>>;
  let clients: Awaited<ReturnType<typeof awsAtEndpoint>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-registries-'));
    sandbox = await startSandbox({ scenario: 'empty' });
    front = await startRegistryFront(sandbox.endpoint);
    ecr = new ECRClient(sandbox);
    clients = await awsAtEndpoint({ ...sandbox, endpoint: front.endpoint });
    registry = await startDockerRegistry(folder);
  });
  afterEach(() => images.removeAll());
  afterAll(async () => {
    clients.aws.close();
    ecr.destroy();
    await registry.stop();
    await front.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  });

  /** With a Docker configuration that has this login for the registry. */
  async function handlersWith(name: string, password: string | undefined) {
    const configuration = join(folder, name);
    await mkdir(configuration);
    const auth = Buffer.from(`${USER}:${password}`).toString('base64');
    const auths = password === undefined ? {} : { [registry.host]: { auth } };
    await writeFile(join(configuration, 'config.json'), JSON.stringify({ auths }));
    return createDockerHandlers({
      requireChangeable: () => undefined,
      onSource: () => undefined,
      aws: clients.aws,
      ports: {
        environment: { DOCKER_HOST: TEST_DOCKER_HOST, DOCKER_CONFIG: configuration },
        clock: { now: () => new Date() },
        logger: pino({ level: 'silent' }),
        secrets: createKnownSecrets(),
      },
    });
  }

  async function build(handlers: Awaited<ReturnType<typeof handlersWith>>, tag: string): Promise<string> {
    const context = await images.folderWith(`${SMALL_DOCKERFILE}LABEL name=${tag}\n`);
    images.willMake(`slipway-test/judged:${tag}`);
    const target = { folder: context, dockerfile: 'Dockerfile', repository: 'slipway-test/judged', tag };
    return (await handlers['docker.build'](target, quiet)).name;
  }

  it('pushes a name such as those of Docker Hub with the login of the Docker configuration', async () => {
    const handlers = await handlersWith('signed-in', PASSWORD);
    const image = await build(handlers, 'hub');
    images.willMake(`${registry.host}/acme/web:1.2.0`);
    const place = { ...clients.scope, registry: registry.host, repository: 'acme/web', tag: '1.2.0' };
    const pushed = await handlers['docker.push']({ ...place, image }, quiet);
    expect(pushed.image).toBe(`${registry.host}/acme/web:1.2.0@${pushed.digest}`);
    const there = await skopeoRaw(`docker://${registry.host}/acme/web:1.2.0`, `${USER}:${PASSWORD}`);
    expect(digestOf(there)).toBe(pushed.digest);
  });

  it('says in one sentence that a login is wrong, and pushes nothing without one', async () => {
    const handlers = await handlersWith('wrong-password', 'wrong');
    const image = await build(handlers, 'wrong');
    images.willMake(`${registry.host}/acme/web:2`);
    const place = { ...clients.scope, registry: registry.host, repository: 'acme/web', tag: '2', image };
    await expect(handlers['docker.push'](place, quiet)).rejects.toMatchObject({
      code: 'REGISTRY_REFUSED',
      message: `The registry refused the login for ${registry.host}/acme/web:2. Sign in again with “docker login ${registry.host}”.`,
    });
    const signedOut = await handlersWith('signed-out', undefined);
    await expect(signedOut['docker.push'](place, quiet)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining(`Sign in with “docker login ${registry.host}”.`),
    });
  });

  it('pushes to ECR what skopeo reads whole, under the same digest', async () => {
    const handlers = await handlersWith('ecr', undefined);
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'shop/judged' }));
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const login = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString();
    const image = await build(handlers, 'ecr');
    const { host } = new URL(front.endpoint);
    images.willMake(`${host}/shop/judged:1`);
    const target = { ...clients.scope, repository: 'shop/judged', tag: '1', image };
    const { digest } = await handlers['docker.push'](target, quiet);
    expect(digestOf(await skopeoRaw(`docker://${host}/shop/judged:1`, login))).toBe(digest);
    // Reads all layers, and holds them against their digests.
    const access = ['--src-tls-verify=false', `--src-creds=${login}`];
    const copied = [
      'copy',
      '--quiet',
      ...access,
      `docker://${host}/shop/judged:1`,
      `dir:${join(folder, 'out')}`,
    ];
    await run(SKOPEO, copied);
  });

  it('says what a registry has against an image, and which of it may pass', async () => {
    const handlers = await handlersWith('failing', undefined);
    const image = await build(handlers, 'failing');
    const denied =
      'User: arn:aws:iam::123456789012:user/ana is not authorized to perform: ecr:InitiateLayerUpload on resource: arn:aws:ecr:us-east-1:123456789012:repository/x';
    const answer = (status: number, code: string, message: string): Fault => ({
      kind: 'answer',
      status,
      body: { errors: [{ code, message }] },
    });
    const faults: Readonly<Record<string, readonly [string, Fault]>> = {
      'fault-403': ['POST upload', answer(403, 'DENIED', denied)],
      'fault-404': ['POST upload', answer(404, 'NAME_UNKNOWN', 'The repository does not exist')],
      'fault-413': ['PATCH upload', answer(413, 'SIZE_INVALID', 'The layer is too large')],
      'fault-429': ['POST upload', answer(429, 'TOOMANYREQUESTS', 'Rate exceeded')],
      'fault-500': ['PATCH upload', answer(500, 'UNKNOWN', 'Internal error')],
      'fault-manifest': ['PUT manifest', answer(400, 'MANIFEST_INVALID', 'The manifest is not valid')],
    };
    front.fail((request, url) => {
      const [, [fails, fault] = []] = Object.entries(faults).find(([name]) => url.includes(name)) ?? [];
      const isIt = fails === 'PUT manifest' ? /^PUT .*\/manifests\//.test(request) : request === fails;
      return isIt ? fault : undefined;
    });
    const said = await Promise.all(
      Object.keys(faults).map(async (repository) => {
        await ecr.send(new CreateRepositoryCommand({ repositoryName: repository }));
        images.willMake(`${new URL(front.endpoint).host}/${repository}:1`);
        const target = { ...clients.scope, repository, tag: '1', image };
        return handlers['docker.push'](target, quiet).catch((error: unknown) => error);
      }),
    );
    front.fail(() => undefined);
    const named = (code: string, isRetryable: boolean, words: string): unknown =>
      expect.objectContaining({ code, retryable: isRetryable, message: expect.stringContaining(words) });
    expect(said).toEqual([
      named('FORBIDDEN', false, 'is not authorized to perform: ecr:InitiateLayerUpload'),
      named('REGISTRY_REFUSED', false, 'name unknown: The repository does not exist.'),
      named('REGISTRY_REFUSED', false, 'size invalid: The layer is too large.'),
      named('REGISTRY_UNAVAILABLE', true, 'toomanyrequests: Rate exceeded.'),
      named('REGISTRY_UNAVAILABLE', true, 'unexpected HTTP status: 500 Internal Server Error.'),
      named('REGISTRY_REFUSED', false, 'manifest invalid: The manifest is not valid.'),
    ]);
    expect(said[0]).toMatchObject({ detail: { action: 'ecr:InitiateLayerUpload' } });
  });
});
