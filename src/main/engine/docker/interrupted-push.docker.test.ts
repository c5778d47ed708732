import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BatchGetImageCommand, CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/start.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import { createKnownSecrets } from '../ports/known-secrets.ts';
import { awsAtEndpoint } from '../testing/aws-at-endpoint.ts';
import { startCliCall } from '../testing/cli-process.ts';
import { createTestImages, TEST_DOCKER_HOST } from '../testing/docker-images.ts';
import { withFolder } from '../testing/killed-process.ts';
import { type Fault, type RegistryFront, startRegistryFront } from '../testing/registry-front.ts';
import { createDockerHandlers } from './docker-handlers.ts';

const quiet = { signal: new AbortController().signal, emit: () => undefined };
const environment = { DOCKER_HOST: TEST_DOCKER_HOST };
/** Three layers and the configuration. */
const BLOBS = 4;
const SMALL_BYTES = 1024 * 1024;
/** Takes seconds to send slowly. */
const LARGE_BYTES = 64 * 1024 * 1024;

describe.skipIf(TEST_DOCKER_HOST === undefined)('a push that is interrupted', () => {
  const images = createTestImages();
  let sandbox: Sandbox;
  let front: RegistryFront;
  let ecr: ECRClient;
  let clients: Awaited<ReturnType<typeof awsAtEndpoint>>;
  let handlers: ReturnType<typeof createDockerHandlers>;

  beforeAll(async () => {
    sandbox = await startSandbox({ scenario: 'empty' });
    front = await startRegistryFront(sandbox.endpoint);
    ecr = new ECRClient(sandbox);
    clients = await awsAtEndpoint({ ...sandbox, endpoint: front.endpoint });
    handlers = createDockerHandlers({
      requireChangeable: () => undefined,
      onSource: () => undefined,
      aws: clients.aws,
      ports: {
        environment,
        clock: { now: () => new Date() },
        logger: pino({ level: 'silent' }),
        secrets: createKnownSecrets(),
      },
    });
  });
  afterEach(async () => {
    front.fail(() => undefined);
    await images.removeAll();
  });
  afterAll(async () => {
    clients.aws.close();
    ecr.destroy();
    await front.close();
    await sandbox.close();
  });

  /** An image of three layers, and a repository that has none of them: both names are those of the test. */
  async function prepare(name: string, layerBytes = SMALL_BYTES) {
    const repository = `slipway-test/${name}`;
    await ecr.send(new CreateRepositoryCommand({ repositoryName: repository }));
    // What another repository of the registry has would be mounted.
    const dockerfile = `FROM scratch\nCOPY first /\nCOPY second /\nCOPY Dockerfile /${name}\n`;
    const folder = await images.folderWith(dockerfile);
    for (const file of ['first', 'second']) await writeFile(join(folder, file), randomBytes(layerBytes));
    const local = { repository: 'slipway-test/interrupted', tag: name };
    images.willMake(`${local.repository}:${name}`);
    images.willMake(`${new URL(front.endpoint).host}/${repository}:v1`);
    const { name: image } = await handlers['docker.build'](
      { folder, dockerfile: 'Dockerfile', ...local },
      quiet,
    );
    return { image, repository, tag: 'v1' };
  }

  /** Digests of the blobs that the repository has taken, and the Engine knows of, one for each time. */
  function takenBlobs(repository: string): readonly string[] {
    return front.carriedOut
      .filter(
        ({ method, url, status, isAnswered }) =>
          method === 'PUT' && status === 201 && isAnswered && url.includes(repository),
      )
      .flatMap(({ url }) => new URL(url, front.endpoint).searchParams.get('digest') ?? []);
  }

  async function taggedImage(repositoryName: string): Promise<string | undefined> {
    const command = new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: 'v1' }] });
    const { images: found = [] } = await ecr.send(command);
    return found[0]?.imageId?.imageDigest;
  }

  it('leaves no request open when it is cancelled, and sends only what is missing the next time', async () => {
    const { repository, ...request } = await prepare('cancelled', LARGE_BYTES);
    const push = { ...clients.scope, ...request, repository };
    front.fail((each) => (each === 'PATCH upload' ? { kind: 'slow' } : undefined));
    const cancel = new AbortController();
    const pushing = handlers['docker.push'](push, { ...quiet, signal: cancel.signal });
    await eventually(() => expect(takenBlobs(repository).length).toBeGreaterThan(0));
    cancel.abort();
    await expect(pushing).rejects.toMatchObject({ code: 'CANCELLED' });
    await eventually(() => expect(front.openRequests()).toBe(0));
    expect(await taggedImage(repository)).toBeUndefined();
    expect(takenBlobs(repository).length).toBeLessThan(BLOBS);

    front.fail(() => undefined);
    const { digest } = await handlers['docker.push'](push, quiet);
    expect(await taggedImage(repository)).toBe(digest);
    expect(new Set(takenBlobs(repository)).size).toBe(BLOBS);
    expect(takenBlobs(repository)).toHaveLength(BLOBS);
  });

  /** Calls docker.push in a process of its own, which the n-th request of a name ends with SIGKILL. */
  async function pushApart(folder: string, input: object, killer?: Killer): Promise<number | null> {
    const child = startCliCall({
      folder,
      endpoint: front.endpoint,
      method: 'docker.push',
      input: { account: 'sandbox', region: sandbox.region, ...input },
      environment: { DOCKER_HOST: TEST_DOCKER_HOST },
    });
    const kill = (): void => void child.kill('SIGKILL');
    let seen = 0;
    front.fail((each): Fault | undefined => {
      if (killer === undefined || !killer.request.test(each)) return undefined;
      seen += 1;
      if (seen < killer.number) return undefined;
      if (seen === killer.number && killer.when === 'after') return { kind: 'unanswered', done: kill };
      if (seen === killer.number) kill();
      return killer.request.test('PATCH upload') ? { kind: 'slow' } : { kind: 'silent' };
    });
    await once(child, 'exit');
    // The Engine waits for the answer of a registry also when nobody waits for the Engine.
    await eventually(() => {
      front.dropSilent();
      expect(front.openRequests()).toBe(0);
    });
    front.fail(() => undefined);
    return child.exitCode;
  }

  it.each<Killer>([
    { name: 'killed-before-login', request: /^GetAuthorizationToken$/, number: 1, when: 'before' },
    { name: 'killed-at-first-layer', request: /^POST upload$/, number: 1, when: 'before' },
    { name: 'killed-in-a-layer', request: /^PATCH upload$/, number: 2, when: 'before' },
    { name: 'killed-after-a-layer', request: /^PUT upload$/, number: 2, when: 'after' },
    { name: 'killed-before-manifest', request: /^PUT .*\/manifests\//, number: 1, when: 'before' },
    { name: 'killed-after-manifest', request: /^PUT .*\/manifests\//, number: 1, when: 'after' },
    { name: 'killed-at-verification', request: /^BatchGetImage$/, number: 2, when: 'before' },
  ])('is done once when it is begun again: $name', async (killer) => {
    const { repository, image, tag } = await prepare(killer.name);
    await withFolder(async (folder) => {
      expect(await pushApart(folder, { repository, image, tag }, killer)).toBeNull();
      const whole = takenBlobs(repository);
      const tagged = await taggedImage(repository);
      // A tag is there only with all that it names.
      expect(tagged === undefined || new Set(whole).size === BLOBS).toBe(true);
      expect(await pushApart(folder, { repository, image, tag })).toBe(0);
      const digest = await taggedImage(repository);
      expect(digest).toMatch(/^sha256:/);
      expect(tagged ?? digest).toBe(digest);
      expect(new Set(takenBlobs(repository)).size).toBe(BLOBS);
      for (const blob of whole)
        expect(takenBlobs(repository).filter((each) => each === blob)).toEqual([blob]);
      const manifests = front.carriedOut.filter(
        ({ method, url, status }) =>
          method === 'PUT' && status === 201 && url.includes(`${repository}/manifests/`),
      );
      expect(manifests).toHaveLength(1);
    });
  });
});

interface Killer {
  /** Of the repository too. */
  readonly name: string;
  readonly request: RegExp;
  readonly number: number;
  /** Before the registry has seen the request, or after it was carried out. */
  readonly when: 'before' | 'after';
}
