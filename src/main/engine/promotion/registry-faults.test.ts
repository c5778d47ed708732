import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { UpdateImageStorageClassCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withFolder } from '../testing/killed-process.ts';
import { type ImagesSandbox, openImagesSandbox, repositoryOf } from '../testing/pushed-images.ts';
import { type Fault, type RegistryFront, startRegistryFront } from '../testing/registry-front.ts';
import { openSlipwayOf } from '../testing/slipway.ts';

const REGION = 'us-east-1';

/** A registry of an account, reached through something that fails. */
interface FailingRegistry {
  readonly images: ImagesSandbox;
  readonly front: RegistryFront;
}

async function openFailing(): Promise<FailingRegistry> {
  const images = await openImagesSandbox();
  return { images, front: await startRegistryFront(images.sandbox.endpoint) };
}

// Two registries: within one of them, layers are mounted and never sent.
let source: FailingRegistry;
let target: FailingRegistry;
beforeAll(async () => {
  [source, target] = await Promise.all([openFailing(), openFailing()]);
});
afterAll(async () => {
  for (const { images, front } of [source, target]) {
    await front.close();
    images.ecr.destroy();
    await images.sandbox.close();
  }
});
beforeEach(() => {
  for (const { front } of [source, target]) front.fail(() => undefined);
});

/** Copies a new image while the first `times` requests of a name fail; says how many have. */
async function promoteAmid(name: string, request: string, fault: Fault, times = 1) {
  await Promise.all([source, target].map(({ images }) => repositoryOf(images, name).create()));
  const { digest } = await repositoryOf(source.images, name).image('amd64', [randomBytes(300_000)], '1');
  let failed = 0;
  for (const { front } of [source, target]) {
    front.fail((each) => {
      if (each !== request || failed === times) return undefined;
      failed += 1;
      return fault;
    });
  }
  const promoted = await promote(name);
  return { promoted, digest, failed };
}

function promote(repository: string, signal?: AbortSignal) {
  const at = ({ images, front }: FailingRegistry) => ({ ...images.sandbox, endpoint: front.endpoint });
  return withFolder(async (folder) => {
    const slipway = await openSlipwayOf({ staging: at(source), production: at(target) }, folder);
    try {
      const to = { account: 'production', region: REGION, repository };
      const input = { account: 'staging', region: REGION, repository, image: '1', to, tag: '1' };
      return await slipway.client.call('images.promote', input, signal === undefined ? {} : { signal });
    } finally {
      await slipway.close();
    }
  });
}

function taggedAtTarget(repository: string) {
  return repositoryOf(target.images, repository).manifest({ imageTag: '1' });
}

