import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withFolder } from '../testing/killed-process.ts';
import { type ImagesSandbox, openImagesSandbox, repositoryOf } from '../testing/pushed-images.ts';
import { type Fault, type RegistryFront, startRegistryFront } from '../testing/registry-front.ts';
import { openSlipwayOf } from '../testing/slipway.ts';

const REGION = 'us-east-1';
let sandbox: ImagesSandbox;
let front: RegistryFront;
beforeAll(async () => {
  sandbox = await openImagesSandbox();
  front = await startRegistryFront(sandbox.sandbox.endpoint);
});
afterAll(async () => {
  await front.close();
  sandbox.ecr.destroy();
  await sandbox.sandbox.close();
});

/** Copies an image between two new repositories while the first `times` requests of a name fail. */
async function promoteAmid(name: string, request: string, fault: Fault, times: number) {
  const [from, to] = [`${name}/from`, `${name}/to`];
  await Promise.all([from, to].map((each) => repositoryOf(sandbox, each).create()));
  const { digest } = await repositoryOf(sandbox, from).image('amd64', [randomBytes(300_000)], '1');
  let left = times;
  front.fail((each) => {
    if (each !== request || left === 0) return undefined;
    left -= 1;
    return fault;
  });
  const place = { account: 'staging', region: REGION };
  return withFolder(async (folder) => {
    const slipway = await openSlipwayOf(
      { staging: { ...sandbox.sandbox, endpoint: front.endpoint } },
      folder,
    );
    try {
      const input = { ...place, repository: from, image: '1', to: { ...place, repository: to }, tag: '1' };
      const promoted = await slipway.client.call('images.promote', input);
      return { promoted, digest };
    } finally {
      await slipway.close();
    }
  });
}

describe('images.promote with a registry that fails', () => {
  it.each([
    ['login', 'POST upload', { kind: 'status', status: 401 }],
    ['busy', 'POST upload', { kind: 'status', status: 429 }],
    ['broken', 'POST upload', { kind: 'status', status: 500 }],
  ] as const)('sends a layer again after a failure for a moment: %s', async (name, request, fault) => {
    const { promoted, digest } = await promoteAmid(name, request, fault, 1);
    expect(promoted).toMatchObject({ digest, warnings: [] });
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
