import type { CommitsBetween } from '../../../shared/model/commits.ts';
import type { Image } from '../../../shared/model/image.ts';
import { parseImageReference, repositoryAddress } from '../../../shared/model/image-reference.ts';
import { requireFolder } from '../docker/build-folder.ts';
import type { ImageLookup } from '../images/image-lookup.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Ports } from '../ports/ports.ts';
import { commitsUrl } from '../revisions/diff/commits-url.ts';
import type { CloneFolders } from './clone-folders.ts';
import { type CloneReading, readCommits, requireClone } from './read-commits.ts';

/** What tells the commits between two images. */
export interface CommitDependencies {
  readonly clones: CloneFolders;
  readonly ports: Pick<Ports, 'environment'>;
}

const LONGEST_SOURCE = 2_048;

/** The methods about the commits of images. */
export function createCommitHandlers({
  images,
  ...dependencies
}: CommitDependencies & { readonly images: Pick<ImageLookup, 'manyFacts'> }): Pick<
  Handlers,
  'images.commits' | 'images.setClone'
> {
  const { clones } = dependencies;
  return {
    async 'images.commits'({ account, region, running, runningDigest, chosen }, { signal }) {
      const wanted = [{ reference: running, digest: runningDigest }, { reference: chosen }];
      const [before, after] = await images.manyFacts({ account, region }, wanted, signal);
      return commitsBetween(dependencies, { running: before, chosen: after, reference: chosen }, signal);
    },
    async 'images.setClone'({ repository, folder }, { signal }) {
      const found = folder === undefined ? undefined : await requireFolder(folder);
      if (found !== undefined) await requireClone(found, signal);
      clones.set(repository, found);
      return {};
    },
  };
}

/** Two images as far as they were found, and the reference of the chosen one, whose repository may have a clone. */
interface ImagePair {
  readonly running: Image | undefined;
  readonly chosen: Image | undefined;
  readonly reference: string;
}

/** The commits between two images by their labels, and by a clone if one is remembered for their source. */
export async function commitsBetween(
  { clones, ports: { environment } }: CommitDependencies,
  { running: before, chosen: after, reference }: ImagePair,
  signal: AbortSignal,
): Promise<CommitsBetween> {
  const repository = shortSource(after) ?? shortSource(before) ?? imageRepository(reference);
  const clone = clones.of(repository);
  const [running, chosen] = [commitOf(before), commitOf(after)];
  const known = labelsOnly(before, after, repository);
  if (running === undefined || chosen === undefined) return known;
  if (running === chosen) return { ...known, order: 'same', isBuiltEarlier: false };
  if (clone === undefined) return known;
  return { ...known, clone, ...told(await readCommits(clone, { running, chosen }, { environment, signal })) };
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
  return reference === undefined ? image : repositoryAddress(reference);
}
