import { PutImageCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRegistry, type TestRegistry } from '../testing/registry.ts';
import { MEDIA_TYPES } from './manifest.ts';

const filters = (filter: string) => [{ filterType: 'WILDCARD' as const, filter }];

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry([
    { repositoryName: 'mutable' },
    { repositoryName: 'immutable', imageTagMutability: 'IMMUTABLE' },
    {
      repositoryName: 'immutable-but-dev',
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: filters('dev-*'),
    },
    {
      repositoryName: 'mutable-but-releases',
      imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: filters('v*'),
    },
  ]);
});
afterAll(() => registry.close());

describe.each([
  ['mutable', 'v1', true],
  ['mutable', 'dev-1', true],
  ['immutable', 'v1', false],
  ['immutable', 'dev-1', false],
  ['immutable-but-dev', 'v1', false],
  ['immutable-but-dev', 'dev-1', true],
  ['mutable-but-releases', 'v1', false],
  ['mutable-but-releases', 'dev-1', true],
])('in %s the tag %s', (repositoryName, tag, moves) => {
  it(`can be moved: ${String(moves)}`, async () => {
    await registry.pushImage(repositoryName, tag, 'first');
    await registry.pushImage(repositoryName, `other-of-${tag}`, 'second');
    const other = await registry.send('GET', `/v2/${repositoryName}/manifests/other-of-${tag}`);
    const manifest = await other.text();

    const pushed = await registry.send('PUT', `/v2/${repositoryName}/manifests/${tag}`, manifest, {
      'content-type': MEDIA_TYPES.ociManifest,
    });
    expect(pushed.status).toBe(moves ? 201 : 400);

    await registry.pushImage(repositoryName, `${tag}-third`, 'third');
    const third = await registry.send('GET', `/v2/${repositoryName}/manifests/${tag}-third`);
    const put = registry.ecr.send(
      new PutImageCommand({ repositoryName, imageTag: tag, imageManifest: await third.text() }),
    );
    const outcome = await put.then(
      () => 'moved',
      (error: unknown) => (error instanceof Error ? error.name : ''),
    );
    expect(outcome).toBe(moves ? 'moved' : 'ImageTagAlreadyExistsException');
  });
});
