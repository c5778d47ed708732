import { describe, expect, it } from 'vitest';
import { findCacheSource } from './cache-source.ts';

const ECR = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;
const wanted = { repository: 'shop/web', platform: undefined, runningImage: undefined };

function image(id: string, created: number, tags: readonly string[], more: object = {}) {
  return { Id: id, RepoTags: [...tags], RepoDigests: [], ParentId: '', Created: created, Size: 1, ...more };
}

/** An Engine for linux/amd64 with these images, which have the other platform where they say so. */
const engineWith = (images: readonly ReturnType<typeof image>[], architecture = 'amd64') => ({
  listImages: async () => [...images],
  inspectImage: async (id: string) => ({ Id: id, Size: 1, Architecture: architecture }),
  version: async () => ({ Version: '1', Os: 'linux', Arch: 'amd64' }),
});

describe('the image whose steps a build may reuse', () => {
  const older = image('older', 1, [`${ECR}/shop/web:1`], {
    RepoDigests: [`${ECR}/shop/web@${digestOf('a')}`],
  });
  const newer = image('newer', 2, ['shop/web:2']);
  const other = image('other', 3, ['shop/website:3', `${ECR}/web:3`]);

  it('is the newest one of the repository, in any registry', async () => {
    expect(await findCacheSource(engineWith([older, newer, other]), wanted)).toBe('shop/web:2');
    expect(await findCacheSource(engineWith([other]), wanted)).toBeUndefined();
  });

  it('is the one that the service runs, where it is here', async () => {
    const runningImage = `${ECR}/shop/web:moved@${digestOf('a')}`;
    const engine = engineWith([older, newer]);
    expect(await findCacheSource(engine, { ...wanted, runningImage })).toBe(`${ECR}/shop/web:1`);
    const elsewhere = `${ECR}/shop/web@${digestOf('b')}`;
    expect(await findCacheSource(engine, { ...wanted, runningImage: elsewhere })).toBe('shop/web:2');
  });

  it('is named by its digest where it has no tag', async () => {
    const untagged = { ...older, RepoTags: ['<none>:<none>'] };
    const name = await findCacheSource(engineWith([untagged]), wanted);
    expect(name).toBe(`${ECR}/shop/web@${digestOf('a')}`);
  });

  it('is none where the Engine has built one itself, whose steps it has', async () => {
    const built = image('built', 1, ['shop/web:0'], { ParentId: 'sha256:1' });
    expect(await findCacheSource(engineWith([newer, built]), wanted)).toBeUndefined();
  });

  it('has the platform that is built', async () => {
    const engine = engineWith([newer], 'arm64');
    expect(await findCacheSource(engine, wanted)).toBeUndefined();
    expect(await findCacheSource(engine, { ...wanted, platform: 'linux/arm64' })).toBe('shop/web:2');
  });

  it('is none where the Engine does not say what it has', async () => {
    const silent = { ...engineWith([newer]), listImages: () => Promise.reject(new Error('no answer')) };
    expect(await findCacheSource(silent, wanted)).toBeUndefined();
  });
});
