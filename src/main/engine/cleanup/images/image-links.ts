import type { LinkedImage } from './repository-images.ts';

/**
 * Which images of a repository go only after others, and stay as long as those stay: what an index lists follows the
 * index, and a signature, a bill of materials and the like follow the image that they are about.
 */
export interface ImageLinks {
  /** The images that one follows, by its digest. */
  leadersOf(digest: string): readonly LinkedImage[];
  /** The images that follow one. */
  followersOf(digest: string): readonly LinkedImage[];
  /** The indexes that list an image. */
  listing(digest: string): readonly LinkedImage[];
}

/** Clients for registries that know no referrers put them under a tag made of the digest: `sha256-…`, `sha256-….sig`. */
const REFERRERS_TAG = /^sha256-(?<hex>[0-9a-f]{64})(?:$|\.)/;

export function linksAmong(images: readonly LinkedImage[]): ImageLinks {
  const byDigest = new Map(images.map((image) => [image.digest, image]));
  const leaders = new Map<string, LinkedImage[]>();
  const followers = new Map<string, LinkedImage[]>();
  const listing = new Map<string, LinkedImage[]>();

  function link(leader: LinkedImage | undefined, follower: LinkedImage | undefined): void {
    if (leader === undefined || follower === undefined || leader === follower) return;
    addTo(leaders, follower.digest, leader);
    addTo(followers, leader.digest, follower);
  }

  for (const image of images) {
    for (const digest of image.links.lists) {
      link(image, byDigest.get(digest));
      addTo(listing, digest, image);
    }
    for (const digest of subjectsOf(image)) link(byDigest.get(digest), image);
  }
  return {
    leadersOf: (digest) => leaders.get(digest) ?? [],
    followersOf: (digest) => followers.get(digest) ?? [],
    listing: (digest) => listing.get(digest) ?? [],
  };
}

function subjectsOf({ links, tags }: LinkedImage): readonly string[] {
  const byTag = tags.flatMap((tag) => {
    const hex = REFERRERS_TAG.exec(tag)?.groups?.hex;
    return hex === undefined ? [] : [`sha256:${hex}`];
  });
  return links.subject === undefined ? byTag : [links.subject, ...byTag];
}

function addTo(lists: Map<string, LinkedImage[]>, key: string, image: LinkedImage): void {
  const list = lists.get(key) ?? [];
  list.push(image);
  lists.set(key, list);
}

/** Leaders before followers, and the oldest push first among equals. */
export function removalOrder<Image extends Pick<LinkedImage, 'digest' | 'pushedAt'>>(
  images: readonly Image[],
  links: ImageLinks,
): readonly Image[] {
  const ranks = new Map<string, number>();
  function rankOf(digest: string): number {
    const known = ranks.get(digest);
    if (known !== undefined) return known;
    // Tags are free text, so two images could each claim to be about the other.
    ranks.set(digest, 0);
    const rank = Math.max(-1, ...links.leadersOf(digest).map((leader) => rankOf(leader.digest))) + 1;
    ranks.set(digest, rank);
    return rank;
  }
  return images.toSorted(
    (one, other) => rankOf(one.digest) - rankOf(other.digest) || timeOf(one) - timeOf(other),
  );
}

function timeOf({ pushedAt }: Pick<LinkedImage, 'pushedAt'>): number {
  return pushedAt?.getTime() ?? 0;
}
