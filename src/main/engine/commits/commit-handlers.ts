import type { CommitsBetween } from '../../../shared/model/commits.ts';
import type { Image } from '../../../shared/model/image.ts';
import { parseImageReference } from '../../../shared/model/image-reference.ts';
import { requireFolder } from '../docker/build-folder.ts';
import type { ImageLookup } from '../images/image-lookup.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Ports } from '../ports/ports.ts';
import { commitsUrl } from '../revisions/diff/commits-url.ts';
import type { CloneFolders } from './clone-folders.ts';
import { type CloneReading, readCommits, requireClone } from './read-commits.ts';

interface CommitDependencies {
  readonly images: Pick<ImageLookup, 'manyFacts'>;
  readonly clones: CloneFolders;
  readonly ports: Pick<Ports, 'environment'>;
}

const LONGEST_SOURCE = 2_048;

/** The methods about the commits of images. */
export function createCommitHandlers({
  images,
  clones,
  ports: { environment },
}: CommitDependencies): Pick<Handlers, 'images.commits' | 'images.setClone'> {
  return {
    async 'images.commits'({ account, region, running, runningDigest, chosen }, { signal }) {
      const wanted = [{ reference: running, digest: runningDigest }, { reference: chosen }];
      const [before, after] = await images.manyFacts({ account, region }, wanted, signal);
      const repository = shortSource(after) ?? shortSource(before) ?? imageRepository(chosen);
      const clone = clones.of(repository);
      const pair = { running: commitOf(before), chosen: commitOf(after) };
      const known = labelsOnly(before, after, repository);
      const { running: from, chosen: to } = pair;
      if (from === undefined || to === undefined) return known;
      if (from === to) return { ...known, order: 'same', isBuiltEarlier: false };
      if (clone === undefined) return known;
      const reading = await readCommits(clone, { running: from, chosen: to }, { environment, signal });
      return { ...known, clone, ...told(reading) };
    },
    async 'images.setClone'({ repository, folder }, { signal }) {
      const found = folder === undefined ? undefined : await requireFolder(folder);
      if (found !== undefined) await requireClone(found, signal);
      clones.set(repository, found);
      return {};
    },
  };
}

function told(reading: CloneReading): Partial<CommitsBetween> {
  return 'problem' in reading ? reading : { ...reading, isBuiltEarlier: false };
}

/** What the labels of the two images tell without a clone. */
function labelsOnly(before: Image | undefined, after: Image | undefined, repository: string): CommitsBetween {
  const url = commitsUrl(
    { source: before?.source, commit: commitOf(before) },
    { source: after?.source, commit: commitOf(after) },
  );
  const [built, rebuilt] = [before?.builtAt, after?.builtAt];
  return {
    ...(before === undefined ? {} : { running: labelsOf(before) }),
    ...(after === undefined ? {} : { chosen: labelsOf(after) }),
    order: 'unknown',
    commits: [],
    total: 0,
    missing: 0,
    isBuiltEarlier: built !== undefined && rebuilt !== undefined && Date.parse(rebuilt) < Date.parse(built),
    repository,
    ...(url === undefined ? {} : { commitsUrl: url }),
  };
}

function labelsOf({ commit, source }: Image): NonNullable<CommitsBetween['running']> {
  return {
    ...(commit === undefined ? {} : { commit }),
    ...(source === undefined ? {} : { source }),
  };
}

/** A label may have megabytes: such a source is no name for a clone. */
function shortSource(image: Image | undefined): string | undefined {
  const source = image?.source;
  return source === undefined || source === '' || source.length > LONGEST_SOURCE ? undefined : source;
}

/** Without `-dirty`: the nearest commit to an image that was built from a changed tree. */
function commitOf(image: Image | undefined): string | undefined {
  return image?.commit?.replace(/-dirty$/, '');
}

/** The repository of an image with its registry. */
function imageRepository(image: string): string {
  const reference = parseImageReference(image);
  if (reference === undefined) return image;
  return reference.registry === undefined
    ? reference.repository
    : `${reference.registry}/${reference.repository}`;
}
