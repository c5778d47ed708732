import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ImageCleanupPolicy } from '../../../../shared/model/image-cleanup.ts';
import { imageItems } from './image-items.ts';
import { linksAmong, removalOrder } from './image-links.ts';
import type { ReasonOfUse } from './image-use.ts';
import type { LinkedImage } from './repository-images.ts';

const NOW = new Date('2026-11-20T12:00:00Z');
const DAY_MS = 24 * 60 * 60 * 1000;

const digestOf = (number: number): string => `sha256:${String(number).padStart(64, '0')}`;

/** An image that was pushed so many days ago as its number says. */
function image(number: number, changed: Partial<LinkedImage> = {}): LinkedImage {
  return {
    repository: 'web',
    digest: digestOf(number),
    tags: [],
    kind: 'image',
    sizeBytes: 10,
    pushedAt: new Date(NOW.getTime() - number * DAY_MS),
    status: 'ACTIVE',
    links: { lists: [] },
    ...changed,
  };
}

function index(number: number, lists: readonly number[], changed: Partial<LinkedImage> = {}): LinkedImage {
  return image(number, { kind: 'index', links: { lists: lists.map(digestOf) }, ...changed });
}

const aPolicy = (policy: Partial<ImageCleanupPolicy> = {}): ImageCleanupPolicy =>
  ImageCleanupPolicy.parse({ keepNewest: 1, ...policy });

/** Uses of some images by their numbers. */
const usedBy =
  (...numbers: readonly number[]): ReasonOfUse =>
  ({ digest }) =>
    numbers.some((number) => digestOf(number) === digest) ? 'web:4 refers to it' : undefined;

/** `1 keep: reason`, newest push first. */
function verdicts(
  images: readonly LinkedImage[],
  use: ReasonOfUse,
  policy = aPolicy(),
  chosen?: readonly number[],
): readonly string[] {
  return imageItems(images, use, policy, { now: NOW, chosen: chosen?.map(digestOf) }).map(
    ({ digest, verdict, reason }) => `${Number(digest.slice('sha256:'.length))} ${verdict}: ${reason}`,
  );
}

describe('imageItems', () => {
  it('says of each image why it is removed or kept', () => {
    const images = [
      image(1, { tags: ['1.4'] }),
      image(2),
      image(9, { tags: ['1.3', 'release-9'] }),
      image(20, { tags: ['1.2'] }),
      image(30),
      image(40, { status: 'ARCHIVED' }),
    ];
    const policy = aPolicy({ keepDays: 3, keepTags: ['latest', 'release-*'] });
    expect(verdicts(images, usedBy(30), policy)).toEqual([
      '1 keep: the newest one',
      '2 keep: pushed in the last 3 days',
      '9 keep: has the tag release-9',
      '20 remove: not referenced',
      '30 keep: web:4 refers to it',
      '40 keep: is ARCHIVED and is kept',
    ]);
  });

  it('removes only untagged images when asked', () => {
    const images = [image(1), image(2, { tags: ['old'] }), image(3)];
    expect(verdicts(images, usedBy(), aPolicy({ untaggedOnly: true }))).toEqual([
      '1 keep: the newest one',
      '2 keep: has a tag',
      '3 remove: untagged and not referenced',
    ]);
  });

  it('keeps what an index lists as long as the index, and counts both as one image', () => {
    const images = [
      index(1, [2, 3], { tags: ['2.0'] }),
      image(2),
      image(3),
      index(4, [5, 6], { tags: ['1.0'] }),
      image(5),
      image(6),
      image(7),
    ];
    expect(verdicts(images, usedBy(), aPolicy({ keepNewest: 1 }))).toEqual([
      '1 keep: the newest one',
      '2 keep: part of web:2.0, which is kept',
      '3 keep: part of web:2.0, which is kept',
      '4 remove: not referenced',
      '5 remove: removed with web:1.0',
      '6 remove: removed with web:1.0',
      '7 remove: untagged and not referenced',
    ]);
  });

  it('keeps an index, and all that it lists, when a task runs the image of one platform', () => {
    const images = [image(1), index(4, [5, 6], { tags: ['1.0'] }), image(5), image(6)];
    expect(verdicts(images, usedBy(5))).toEqual([
      '1 keep: the newest one',
      '4 keep: lists an image that is in use: web:4 refers to it',
      '5 keep: web:4 refers to it',
      '6 keep: part of web:1.0, which is kept',
    ]);
  });

  it('keeps and removes signatures with their image, however young they are', () => {
    const about = (number: number) => ({ links: { lists: [], subject: digestOf(number) } });
    const byTag = (number: number) => ({ tags: [`${digestOf(number).replace(':', '-')}.sig`] });
    const images = [
      image(1, about(8)),
      image(2, byTag(9)),
      image(3, about(9)),
      image(8, { tags: ['new'] }),
      image(9, { tags: ['old'] }),
    ];
    expect(verdicts(images, usedBy(), aPolicy({ keepDays: 5 }))).toEqual([
      '1 keep: belongs to web:new, which is kept',
      '2 remove: removed with web:old',
      '3 remove: removed with web:old',
      '8 keep: the newest one',
      '9 remove: not referenced',
    ]);
  });

  it('removes a chosen image with what belongs to it, and refuses what is in use or part of another', () => {
    const images = [
      image(1, { tags: ['latest'] }),
      index(2, [3], { tags: ['2.0'] }),
      image(3),
      image(4, { links: { lists: [], subject: digestOf(1) } }),
      image(5, { tags: ['used'] }),
      image(6),
      // Each claims to be about the other.
      image(7, { links: { lists: [], subject: digestOf(8) } }),
      image(8, { links: { lists: [], subject: digestOf(7) } }),
    ];
    const policy = aPolicy({ keepDays: 30, keepTags: ['latest'] });
    expect(verdicts(images, usedBy(5), policy, [1, 3, 5])).toEqual([
      '1 remove: not referenced',
      '2 keep: not chosen',
      '3 keep: part of web:2.0, which is kept',
      '4 remove: removed with web:latest',
      '5 keep: web:4 refers to it',
      '6 keep: not chosen',
      '7 keep: not chosen',
      '8 keep: not chosen',
    ]);
  });

  it('keeps an image without a push time', () => {
    const { pushedAt: _, ...undated } = image(5);
    expect(verdicts([image(1), undated], usedBy(), aPolicy())).toEqual([
      '5 keep: the newest one',
      '1 remove: untagged and not referenced',
    ]);
  });
});