describe('images.promote with a registry that fails', () => {
  it.each([
    ['login', 'POST upload', { kind: 'status', status: 401 }],
    ['busy', 'POST upload', { kind: 'status', status: 429 }],
    ['broken', 'POST upload', { kind: 'status', status: 500 }],
    ['broken-in-the-middle', 'PATCH upload', { kind: 'status', status: 500 }],
    ['lost-upload', 'PUT upload', { kind: 'status', status: 404 }],
    ['dropped-upload', 'PATCH upload', { kind: 'dropped' }],
    ['dropped-download', 'GET layer', { kind: 'dropped' }],
  ] as const)('sends a layer again after a failure for a moment: %s', async (name, request, fault) => {
    const { promoted, digest, failed } = await promoteAmid(name, request, fault);
    expect(failed).toBe(1);
    expect(promoted).toMatchObject({ digest, warnings: [], layers: { sent: 2 } });
    expect((await taggedAtTarget(name))?.imageId?.imageDigest).toBe(digest);
  });

  it('refuses a layer whose bytes are not those of its digest, and tags nothing', async () => {
    await expect(promoteAmid('wrong', 'GET layer', { kind: 'other-bytes' })).rejects.toMatchObject({
      code: 'REGISTRY_REFUSED',
      message: expect.stringContaining('does not have the bytes of its digest'),
    });
    expect(await taggedAtTarget('wrong')).toBeUndefined();
  });

  it.each(['POST', 'PATCH', 'PUT'])(
    'sends its login to no other address that answers %s name',
    async (method) => {
      const asked: unknown[] = [];
      const other = createServer((incoming, outgoing) => {
        asked.push(incoming.headers.authorization);
        outgoing.writeHead(201).end();
      });
      await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
      try {
        const address = other.address();
        if (address === null || typeof address === 'string')
          throw new Error('The other registry has no port.');
        const location = `http://127.0.0.1:${address.port}/v2/elsewhere/blobs/uploads/1`;
        const name = `moved-${method.toLowerCase()}`;
        const fault: Fault = { kind: 'status', status: 307, location };
        await expect(promoteAmid(name, `${method} upload`, fault)).rejects.toMatchObject({
          code: 'REGISTRY_REFUSED',
          message: expect.stringContaining('its login is sent to no other address'),
        });
        expect(asked).toEqual([]);
        expect(await taggedAtTarget(name)).toBeUndefined();
      } finally {
        await new Promise((closed) => other.close(closed));
      }
    },
  );

  it('ends its requests when a copy is cancelled while the registry says nothing', async () => {
    const cancel = new AbortController();
    await Promise.all([source, target].map(({ images }) => repositoryOf(images, 'silent').create()));
    await repositoryOf(source.images, 'silent').image('amd64', [randomBytes(9)], '1');
    target.front.fail((each) => {
      if (each !== 'PATCH upload') return undefined;
      cancel.abort();
      return { kind: 'silent' };
    });
    await expect(promote('silent', cancel.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await taggedAtTarget('silent')).toBeUndefined();
  });

  it('copies the image without signatures for a role that may not list them, and says so', async () => {
    const denied = { __type: 'AccessDeniedException', message: 'not authorized: ecr:ListImageReferrers' };
    const fault: Fault = { kind: 'answer', status: 400, body: denied };
    const { promoted } = await promoteAmid('unlisted', 'ListImageReferrers', fault);
    expect(promoted.warnings).toEqual([
      expect.stringContaining('Signatures and SBOMs that refer to the image were not copied.'),
    ]);
  });

  it('refuses an archived image', async () => {
    await Promise.all([source, target].map(({ images }) => repositoryOf(images, 'archived').create()));
    const { digest } = await repositoryOf(source.images, 'archived').image('amd64', [randomBytes(9)], '1');
    await source.images.ecr.send(
      new UpdateImageStorageClassCommand({
        repositoryName: 'archived',
        imageId: { imageDigest: digest },
        targetStorageClass: 'ARCHIVE',
      }),
    );
    await expect(promote('archived')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('of archived is archived, so it was not copied.'),
    });
  });

  it('says that a repository was deleted while layers are sent', async () => {
    const errors = [{ code: 'NAME_UNKNOWN', message: 'The repository does not exist' }];
    const fault: Fault = { kind: 'answer', status: 404, body: { errors } };
    await expect(promoteAmid('deleted', 'POST upload', fault)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('The repository no longer exists.'),
    });
  });

  it.each([
    ['no-login', 401, 'FORBIDDEN', 'not even a new one'],
    ['denied', 403, 'FORBIDDEN', 'The identity needs ecr:InitiateLayerUpload'],
    ['too-large', 413, 'REGISTRY_REFUSED', 'The layer is too large for it.'],
    ['full', 507, 'REGISTRY_REFUSED', 'It has no space left.'],
  ] as const)('says why a registry takes nothing: %s', async (name, status, code, sentence) => {
    await expect(
      promoteAmid(name, 'POST upload', { kind: 'status', status }, Number.POSITIVE_INFINITY),
    ).rejects.toMatchObject({ code, message: expect.stringContaining(sentence) });
  });
});
