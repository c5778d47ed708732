import { randomBytes } from 'node:crypto';
import {
  CreatePullThroughCacheRuleCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PromotionProgress } from '../../../shared/model/promotion.ts';
import { withFolder } from '../testing/killed-process.ts';
import { type ImagesSandbox, INDEX, openImagesSandbox, repositoryOf } from '../testing/pushed-images.ts';
import { openSlipwayOf, type Slipway } from '../testing/slipway.ts';

const REGION = 'us-east-1';
const STAGING = { account: 'staging', region: REGION };
const PRODUCTION = { account: 'production', region: REGION };
const LAYER_BYTES = 300_000;

let staging: ImagesSandbox;
let production: ImagesSandbox;
beforeAll(async () => {
  [staging, production] = await Promise.all([openImagesSandbox(), openImagesSandbox()]);
});
afterAll(async () => {
  for (const { sandbox, ecr } of [staging, production]) {
    ecr.destroy();
    await sandbox.close();
  }
});

async function withEngine(use: (client: Slipway['client']) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const slipway = await openSlipwayOf({ staging: staging.sandbox, production: production.sandbox }, folder);
    try {
      await use(slipway.client);
    } finally {
      await slipway.close();
    }
  });
}

const layerOf = (): Buffer => randomBytes(LAYER_BYTES);

