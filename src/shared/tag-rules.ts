import type { Repository } from './model/image.ts';
import { starPattern } from './wildcard.ts';

/** ECR's limit of a tag. */
const MOST_CHARACTERS = 128;
const VERSION = /^(?<prefix>v?)(?<major>\d{1,9})\.(?<minor>\d{1,9})\.(?<patch>\d{1,9})$/;
const NUMBERED = /^(?<base>.*[^-])-(?<number>[1-9]\d{0,5})$/;

/**
 * Whether a tag of a repository cannot be moved to another digest. With IMMUTABLE_WITH_EXCLUSION the tags that
 * match a filter can be moved after all, with MUTABLE_WITH_EXCLUSION they are the ones that cannot (ECR API
 * reference, ImageTagMutabilityExclusionFilter: `*` stands for any characters).
 */
export function isTagImmutable(
  { tagMutability, tagExceptions = [] }: Pick<Repository, 'tagMutability' | 'tagExceptions'>,
  tag: string,
): boolean {
  const isExcluded = tagExceptions.some((filter) => starPattern(filter).matches(tag));
  switch (tagMutability) {
    case 'IMMUTABLE':
      return true;
    case 'IMMUTABLE_WITH_EXCLUSION':
      return !isExcluded;
    case 'MUTABLE_WITH_EXCLUSION':
      return isExcluded;
    default:
      return false;
  }
}

const NAMES_VERSION = /^v?\d{1,9}(?:\.\d{1,9}){1,3}(?:[-+.][\w.-]{1,100})?$/;

/** Whether a tag is a version, such as `1.4.2`, `v2.0.0-rc.1` or the output of `git describe`. Commits and times are not versions. */
export function isVersionTag(tag: string): boolean {
  return NAMES_VERSION.test(tag);
}

interface Version {
  readonly prefix: string;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** The releases that follow the highest one among the tags: `v1.4.2` gives `v1.4.3`, `v1.5.0` and `v2.0.0`. Pre-releases do not count. */
export function nextVersions(
  tags: Iterable<string>,
): { readonly patch: string; readonly minor: string; readonly major: string } | undefined {
  const highest = [...tags]
    .flatMap((tag) => versionOf(tag) ?? [])
    .reduce<Version | undefined>(
      (most, next) => (most && compareVersions(most, next) >= 0 ? most : next),
      undefined,
    );
  if (highest === undefined) return undefined;
  const { prefix, major, minor, patch } = highest;
  return {
    patch: `${prefix}${major}.${minor}.${patch + 1}`,
    minor: `${prefix}${major}.${minor + 1}.0`,
    major: `${prefix}${major + 1}.0.0`,
  };
}

function compareVersions(one: Version, other: Version): number {
  return one.major - other.major || one.minor - other.minor || one.patch - other.patch;
}

/** Tags that no image of a repository has, in place of one that is taken: the next patch, the commit, and the tag with a number. */
export function freeTags(
  wanted: string,
  { tags, commit }: { readonly tags: Iterable<string>; readonly commit?: string | undefined },
): readonly string[] {
  const taken = new Set([...tags, wanted]);
  const proposed = [nextPatch(wanted, taken), shortCommit(commit), nextNumber(wanted, taken)];
  return [...new Set(proposed)].flatMap((tag) => (tag === undefined || taken.has(tag) ? [] : tag));
}

function shortCommit(commit: string | undefined): string | undefined {
  return commit?.replace(/^([0-9a-f]{7})[0-9a-f]*/, '$1');
}

/** The version after the highest patch of the same major and minor version. Pre-releases do not count. */
function nextPatch(wanted: string, tags: Iterable<string>): string | undefined {
  const version = versionOf(wanted);
  if (version === undefined) return undefined;
  const { prefix, major, minor } = version;
  const patches = [...tags].flatMap((tag) => {
    const other = versionOf(tag);
    const isSame = other?.prefix === prefix && other.major === major && other.minor === minor;
    return isSame ? other.patch : [];
  });
  const highest = patches.reduce((most, patch) => Math.max(most, patch), 0);
  return `${prefix}${major}.${minor}.${highest + 1}`;
}

function nextNumber(wanted: string, taken: ReadonlySet<string>): string {
  const { base = wanted, number = '1' } = NUMBERED.exec(wanted)?.groups ?? {};
  let next = Number(number) + 1;
  const numbered = (): string => {
    const ending = `-${next}`;
    return `${base.slice(0, MOST_CHARACTERS - ending.length)}${ending}`;
  };
  while (taken.has(numbered())) next += 1;
  return numbered();
}

function versionOf(tag: string): Version | undefined {
  const { prefix, major, minor, patch } = VERSION.exec(tag)?.groups ?? {};
  if (prefix === undefined) return undefined;
  return { prefix, major: Number(major), minor: Number(minor), patch: Number(patch) };
}
