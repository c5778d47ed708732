import type { ContainerImage } from '../../../../shared/model/image.ts';
import { parseImageReference } from '../../../../shared/model/image-reference.ts';
import type { ImageDifference, ImageSide, ImageVersionChange } from '../../../../shared/model/revision.ts';

/**
 * Compares the images of two revisions, containers matched by name: those of the new side in its order, then those
 * that are gone. Without an earlier revision every container is `first`.
 */
export function diffImages(
  before: readonly ContainerImage[] | undefined,
  after: readonly ContainerImage[],
): readonly ImageDifference[] {
  if (before === undefined) {
    return after.map((image) => ({ container: image.container, change: 'first', after: sideOf(image) }));
  }
  const gone = before.filter((old) => !after.some((now) => now.container === old.container));
  return [
    ...after.map((now) =>
      diffContainer(
        before.find((old) => old.container === now.container),
        now,
      ),
    ),
    ...gone.map(
      (old): ImageDifference => ({ container: old.container, change: 'removed', before: sideOf(old) }),
    ),
  ];
}

function diffContainer(old: ContainerImage | undefined, now: ContainerImage): ImageDifference {
  const after = sideOf(now);
  if (old === undefined) return { container: now.container, change: 'added', after };
  const before = sideOf(old);
  const url = commitsUrl(before.facts ?? {}, after.facts ?? {});
  return {
    container: now.container,
    change: compareImageVersions(before, after),
    before,
    after,
    ...(url === undefined ? {} : { commitsUrl: url }),
  };
}

/**
 * Software is compared by digest, the identity of an image. Where one is not known the references have to do: another
 * text is another image version, and the same tag may have stood for anything.
 */
export function compareImageVersions(before: ImageSide, after: ImageSide): ImageVersionChange {
  if (before.digest === undefined || after.digest === undefined) {
    if (before.image !== after.image) return 'changed';
    return dependsOnTag(after.image) ? 'same-tag' : 'unchanged';
  }
  const sameName = nameWithTag(before.image) === nameWithTag(after.image);
  if (before.digest === after.digest) return sameName ? 'unchanged' : 'same-image';
  return sameName && dependsOnTag(after.image) ? 'tag-moved' : 'changed';
}

/** One side of a difference, with the parts of its reference. */
function sideOf({ image, digest, facts }: ContainerImage): ImageSide {
  const reference = parseImageReference(image);
  const known = digest ?? reference?.digest;
  return {
    image,
    ...(reference?.tag === undefined ? {} : { tag: reference.tag }),
    ...(known === undefined ? {} : { digest: known }),
    ...(facts === undefined ? {} : { facts }),
  };
}

/** The reference without its digest. */
function nameWithTag(image: string): string {
  return image.split('@')[0] ?? image;
}

/** False for `repository@digest`, which names its image version by the digest alone. */
function dependsOnTag(image: string): boolean {
  const reference = parseImageReference(image);
  return reference?.tag !== undefined || reference?.digest === undefined;
}

/** Where an image's image version came from, by its labels. */
interface SourceCommit {
  readonly source?: string | undefined;
  readonly commit?: string | undefined;
}

const COMMIT = /^[0-9a-f]{7,64}$/;
/** Owner, groups and name, in the characters that the three allow. */
const PATH = /^(?:\/[\w.-]{1,100}){2,20}$/;

/**
 * An https address that shows the commits between two images, on github.com, gitlab.com or bitbucket.org. Undefined
 * unless both name the same source and different commits there. Labels are written by whoever builds an image: a host
 * that only starts like one of the three is none.
 */
export function commitsUrl(before: SourceCommit, after: SourceCommit): string | undefined {
  if (before.source === undefined || before.source !== after.source) return undefined;
  const { commit: from } = before;
  const { commit: to } = after;
  if (from === undefined || to === undefined || from === to) return undefined;
  if (!COMMIT.test(from) || !COMMIT.test(to)) return undefined;

  const repository = repositoryAddress(before.source);
  if (repository === undefined) return undefined;
  switch (new URL(repository).host) {
    case 'github.com':
      return `${repository}/compare/${from}...${to}`;
    case 'gitlab.com':
      return `${repository}/-/compare/${from}...${to}`;
    case 'bitbucket.org':
      return `${repository}/branches/compare/${to}%0D${from}`;
    default:
      return undefined;
  }
}

/** A label of an image may have megabytes. No browser is given more than this. */
const LONGEST_ADDRESS = 2048;

/** `https://host/owner/name` of a source label, without credentials, `.git`, query or fragment. */
function repositoryAddress(source: string): string | undefined {
  if (source.length > LONGEST_ADDRESS) return undefined;
  const address = URL.parse(source);
  if (address === null || address.protocol !== 'https:') return undefined;
  const path = address.pathname.replace(/\/+$/, '').replace(/\.git$/, '');
  return PATH.test(path) ? `https://${address.host}${path}` : undefined;
}
