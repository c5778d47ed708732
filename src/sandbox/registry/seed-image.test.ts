import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type BlobStore, openBlobStore } from './blob-store.ts';
import { digestOf } from './digest.ts';
import { createImageSource } from './image-lookup.ts';
import type { ImageSeeder, ImageSource } from './image-source.ts';
import { createRepositories, type Repositories } from './repositories.ts';
import { createImageSeeder } from './seed-image.ts';

let folder: string;
let blobs: BlobStore;
let repositories: Repositories;
let seeder: ImageSeeder;
let source: ImageSource;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-seed-'));
  blobs = await openBlobStore(folder);
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  repositories = createRepositories();
  seeder = createImageSeeder(repositories, blobs, () => new Date('2026-01-02'));
  source = createImageSource(repositories);
});

const image = {
  repository: 'shop/web',
  tags: ['v1', 'latest'],
  labels: { 'org.opencontainers.image.revision': 'abc' },
  createdAt: new Date('2026-01-01T10:00:00Z'),
  pushedAt: new Date('2026-01-01T10:05:00Z'),
};

it('seeded images have correct digests and sizes down to the last blob', async () => {
  const { digest } = seeder.seedImage(image);
  const stored = repositories.find('shop/web')?.images.get(digest);
  if (stored?.manifest.kind !== 'image') throw new Error('The seeded image is not there.');
  expect(digestOf(stored.bytes)).toBe(digest);
  for (const descriptor of [stored.manifest.config, ...stored.manifest.layers]) {
    const bytes = await blobs.readWhole(descriptor.digest);
    expect(digestOf(bytes)).toBe(descriptor.digest);
    expect(bytes.length).toBe(descriptor.size);
  }
});

it('a seeded image is found under every name that a task definition may use', () => {
  const { digest } = seeder.seedImage(image);
  const names = [
    'shop/web:v1',
    'shop/web',
    '127.0.0.1:4566/shop/web:latest',
    'localhost:1/shop/web:v1',
    '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/web:v1',
    `127.0.0.1:4566/shop/web@${digest}`,
    `127.0.0.1:4566/shop/web:gone@${digest}`,
  ];
  for (const name of names) {
    expect(source.resolve(name)).toMatchObject({
      digest,
      tags: ['v1', 'latest'],
      labels: { 'org.opencontainers.image.revision': 'abc' },
      architecture: 'amd64',
      createdAt: image.createdAt,
    });
  }
});

it('an image that was not seeded is not found', () => {
  seeder.seedImage({ ...image, tags: ['v1'] });
  for (const name of ['shop/web', 'shop/web:v2', 'shop/api:v1', 'docker.io/shop/web:v1', 'not a reference']) {
    expect(source.resolve(name)).toBeUndefined();
  }
});

it('a tag moves to the image that was seeded last', () => {
  const first = seeder.seedImage(image);
  const second = seeder.seedImage({ ...image, tags: ['latest'], labels: {}, architecture: 'arm64' });
  expect(source.resolve('shop/web:latest')).toEqual(second);
  expect(source.resolve('shop/web:v1')).toMatchObject({ digest: first.digest, tags: ['v1'] });
});
