import type { BuildEvent } from '../../../shared/model/docker.ts';
import { parseImageReference } from '../../../shared/model/image-reference.ts';
import type { EngineClient, ListedImages } from './engine-client.ts';

type ListedImage = ListedImages[number];

interface CacheWanted {
  readonly repository: string;
  /** What is built; undefined for the Engine's own. */
  readonly platform: string | undefined;
  /** What the service runs. */
  readonly runningImage: string | undefined;
}

/**
 * The local image whose steps the classic builder may reuse (`cachefrom`): the one that the service runs, else the newest of
 * the repository. Undefined where the Engine has built an image of the repository itself: then it has the steps already, and
 * `cachefrom` would make it ignore them. Also undefined if the Engine can't list its images: a cache never fails a build.
 *
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Image/operation/ImageBuild
 */
export async function findCacheSource(
  engine: Pick<EngineClient, 'listImages' | 'inspectImage' | 'version'>,
  wanted: CacheWanted,
): Promise<string | undefined> {
  try {
    const found = cacheSourceAmong(await engine.listImages(), wanted);
    if (found === undefined) return undefined;
    const [{ Architecture }, { Os, Arch }] = await Promise.all([
      engine.inspectImage(found.id),
      engine.version(),
    ]);
    const built = wanted.platform ?? `${Os}/${Arch}`;
    // Steps without a base image are not compared by their platform.
    return built === `${Os}/${Architecture}` ? found.name : undefined;
  } catch {
    return undefined;
  }
}

/** Says where the steps of a build may come from. */
export function cacheLine(source: string): BuildEvent {
  return { kind: 'log', lines: [`Unchanged steps are reused from ${source}.`], dropped: 0 };
}

/** The same, by what the Engine lists alone. */
function cacheSourceAmong(
  images: ListedImages,
  { repository, runningImage }: Omit<CacheWanted, 'platform'>,
): { readonly id: string; readonly name: string } | undefined {
  const own = images
    .filter((image) => namesOf(image).some((name) => parseImageReference(name)?.repository === repository))
    .toSorted((one, other) => other.Created - one.Created);
  if (own.some(({ ParentId }) => ParentId !== undefined && ParentId !== null && ParentId !== ''))
    return undefined;
  const chosen = own.find((image) => runningImage !== undefined && isNamed(image, runningImage)) ?? own[0];
  const name = chosen === undefined ? undefined : nameIn(chosen, repository);
  return chosen === undefined || name === undefined ? undefined : { id: chosen.Id, name };
}

function namesOf({ RepoTags, RepoDigests }: ListedImage): readonly string[] {
  return [...(RepoTags ?? []), ...(RepoDigests ?? [])];
}

function nameIn(image: ListedImage, repository: string): string | undefined {
  return namesOf(image).find((name) => parseImageReference(name)?.repository === repository);
}

/** The Engine lists an image by tag and by digest, each by itself. */
function isNamed(image: ListedImage, reference: string): boolean {
  const { registry, repository, tag, digest } = parseImageReference(reference) ?? {};
  return namesOf(image).some((name) => {
    const known = parseImageReference(name);
    if (known?.registry !== registry || known?.repository !== repository) return false;
    return digest === undefined ? known?.tag === tag : known?.digest === digest;
  });
}
