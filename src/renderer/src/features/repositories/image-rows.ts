import type { Image } from '../../../../shared/model/image.ts';
import { parseImageReference } from '../../../../shared/model/image-reference.ts';
import type { LifecycleVerdict } from '../../../../shared/model/repository-lifecycle.ts';
import type { ImageUse } from '../../../../shared/model/search.ts';
import type { ImagesFilter } from '../../lib/search.ts';

export type RevisionUse = Extract<ImageUse, { readonly kind: 'revision' }>;
/** What runs an image, or will. */
export type RunningUse = Exclude<ImageUse, RevisionUse>;

/** An image with what is known beside it. */
export interface ImageRow {
  readonly image: Image;
  readonly uses: readonly RunningUse[];
  /** Revisions that name it and that nothing runs. */
  readonly revisions: readonly RevisionUse[];
  /** What the lifecycle policy will do with it. */
  readonly verdict: LifecycleVerdict | undefined;
}

/** Joins images with the services that run them, by digest, or by tag where no digest is known. */
export function imageRows(
  images: readonly Image[],
  uses: readonly ImageUse[],
  verdicts: readonly LifecycleVerdict[],
): readonly ImageRow[] {
  const byDigest = Map.groupBy(uses, ({ digest }) => digest);
  const byTag = Map.groupBy(byDigest.get(undefined) ?? [], ({ image }) => tagOf(image));
  const verdictOf = new Map(verdicts.map((verdict) => [verdict.digest, verdict]));
  return images.map((image) => {
    const all = [...(byDigest.get(image.digest) ?? []), ...image.tags.flatMap((tag) => byTag.get(tag) ?? [])];
    return {
      image,
      uses: all.filter((use) => use.kind !== 'revision'),
      revisions: all.filter((use) => use.kind === 'revision'),
      verdict: verdictOf.get(image.digest),
    };
  });
}

function tagOf(image: string): string | undefined {
  const reference = parseImageReference(image);
  return reference?.digest === undefined ? (reference?.tag ?? 'latest') : undefined;
}

/** The rows that a filter and the words of a search leave. */
export function filterRows(
  rows: readonly ImageRow[],
  filter: ImagesFilter,
  text: string,
): readonly ImageRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => isShown(row, filter) && words.every((word) => textOf(row).includes(word)));
}

export function isShown({ image, uses, verdict }: ImageRow, filter: ImagesFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'used':
      return uses.length > 0;
    case 'unused':
      return uses.length === 0;
    case 'untagged':
      return image.tags.length === 0;
    case 'expiring':
      return verdict !== undefined;
  }
}

function textOf({ image: { tags, digest, commit = '' }, uses, revisions }: ImageRow): string {
  const names = [...uses.map(imageUseLabel), ...revisions.map(({ revision }) => revision)];
  return [...tags, digest, commit, ...names].join(' ').toLowerCase();
}

/** A service or a daemon with its cluster, or what starts tasks. */
export function imageUseLabel(use: RunningUse): string {
  switch (use.kind) {
    case 'schedule':
      return use.source;
    case 'daemon':
      return `the daemon ${use.cluster}/${use.daemon}`;
    case 'service':
    case 'deployment':
      return `${use.cluster}/${use.service}`;
  }
}
