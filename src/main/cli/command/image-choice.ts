import { SlipwayError } from '../../../shared/errors.ts';
import { imageReferenceProblem } from '../../../shared/image-reference-problem.ts';
import {
  formatImageReference,
  type ImageReference,
  isSameReference,
  parseImageReference,
  repositoryAddress,
} from '../../../shared/model/image-reference.ts';

/** A container of a service with the image that its task definition names. */
export interface NamedContainer {
  readonly container: string;
  readonly image: string;
}

/** The images that containers get. */
export type ChosenImages = readonly { readonly container: string; readonly image: string }[];

/**
 * The containers that `-i` means, with their new images: `CONTAINER=IMAGE` names one; `IMAGE` means all containers that use
 * its repository, as in ecs-deploy. An image without a registry also means the repository of this name in the registry that
 * the containers use.
 *
 * Throws INVALID_INPUT for what is no image, for a container or repository that the service does not have, and for two
 * images for one container.
 */
export function chooseImages(containers: readonly NamedContainer[], wanted: readonly string[]): ChosenImages {
  const chosen = new Map<string, string>();
  for (const each of wanted) {
    for (const { container, image } of choose(containers, each)) {
      const earlier = chosen.get(container);
      if (earlier !== undefined && earlier !== image) {
        throw refused(
          `The container ${container} can't get both ${earlier} and ${image}. Name the container of each with -i CONTAINER=IMAGE.`,
        );
      }
      chosen.set(container, image);
    }
  }
  return [...chosen].map(([container, image]) => ({ container, image }));
}

function choose(containers: readonly NamedContainer[], wanted: string): ChosenImages {
  const [, name, image] = /^([A-Za-z0-9_-]+)=(.+)$/.exec(wanted) ?? [];
  if (name !== undefined && image !== undefined) {
    parsed(image);
    if (containers.some(({ container }) => container === name)) return [{ container: name, image }];
    throw refused(`The service has no container ${name}. ${listed(containers)}`);
  }
  const reference = parsed(wanted);
  const exact = containers.filter((each) => isSameRepository(parseImageReference(each.image), reference));
  if (exact.length > 0) return exact.map(({ container }) => ({ container, image: wanted }));
  const byName = reference.registry === undefined ? usingRepository(containers, reference) : [];
  if (byName.length > 0) return byName;
  throw refused(`No container of the service uses ${repositoryAddress(reference)}. ${listed(containers)}`);
}

function usingRepository(containers: readonly NamedContainer[], reference: ImageReference): ChosenImages {
  return containers.flatMap(({ container, image }) => {
    const { registry, repository } = parseImageReference(image) ?? {};
    if (registry === undefined || repository !== reference.repository) return [];
    return [{ container, image: formatImageReference({ ...reference, registry }) }];
  });
}

/** Registry and repository, where an image without a registry is one of Docker Hub: `nginx` is `docker.io/library/nginx`. */
function isSameRepository(one: ImageReference | undefined, other: ImageReference): boolean {
  return one !== undefined && isSameReference(repositoryAddress(one), repositoryAddress(other));
}

function parsed(image: string): ImageReference {
  if (image === '')
    throw refused('-i is empty. Give an image such as repository:tag, and check that its variable is set.');
  const reference = parseImageReference(image);
  if (reference !== undefined) return reference;
  throw refused(
    `${image} is not an image: ${imageReferenceProblem(image)}. Give one such as repository:tag, or CONTAINER=repository:tag.`,
  );
}

function listed(containers: readonly NamedContainer[]): string {
  return `Its containers: ${containers.map(({ container, image }) => `${container} (${image})`).join(', ')}.`;
}

function refused(sentence: string): SlipwayError {
  return new SlipwayError('INVALID_INPUT', sentence);
}
