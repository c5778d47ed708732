import { SlipwayError } from '../../../shared/errors.ts';
import { imageReferenceProblem } from '../../../shared/image-reference-problem.ts';
import type { ExpectedImage } from '../../../shared/model/environment.ts';
import { parseImageReference } from '../../../shared/model/image-reference.ts';
import { chooseImages, type NamedContainer } from './image-choice.ts';

/** Where an image is pushed to, and the containers that get it. */
export interface PushTarget {
  /** The registry of the containers; undefined where only the repository is named. */
  readonly registry: string | undefined;
  readonly repository: string;
  /** The tag that `-i` names. */
  readonly tag: string | undefined;
  readonly containers: readonly string[];
}

/**
 * The target that `-i` names: `CONTAINER=` is the repository of one container, `REPOSITORY` all containers that use it,
 * `CONTAINER=REPOSITORY` another repository for one. Without `-i`, the one container of slipway.yml, or the one that the service
 * has. Throws INVALID_INPUT where it is not clear.
 *
 * @param expected the images of slipway.yml
 */
export function choosePushTarget(
  containers: readonly NamedContainer[],
  wanted: readonly string[],
  expected: readonly ExpectedImage[],
): PushTarget {
  const [image, ...others] = wanted;
  if (others.length > 0) throw refused('One image is pushed, so give -i once, as -i CONTAINER=.');
  if (image === undefined) return targetOf(onlyContainer(containers, expected), containers, expected);
  const container = /^([A-Za-z0-9_-]+)=$/.exec(image)?.[1];
  if (container !== undefined) return targetOf(container, containers, expected);
  const chosen = chooseImages(containers, [image]);
  return { ...partsOf(chosen[0]?.image ?? image), containers: chosen.map((each) => each.container) };
}

function onlyContainer(containers: readonly NamedContainer[], expected: readonly ExpectedImage[]): string {
  const names = (expected.length > 0 ? expected : containers).map(({ container }) => container);
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) return only;
  throw refused(
    `The service has the containers ${names.join(', ')}. Name the one that gets the image: -i CONTAINER=.`,
  );
}

function targetOf(
  container: string,
  containers: readonly NamedContainer[],
  expected: readonly ExpectedImage[],
): PushTarget {
  const current = containers.find((each) => each.container === container);
  if (current === undefined) {
    const names = containers.map((each) => each.container).join(', ');
    throw refused(`The service has no container ${container}. Its containers: ${names}.`);
  }
  const named = expected.find((each) => each.container === container)?.repository;
  return { ...partsOf(named ?? current.image), tag: undefined, containers: [container] };
}

function partsOf(image: string): Omit<PushTarget, 'containers'> {
  const reference = parseImageReference(image);
  if (reference === undefined)
    throw refused(
      `${image} is not an image: ${imageReferenceProblem(image)}. So it names no repository to push to.`,
    );
  const { registry, repository, tag } = reference;
  return { registry, repository, tag };
}

function refused(sentence: string): SlipwayError {
  return new SlipwayError('INVALID_INPUT', sentence);
}
