import { basename, dirname, join } from 'node:path/posix';
import { SlipwayError } from '../../../shared/errors.ts';
import type { LocalImage } from '../../../shared/model/docker.ts';
import type { ExpectedImage } from '../../../shared/model/environment.ts';
import type { Repository } from '../../../shared/model/image.ts';
import { formatImageReference, parseImageReference } from '../../../shared/model/image-reference.ts';
import type { NamedContainer } from './image-choice.ts';
import { isOf } from './push-repositories.ts';
import type { PushTarget } from './push-target.ts';

/** A Dockerfile for the containers of one repository. */
export interface FolderChoice {
  readonly target: PushTarget;
  /** The folder to build, relative to the one of --build-all. */
  readonly folder: string;
  /** Relative to `folder`. */
  readonly dockerfile: string;
}

/** A local image for the containers of one repository. */
export interface LocalChoice {
  readonly target: PushTarget;
  readonly image: string;
}

/**
 * The repositories of the containers, each once, with its containers: of slipway.yml where it names the container, else of
 * the image. An image that is not in ECR of this account, such as a proxy of Docker Hub, is left out.
 */
export function pushableTargets(
  containers: readonly NamedContainer[],
  expected: readonly ExpectedImage[],
  repositories: readonly Repository[] | undefined,
): readonly PushTarget[] {
  const targets = new Map<string, PushTarget>();
  for (const { container, image } of containers) {
    const named = expected.find((each) => each.container === container)?.repository;
    const reference = parseImageReference(named ?? image);
    if (reference === undefined) continue;
    const { registry, repository } = reference;
    const target: PushTarget = { registry, repository, tag: undefined, containers: [container] };
    const isPushable =
      named !== undefined ||
      (registry !== undefined && repositories?.some((each) => isOf(each, target)) !== false);
    if (!isPushable) continue;
    const key = formatImageReference({ ...(registry === undefined ? {} : { registry }), repository });
    const earlier = targets.get(key)?.containers ?? [];
    targets.set(key, { ...target, containers: [...earlier, container] });
  }
  return [...targets.values()];
}

/**
 * The Dockerfiles of a folder, each for one repository: `NAME/Dockerfile`, `Dockerfile.NAME` or `NAME.Dockerfile`, where NAME is
 * the container or the last part of its repository. The Dockerfile of the folder itself is that of a service with one
 * repository. Throws INVALID_INPUT where none fits, or two fit one repository.
 */
export function chooseFolders(
  targets: readonly PushTarget[],
  dockerfiles: readonly string[],
  folder: string,
): readonly FolderChoice[] {
  const choices = targets.flatMap((target): FolderChoice[] => {
    const names = new Set([...target.containers, basename(target.repository)]);
    const found = dockerfiles.filter((path) => names.has(ownerOf(path)));
    if (found.length > 1) {
      throw refused(
        `${found.join(' and ')} of ${folder} both fit the repository ${target.repository}. Build one of them with --build and -i CONTAINER=.`,
      );
    }
    const own =
      found[0] ?? (targets.length === 1 ? dockerfiles.find((path) => path === 'Dockerfile') : undefined);
    return own === undefined ? [] : [{ target, ...placeOf(own) }];
  });
  if (choices.length > 0) return choices;
  const names = targets.flatMap(({ containers }) => containers);
  throw refused(
    `${folder} has no Dockerfile for ${names.join(', ') || 'a container in ECR'}. It is looked for as CONTAINER/Dockerfile, Dockerfile.CONTAINER and CONTAINER.Dockerfile.`,
  );
}

/** The container or repository that a Dockerfile is named for; empty for one that is named for none. */
function ownerOf(path: string): string {
  const name = basename(path);
  if (name === 'Dockerfile') return dirname(path) === '.' ? '' : dirname(path);
  if (dirname(path) !== '.') return '';
  return (
    /^Dockerfile\.(?<owner>.+)$/.exec(name)?.groups?.owner ??
    /^(?<owner>.+)\.Dockerfile$/.exec(name)?.groups?.owner ??
    ''
  );
}

function placeOf(path: string): Pick<FolderChoice, 'folder' | 'dockerfile'> {
  const name = basename(path);
  return name === 'Dockerfile'
    ? { folder: join('.', dirname(path)), dockerfile: name }
    : { folder: '.', dockerfile: name };
}

/**
 * The newest local image of each repository, with or without a registry in its name; of one tag where it is given. Throws
 * INVALID_INPUT where there is none.
 */
export function chooseLocalImages(
  targets: readonly PushTarget[],
  local: readonly LocalImage[],
  tag: string | undefined,
): readonly LocalChoice[] {
  const named = local.flatMap(({ names }) => names);
  const choices = targets.flatMap((target): LocalChoice[] => {
    const image = named.find((name) => {
      const reference = parseImageReference(name);
      if (reference?.repository !== target.repository) return false;
      return tag === undefined || reference.tag === tag;
    });
    return image === undefined ? [] : [{ target, image }];
  });
  if (choices.length > 0) return choices;
  const wanted = targets.map(({ repository }) => `${repository}:${tag ?? 'TAG'}`).join(', ');
  throw refused(
    `The Docker Engine has no image ${wanted || 'for a container in ECR'}. Build it first, or use --build-all.`,
  );
}

function refused(sentence: string): SlipwayError {
  return new SlipwayError('INVALID_INPUT', sentence);
}
