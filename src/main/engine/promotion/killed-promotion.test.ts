import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BatchCheckLayerAvailabilityCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../../shared/testing/eventually.ts';
import { startCliCall } from '../testing/cli-process.ts';
import { withFolder } from '../testing/killed-process.ts';
import { type ImagesSandbox, INDEX, openImagesSandbox, repositoryOf } from '../testing/pushed-images.ts';
import { type Fault, type RegistryFront, startRegistryFront } from '../testing/registry-front.ts';
import { openSlipwayWithProfiles } from '../testing/slipway.ts';

const REGION = 'us-east-1';
const LAYER_BYTES = 300_000;
/** A layer and a configuration for each platform, and those of the signature. */
const BLOBS = 6;

interface Registry {
  readonly images: ImagesSandbox;
  readonly front: RegistryFront;
}

let staging: Registry;
let production: Registry;
beforeAll(async () => {
  const open = async (): Promise<Registry> => {
    const images = await openImagesSandbox();
    return { images, front: await startRegistryFront(images.sandbox.endpoint) };
  };
  [staging, production] = await Promise.all([open(), open()]);
});
afterAll(async () => {
  for (const { images, front } of [staging, production]) {
    await front.close();
    images.ecr.destroy();
    await images.sandbox.close();
  }
});

async function writeProfiles(folder: string): Promise<void> {
  const sections = Object.entries({ staging, production }).map(([name, { images, front }]) => {
    const { accessKeyId, secretAccessKey } = images.sandbox.credentials;
    return `[profile ${name}]\nregion = ${REGION}\nendpoint_url = ${front.endpoint}\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
  });
  await mkdir(join(folder, '.aws'));
  await writeFile(join(folder, '.aws', 'config'), sections.join('\n'));
}

/** Digests of the blobs that the target has taken, one for each time. */
function takenBlobs(repository: string): readonly string[] {
  return production.front.carriedOut
    .filter(
      ({ method, url, status }) => method === 'PUT' && status === 201 && url.includes(`/${repository}/`),
    )
    .flatMap(({ url }) => new URL(url, production.front.endpoint).searchParams.get('digest') ?? []);
}

/** What a tag of the target stands for, once it was held against what the target has. */
async function wholeImage(repository: string): Promise<string | undefined> {
  const target = repositoryOf(production.images, repository);
  const tagged = await target.manifest({ imageTag: '1' });
  if (tagged === undefined) return undefined;
  const index: { manifests: { digest: string }[] } = JSON.parse(tagged.imageManifest ?? '');
  expect(index.manifests).toHaveLength(2);
  for (const { digest } of index.manifests) {
    const part = await target.manifest({ imageDigest: digest });
    const { layers, config }: { layers: { digest: string }[]; config: { digest: string } } = JSON.parse(
      part?.imageManifest ?? '',
    );
    const layerDigests = [config, ...layers].map((each) => each.digest);
    const { layers: found = [] } = await production.images.ecr.send(
      new BatchCheckLayerAvailabilityCommand({ repositoryName: repository, layerDigests }),
    );
    expect(found.map(({ layerAvailability }) => layerAvailability)).toEqual(['AVAILABLE', 'AVAILABLE']);
  }
  expect(await target.referrersOf(tagged.imageId?.imageDigest ?? '')).toHaveLength(1);
  return tagged.imageId?.imageDigest;
}

interface Killer {
  /** Of the repository too. */
  readonly name: string;
  readonly registry: () => Registry;
  readonly request: string;
  readonly number: number;
  /** Before the registry has seen the request, or after it was carried out. */
  readonly when: 'before' | 'after';
}

const source = (): Registry => staging;
const target = (): Registry => production;

describe('a promotion that is killed', () => {
  it.each<Killer>([
    { name: 'at-start', registry: source, request: 'BatchGetImage', number: 1, when: 'before' },
    { name: 'before-login', registry: target, request: 'GetAuthorizationToken', number: 1, when: 'before' },
    { name: 'at-first-layer', registry: target, request: 'POST upload', number: 1, when: 'before' },
    { name: 'at-download', registry: source, request: 'GET layer', number: 3, when: 'before' },
    { name: 'in-a-layer', registry: target, request: 'PATCH upload', number: 2, when: 'before' },
    { name: 'after-a-layer', registry: target, request: 'PUT upload', number: 3, when: 'after' },
    { name: 'before-manifests', registry: target, request: 'PutImage', number: 1, when: 'before' },
    { name: 'after-a-part', registry: target, request: 'PutImage', number: 2, when: 'after' },
    { name: 'before-tag', registry: target, request: 'PutImage', number: 5, when: 'before' },
    { name: 'after-tag', registry: target, request: 'PutImage', number: 5, when: 'after' },
  ])('is done once when it is begun again: $name', async ({ name, registry, request, number, when }) => {
    const from = repositoryOf(staging.images, name);
    await Promise.all([from.create(), repositoryOf(production.images, name).create(true)]);
    const parts = [];
    for (const platform of ['amd64', 'arm64'])
      parts.push(await from.image(platform, [randomBytes(LAYER_BYTES)]));
    const index = await from.put({ schemaVersion: 2, mediaType: INDEX, manifests: parts }, INDEX, '1');
    await from.image('unknown', [randomBytes(9)], undefined, index);
    const input = {
      account: 'profile:staging',
      region: REGION,
      repository: name,
      image: '1',
      to: { account: 'profile:production', region: REGION, repository: name },
      tag: '1',
    };
    await withFolder(async (folder) => {
      await writeProfiles(folder);
      const child = startCliCall({ folder, method: 'images.promote', input });
      const kill = (): void => void child.kill('SIGKILL');
      let seen = 0;
      registry().front.fail((each): Fault | undefined => {
        if (each !== request) return undefined;
        seen += 1;
        if (seen < number) return undefined;
        if (seen === number && when === 'after') return { kind: 'unanswered', done: kill };
        if (seen === number) kill();
        return { kind: 'silent' };
      });
      await once(child, 'exit');
      expect(child.signalCode).toBe('SIGKILL');
      for (const { front } of [staging, production]) {
        front.fail(() => undefined);
        await eventually(() => expect(front.openRequests()).toBe(0));
      }
      const taken = takenBlobs(name);
      const tagged = await wholeImage(name);
      expect(tagged === undefined).toBe(name !== 'after-tag');

      const slipway = await openSlipwayWithProfiles(folder);
      try {
        const promoted = await slipway.client.call('images.promote', input);
        expect(promoted).toMatchObject({ digest: index.digest, referrers: 1, warnings: [] });
        expect(await wholeImage(name)).toBe(index.digest);
        // What was whole is not sent again.
        for (const blob of taken) expect(takenBlobs(name).filter((each) => each === blob)).toEqual([blob]);
        expect(new Set(takenBlobs(name)).size).toBe(BLOBS);
        // The journal tells of each attempt how it ended.
        const entries = await eventually(async () => {
          const listed = await slipway.client.call('journal.list', { limit: 5 });
          expect(listed.entries.map(({ state }) => state)).not.toContain('open');
          return listed.entries;
        });
        const states = entries.map(({ state }) => state);
        expect(states).toEqual(name === 'before-tag' ? ['done', 'failed'] : ['done']);
      } finally {
        await slipway.close();
      }
    });
  });
});