describe('removalOrder', () => {
  it('is oldest first, but an index before its images, and an image before its signature', () => {
    const images = [
      image(9, { links: { lists: [], subject: digestOf(1) } }),
      image(8),
      image(5),
      index(3, [9, 8]),
      image(1, { tags: ['1.0'] }),
    ];
    const order = removalOrder(images, linksAmong(images)).map(({ digest }) => Number(digest.slice(-2)));
    expect(order).toEqual([5, 3, 1, 9, 8]);
  });
});

it('an image clean-up removes nothing in use, none of the newest, and no part of a kept image', () => {
  const some = fc.array(fc.nat(29), { maxLength: 5 });
  const anImage = fc.record({
    lists: some,
    subject: fc.option(fc.nat(29), { nil: undefined }),
    tag: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(anImage, { maxLength: 30 }),
      some,
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      (made, used, keepNewest, untaggedOnly) => {
        const images = made.map(({ lists, subject, tag }, number) =>
          image(number, {
            tags: tag ? [`v${number}`] : [],
            links: {
              lists: lists.filter((each) => each !== number).map(digestOf),
              ...(subject === undefined ? {} : { subject: digestOf(subject) }),
            },
          }),
        );
        const items = imageItems(images, usedBy(...used), aPolicy({ keepNewest, untaggedOnly }), {
          now: NOW,
        });
        expect(items).toHaveLength(images.length);
        const going = new Set(
          items.filter(({ verdict }) => verdict === 'remove').map(({ digest }) => digest),
        );
        const isThere = (digest: string | undefined): boolean =>
          images.some((each) => each.digest === digest);
        for (const number of used) expect(going).not.toContain(digestOf(number));
        const wrong = images.filter(({ digest, links, tags }) => {
          if (!going.has(digest)) return links.lists.some((listed) => going.has(listed));
          const isHeld = isThere(links.subject) && !going.has(links.subject ?? '');
          return isHeld || (untaggedOnly && tags.length > 0);
        });
        expect(wrong).toEqual([]);
      },
    ),
    { numRuns: 500 * Number(process.env.SLIPWAY_PROPERTY_RUNS ?? 1) },
  );
});