describe('images.promote', () => {
  it('copies an image to another account with the same digest, once, and writes it to the journal', async () => {
    const source = repositoryOf(staging, 'shop/web');
    const target = repositoryOf(production, 'shop/web');
    await Promise.all([source.create(), target.create(true)]);
    const { digest } = await source.image('amd64', [layerOf(), layerOf()], '1.2.0');
    await withEngine(async (client) => {
      const input = {
        ...STAGING,
        repository: 'shop/web',
        image: '1.2.0',
        to: { ...PRODUCTION, repository: 'shop/web' },
        tag: '1.2.0',
      };
      const events: PromotionProgress[] = [];
      const first = await client.call('images.promote', input, {
        onEvent: (event) => events.push(event),
      });
      expect(first).toMatchObject({
        digest,
        alreadyThere: false,
        layers: { sent: 3, mounted: 0, present: 0 },
        warnings: [],
      });
      expect(first.sentBytes).toBeGreaterThan(2 * LAYER_BYTES);
      expect(first.image).toMatch(new RegExp(`/shop/web:1\\.2\\.0@${digest}$`));
      expect(events.at(-1)).toEqual({
        doneBytes: first.sentBytes,
        totalBytes: first.sentBytes,
        doneLayers: 3,
        totalLayers: 3,
      });
      expect((await target.manifest({ imageTag: '1.2.0' }))?.imageId?.imageDigest).toBe(digest);
      const again = await client.call('images.promote', input);
      expect(again).toMatchObject({ alreadyThere: true, sentBytes: 0 });
      const { entries } = await client.call('journal.list', { limit: 5 });
      expect(entries).toMatchObject([
        {
          account: 'production',
          state: 'done',
          title: 'Copy shop/web 1.2.0 of staging us-east-1 to shop/web:1.2.0',
          steps: [{ operation: 'PutImage', state: 'done' }],
        },
      ]);
    });
  });

  it('takes the layers from another repository of the same registry without sending a byte', async () => {
    const source = repositoryOf(staging, 'team/api');
    await Promise.all([source.create(), repositoryOf(staging, 'release/api').create()]);
    const { digest } = await source.image('amd64', [layerOf()], 'build-7');
    await withEngine(async (client) => {
      const to = { ...STAGING, repository: 'release/api' };
      const input = { ...STAGING, repository: 'team/api', image: 'build-7', to, tag: '7.0.0' };
      const promoted = await client.call('images.promote', input);
      expect(promoted).toMatchObject({ digest, sentBytes: 0, layers: { sent: 0, mounted: 2, present: 0 } });
    });
  });

  it('copies an image to a repository of the same name in another region', async () => {
    const source = repositoryOf(staging, 'region/web');
    await source.create();
    const { digest } = await source.image('amd64', [layerOf()], 'v1');
    const { endpoint } = staging.sandbox;
    const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
    const elsewhere = new ECRClient({ endpoint, region: 'eu-west-1', credentials });
    await elsewhere.send(new CreateRepositoryCommand({ repositoryName: 'region/web' }));
    await withEngine(async (client) => {
      const to = { account: 'staging', region: 'eu-west-1', repository: 'region/web' };
      const input = { ...STAGING, repository: 'region/web', image: 'v1', to, tag: 'v1' };
      const promoted = await client.call('images.promote', input);
      expect(promoted).toMatchObject({ digest, layers: { sent: 2, present: 0 } });
    });
    const wanted = new DescribeImagesCommand({
      repositoryName: 'region/web',
      imageIds: [{ imageTag: 'v1' }],
    });
    const { imageDetails } = await elsewhere.send(wanted);
    expect(imageDetails?.[0]?.imageDigest).toBe(digest);
    elsewhere.destroy();
  });

  it('copies all platforms of an index, and the signatures of the image and of its parts', async () => {
    const source = repositoryOf(staging, 'shop/multi');
    const target = repositoryOf(production, 'shop/multi');
    await Promise.all([source.create(), target.create()]);
    const arm = await source.image('arm64', [layerOf()]);
    const amd = await source.image('amd64', [layerOf()]);
    const index = await source.put(
      { schemaVersion: 2, mediaType: INDEX, manifests: [arm, amd] },
      INDEX,
      '2.0.0',
    );
    const signature = await source.image('unknown', [layerOf()], undefined, index);
    const cosign = await source.image('unknown', [layerOf()], `${index.digest.replace(':', '-')}.sig`);
    await withEngine(async (client) => {
      const to = { ...PRODUCTION, repository: 'shop/multi' };
      const input = { ...STAGING, repository: 'shop/multi', image: index.digest, to, tag: 'stable' };
      const promoted = await client.call('images.promote', input);
      expect(promoted).toMatchObject({ digest: index.digest, referrers: 2, warnings: [] });
    });
    const [stable, ...parts] = await Promise.all([
      target.manifest({ imageTag: 'stable' }),
      ...[arm, amd].map(({ digest }) => target.manifest({ imageDigest: digest })),
    ]);
    expect(stable?.imageManifest).toBe((await source.manifest({ imageTag: '2.0.0' }))?.imageManifest);
    expect(parts.map((part) => part?.imageId?.imageDigest)).toEqual([arm.digest, amd.digest]);
    expect(await target.referrersOf(index.digest)).toEqual([signature.digest]);
    const tagged = await target.manifest({ imageTag: `${index.digest.replace(':', '-')}.sig` });
    expect(tagged?.imageId?.imageDigest).toBe(cosign.digest);
  });

  it('says that a pull-through cache may replace the copy, and that it has no image before it is pulled', async () => {
    const rule = { ecrRepositoryPrefix: 'cache', upstreamRegistryUrl: 'public.ecr.aws' };
    await production.ecr.send(new CreatePullThroughCacheRuleCommand(rule));
    const source = repositoryOf(staging, 'cache/web');
    await Promise.all([source.create(), repositoryOf(production, 'cache/web').create()]);
    await source.image('amd64', [layerOf()], '1');
    await withEngine(async (client) => {
      const from = { ...STAGING, repository: 'cache/web' };
      const to = { ...PRODUCTION, repository: 'cache/web' };
      const { warnings } = await client.call('images.promote', { ...from, image: '1', to, tag: '1' });
      expect(warnings).toEqual([
        expect.stringMatching(/^cache\/web is filled from public\.ecr\.aws by a pull-through/),
      ]);
      await expect(
        client.call('images.promote', { ...to, image: '2', to: from, tag: '2' }),
      ).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: expect.stringContaining('from public.ecr.aws when they are first pulled: pull 2 once'),
      });
    });
  });

  it('and images.addTag refuse an immutable tag of another image with free tags, before anything is sent', async () => {
    const source = repositoryOf(staging, 'shop/taken');
    const target = repositoryOf(production, 'shop/taken');
    await Promise.all([source.create(true), target.create(true)]);
    await source.image('amd64', [layerOf()], '1');
    await source.image('amd64', [layerOf()], '2');
    await target.image('amd64', [layerOf()], '1');
    const before = production.sandbox.calls().length;
    await withEngine(async (client) => {
      const to = { ...PRODUCTION, repository: 'shop/taken' };
      const input = { ...STAGING, repository: 'shop/taken', image: '1', to, tag: '1' };
      await expect(client.call('images.promote', input)).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringMatching(
          /^The tag 1 of shop\/taken has another image \(sha256:.*…\) and is immutable, so it was not moved\. Choose a tag that is free: 1-2\.$/,
        ),
      });
      const other = { ...STAGING, repository: 'shop/taken', image: '2', tag: '1' };
      await expect(client.call('images.addTag', other)).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining('Choose a tag that is free: 1-2.'),
      });
    });
    const sent = production.sandbox.calls().slice(before);
    expect(sent.map(({ operation }) => operation)).not.toContain('PutImage');
  });

  it('puts an image that two levels of indexes list before both of them', async () => {
    const source = repositoryOf(staging, 'shop/nested');
    const target = repositoryOf(production, 'shop/nested');
    await Promise.all([source.create(), target.create()]);
    const shared = await source.image('amd64', [layerOf()]);
    const index = (manifests: readonly object[], tag?: string) =>
      source.put({ schemaVersion: 2, mediaType: INDEX, manifests }, INDEX, tag);
    const inner = await index([shared]);
    const root = await index([inner, shared], '1');
    await withEngine(async (client) => {
      const to = { ...PRODUCTION, repository: 'shop/nested' };
      const input = { ...STAGING, repository: 'shop/nested', image: '1', to, tag: '1' };
      expect(await client.call('images.promote', input)).toMatchObject({ digest: root.digest, warnings: [] });
    });
  });

  it('leaves signatures that the target has under the tag of those of the source, and says so', async () => {
    const source = repositoryOf(staging, 'shop/signed');
    const target = repositoryOf(production, 'shop/signed');
    await Promise.all([source.create(), target.create(true)]);
    const { digest } = await source.image('amd64', [layerOf()], '1');
    const signatures = `${digest.replace(':', '-')}.sig`;
    await source.image('unknown', [layerOf()], signatures);
    const own = await target.image('unknown', [layerOf()], signatures);
    await withEngine(async (client) => {
      const to = { ...PRODUCTION, repository: 'shop/signed' };
      const input = { ...STAGING, repository: 'shop/signed', image: '1', to, tag: '1' };
      expect(await client.call('images.promote', input)).toMatchObject({
        digest,
        referrers: 0,
        warnings: [
          `shop/signed has other signatures or artifacts under the tag ${signatures}. They were left as they are, so those of the source were not copied.`,
        ],
      });
    });
    expect((await target.manifest({ imageTag: signatures }))?.imageId?.imageDigest).toBe(own.digest);
    expect((await target.manifest({ imageTag: '1' }))?.imageId?.imageDigest).toBe(digest);
  });

  it('goes on with what is missing after a copy that was cancelled, which left no tag', async () => {
    const source = repositoryOf(staging, 'shop/large');
    const target = repositoryOf(production, 'shop/large');
    await Promise.all([source.create(), target.create()]);
    await source.image(
      'amd64',
      Array.from({ length: 12 }, () => layerOf()),
      '3',
    );
    await withEngine(async (client) => {
      const to = { ...PRODUCTION, repository: 'shop/large' };
      const input = { ...STAGING, repository: 'shop/large', image: '3', to, tag: '3' };
      const cancel = new AbortController();
      const onEvent = ({ doneLayers }: PromotionProgress): void => {
        if (doneLayers >= 2) cancel.abort();
      };
      await expect(
        client.call('images.promote', input, { onEvent, signal: cancel.signal }),
      ).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(await target.manifest({ imageTag: '3' })).toBeUndefined();
      const { layers } = await client.call('images.promote', input);
      expect(layers.present).toBeGreaterThanOrEqual(2);
      expect(layers.present + layers.sent).toBe(13);
    });
  });

  it.each([
    [{ image: 'no-such' }, 'shop/web has no image no-such. List its images, and name one.'],
    [{ repository: 'no-such' }, "The repository no-such doesn't exist in this account and region."],
    [
      { to: { ...PRODUCTION, repository: 'no-such' } },
      "The repository no-such doesn't exist in this account and region.",
    ],
  ])('names what is not there for %j', async (change, sentence) => {
    await withEngine(async (client) => {
      const to = { ...PRODUCTION, repository: 'shop/web' };
      const input = { ...STAGING, repository: 'shop/web', image: '1.2.0', to, tag: 'x', ...change };
      await expect(client.call('images.promote', input)).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: expect.stringContaining(sentence),
      });
    });
  });
});
