import type {
  ImageCleanupItem,
  ImageCleanupPolicy,
  RepositoryTotal,
} from '../../../../shared/model/image-cleanup.ts';
import { type Pattern, starPattern } from '../../../../shared/wildcard.ts';
import { freedBytes, imageName } from '../jobs/image-name.ts';
import { type ImageLinks, linksAmong } from './image-links.ts';
import type { ReasonOfUse } from './image-use.ts';
import type { LinkedImage } from './repository-images.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Why images stay, by digest. */
type Staying = Map<string, string>;

/**
 * What is removed and what is kept of one repository, the newest push first, each with its reason. What is in use
 * stays, and so does an index that lists it. What follows another image (see ImageLinks) stays as long as that stays;
 * age and number count only for images by themselves. Where somebody has chosen images, they count for none, and all
 * others stay.
 */
export function imageItems(
  images: readonly LinkedImage[],
  reasonOfUse: ReasonOfUse,
  policy: ImageCleanupPolicy,
  { now, chosen }: { readonly now: Date; readonly chosen?: readonly string[] | undefined },
): readonly ImageCleanupItem[] {
  const links = linksAmong(images);
  const newestFirst = images.toSorted((one, other) => pushedMs(other) - pushedMs(one));
  const byThemselves = newestFirst.filter(({ digest }) => links.leadersOf(digest).length === 0);
  const newest = new Set(byThemselves.slice(0, policy.keepNewest));

  const keepTags = policy.keepTags.map(starPattern);
  const staying: Staying = new Map();
  for (const image of images) {
    const use = reasonOfUse(image);
    if (use !== undefined) stayWithIndexes(image, use, links, staying);
  }
  if (chosen !== undefined) stayUnlessChosen(images, chosen, links, staying);
  else {
    for (const image of newestFirst) {
      const reason =
        reasonOfPolicy(image, policy, keepTags) ?? (newest.has(image) ? newestReason(policy) : undefined);
      if (reason !== undefined) stay(image, reason, staying);
    }
    for (const image of byThemselves)
      if (isYoung(image, policy, now)) stay(image, youngReason(policy), staying);
  }
  spread(images, links, staying);

  return newestFirst.map((image) => {
    const reason = staying.get(image.digest);
    return reason === undefined
      ? itemOf(image, 'remove', goingReason(image, links))
      : itemOf(image, 'keep', reason);
  });
}

function stay({ digest }: LinkedImage, reason: string, staying: Staying): void {
  if (!staying.has(digest)) staying.set(digest, reason);
}

/** The chosen images, and what belongs to them, are all that may be removed. */
function stayUnlessChosen(
  images: readonly LinkedImage[],
  chosen: readonly string[],
  links: ImageLinks,
  staying: Staying,
): void {
  const going = withFollowers(chosen, links);
  for (const image of images) {
    if (!going.has(image.digest)) stay(image, 'not chosen', staying);
    else if (image.status !== 'ACTIVE') stay(image, archivedReason(image), staying);
  }
}

/** The digests of the chosen images and of what belongs to them. */
export function withFollowers(chosen: readonly string[], links: ImageLinks): ReadonlySet<string> {
  const all = new Set(chosen);
  for (const digest of all) {
    for (const follower of links.followersOf(digest)) all.add(follower.digest);
  }
  return all;
}

/** ECR may have resolved a tag to the image of one platform: then the index that lists it is what was deployed. */
function stayWithIndexes(image: LinkedImage, use: string, links: ImageLinks, staying: Staying): void {
  stay(image, use, staying);
  for (const index of links.listing(image.digest)) {
    if (staying.has(index.digest)) continue;
    stayWithIndexes(index, `lists an image that is in use: ${use}`, links, staying);
  }
}

/** What holds for every image, whether it follows another one or not. */
function reasonOfPolicy(
  { tags, status }: LinkedImage,
  { untaggedOnly }: ImageCleanupPolicy,
  keepTags: readonly Pattern[],
): string | undefined {
  if (status !== 'ACTIVE') return archivedReason({ status });
  const kept = tags.find((tag) => keepTags.some((pattern) => pattern.matches(tag)));
  if (kept !== undefined) return `has the tag ${kept}`;
  return untaggedOnly && tags.length > 0 ? 'has a tag' : undefined;
}

function archivedReason({ status }: Pick<LinkedImage, 'status'>): string {
  return `is ${status} and is kept`;
}

function isYoung(image: LinkedImage, { keepDays }: ImageCleanupPolicy, now: Date): boolean {
  return keepDays > 0 && pushedMs(image) >= now.getTime() - keepDays * DAY_MS;
}

/** Whatever follows an image that stays, stays. */
function spread(images: readonly LinkedImage[], links: ImageLinks, staying: Staying): void {
  const queue = images.filter(({ digest }) => staying.has(digest));
  for (const leader of queue) {
    for (const follower of links.followersOf(leader.digest)) {
      if (staying.has(follower.digest)) continue;
      const relation = leader.links.lists.includes(follower.digest) ? 'part of' : 'belongs to';
      stay(follower, `${relation} ${imageName(leader)}, which is kept`, staying);
      queue.push(follower);
    }
  }
}

function goingReason({ digest, tags }: LinkedImage, links: ImageLinks): string {
  const [leader] = links.leadersOf(digest);
  if (leader !== undefined) return `removed with ${imageName(leader)}`;
  return tags.length === 0 ? 'untagged and not referenced' : 'not referenced';
}

function newestReason({ keepNewest }: ImageCleanupPolicy): string {
  return keepNewest === 1 ? 'the newest one' : `one of the newest ${keepNewest}`;
}

function youngReason({ keepDays }: ImageCleanupPolicy): string {
  return keepDays === 1 ? 'pushed in the last day' : `pushed in the last ${keepDays} days`;
}

/** An image that says nothing about its age counts as new. */
function pushedMs({ pushedAt }: LinkedImage): number {
  return pushedAt?.getTime() ?? Number.MAX_SAFE_INTEGER;
}

function itemOf(image: LinkedImage, verdict: ImageCleanupItem['verdict'], reason: string): ImageCleanupItem {
  const { repository, digest, tags, kind, sizeBytes, pushedAt } = image;
  return {
    repository,
    digest,
    tags,
    kind,
    sizeBytes,
    ...(pushedAt === undefined ? {} : { pushedAt: pushedAt.toISOString() }),
    verdict,
    reason,
  };
}

/** How many are removed and kept of a repository, and what that frees at most. */
export function repositoryTotal(repository: string, items: readonly ImageCleanupItem[]): RepositoryTotal {
  const going = items.filter(({ verdict }) => verdict === 'remove');
  return {
    repository,
    removing: going.length,
    keeping: items.length - going.length,
    freedBytes: freedBytes(going),
  };
}
