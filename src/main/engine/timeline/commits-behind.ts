import type { Image } from '../../../shared/model/image.ts';
import type { CommitsBehind } from '../../../shared/model/timeline.ts';
import { type CommitDependencies, commitsBetween } from '../commits/commit-handlers.ts';
import type { KeptImage, TimelineStore } from './timeline-store.ts';

/** The commits between the images of a row. */
export interface KnownCommits {
  /** For each image of a row, how far it is behind the newest of them. Sends nothing and runs nothing. */
  behind(images: readonly (KeptImage | undefined)[]): readonly CommitsBehind[];
  /** Asks the clones what `behind` needs of a row and does not know. */
  count(images: readonly (KeptImage | undefined)[], signal: AbortSignal): Promise<void>;
}

const NOT_SHOWN = 'ECS did not record the digest of its image, or its registry does not show the image.';
const NO_LABEL = 'Its image has no label with the commit that it was built from.';

/** Counts are kept in the store: they never change. Why a clone did not tell is kept for this process. */
export function createKnownCommits(store: TimelineStore, dependencies: CommitDependencies): KnownCommits {
  const problems = new Map<string, string>();

  function isAhead(image: KeptImage, newest: KeptImage): boolean {
    return store.distance(pairOf(image, newest))?.order === 'reverse';
  }

  /** By the time of the build, unless a clone has told that another one has all of its commits. */
  function newestOf(images: readonly KeptImage[]): KeptImage | undefined {
    const byTime = images.toSorted((one, other) => (other.builtAt ?? '').localeCompare(one.builtAt ?? ''));
    let [newest] = byTime;
    for (const image of byTime) {
      if (newest !== undefined && isComparable(image, newest) && isAhead(image, newest)) newest = image;
    }
    return newest;
  }

  function behindOf(image: KeptImage | undefined, newest: KeptImage | undefined): CommitsBehind {
    if (image === undefined) return { kind: 'uncounted', reason: NOT_SHOWN };
    if (newest === undefined || image.digest === newest.digest) return { kind: 'newest' };
    if (image.commit === undefined || newest.commit === undefined) {
      return {
        kind: 'uncounted',
        reason: image.commit === undefined ? NO_LABEL : 'The newest image has no label with its commit.',
      };
    }
    if (image.commit === newest.commit) return { kind: 'counted', behind: 0, ahead: 0 };
    if (image.source !== newest.source) {
      return {
        kind: 'uncounted',
        reason: 'Its image was built from another source repository than the newest one.',
      };
    }
    const pair = pairOf(image, newest);
    const distance = store.distance(pair);
    if (distance !== undefined) return countedOf(distance);
    const name = image.source ?? image.repository;
    if (dependencies.clones.of(name) === undefined) {
      return {
        kind: 'uncounted',
        reason: `No clone of ${name} is chosen. Choose one in the timeline or in the form Deploy.`,
        cloneOf: name,
      };
    }
    const problem = problems.get(pair);
    if (problem !== undefined) return { kind: 'uncounted', reason: problem, cloneOf: name };
    return { kind: 'uncounted', reason: 'Its commits were not counted yet.' };
  }

  return {
    behind(images) {
      const newest = newestOf(images.filter((image) => image !== undefined));
      return images.map((image) => behindOf(image, newest));
    },
    async count(images, signal) {
      const known = images
        .filter((image) => image !== undefined)
        .filter(({ commit }) => commit !== undefined);
      // Another one may turn out to be the newest.
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const newest = newestOf(known);
        if (newest === undefined) return;
        for (const image of known) {
          if (!isComparable(image, newest)) continue;
          const pair = pairOf(image, newest);
          if (store.distance(pair) !== undefined) continue;
          if (dependencies.clones.of(image.source ?? image.repository) === undefined) continue;
          const found = await commitsBetween(
            dependencies,
            { running: imageOf(image), chosen: imageOf(newest), reference: image.repository },
            signal,
          );
          const { order, total, missing, problem } = found;
          if (order !== 'unknown') store.keepDistance(pair, { order, total, missing });
          else if (problem !== undefined) problems.set(pair, problem);
        }
      }
    },
  };
}

function isComparable(image: KeptImage, newest: KeptImage): boolean {
  return (
    image.commit !== undefined &&
    newest.commit !== undefined &&
    image.commit !== newest.commit &&
    image.source === newest.source
  );
}

function countedOf({
  order,
  total,
  missing,
}: {
  order: string;
  total: number;
  missing: number;
}): CommitsBehind {
  if (order === 'reverse') return { kind: 'counted', behind: 0, ahead: total };
  return { kind: 'counted', behind: total, ahead: order === 'diverged' ? missing : 0 };
}

function pairOf(image: KeptImage, newest: KeptImage): string {
  return JSON.stringify([image.source ?? image.repository, image.commit, newest.commit]);
}

/** An image with its labels alone. */
export function imageOf({ digest, repository, commit, source }: KeptImage): Image {
  return {
    repository,
    digest,
    tags: [],
    platforms: [],
    status: 'ACTIVE',
    ...(commit === undefined ? {} : { commit }),
    ...(source === undefined ? {} : { source }),
  };
}
