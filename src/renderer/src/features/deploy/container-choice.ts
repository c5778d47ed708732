import type { Change } from '../../../../shared/model/change.ts';
import type { ServiceDetail } from '../../../../shared/model/service.ts';
import { imageName } from '../../lib/image-labels.ts';
import type { ImageOrigin } from './deploy-fields.ts';
import type { DeployStart } from './deploy-start.ts';

export interface ContainerChoice {
  readonly container: string;
  /** As the task definition writes it today. */
  readonly current: string;
  readonly origin: ImageOrigin;
  /** The image to deploy, once it is chosen, or pushed. */
  readonly image: string | undefined;
  /** What is typed in the search of its images. */
  readonly search?: string;
}

/**
 * What the form starts with: the images of the main container are listed at once, unless the form is opened for another
 * purpose. Every image is kept until another one is chosen.
 */
export function initialChoices(detail: ServiceDetail, start?: DeployStart): readonly ContainerChoice[] {
  const open = initiallyOpen(detail);
  return detail.runs.map(({ container, image }) => {
    const chosen = start?.images?.find((each) => each.container === container)?.image;
    const isListed = chosen !== undefined || (start === undefined && open.includes(container));
    return { container, current: image, origin: isListed ? 'tag' : 'keep', image: chosen };
  });
}

/** The container whose image most likely changes: the one whose repository is named like the service, or the first. */
export function initiallyOpen({ name, runs }: ServiceDetail): readonly string[] {
  const main = runs.find(({ image }) => imageName(image).repository.split('/').at(-1) === name) ?? runs[0];
  return main === undefined ? [] : [main.container];
}

/** The containers whose image is to be pushed first. One whose tags are only looked at keeps its image. */
export function undecided(choices: readonly ContainerChoice[]): readonly ContainerChoice[] {
  return choices.filter(
    ({ origin, image }) => (origin === 'local' || origin === 'build') && image === undefined,
  );
}

/** The change to plan. Without a new image it starts the tasks again with what the task definition says. */
export function plannedChange(
  choices: readonly ContainerChoice[],
  restart: boolean,
  more: Change = {},
): Change {
  const images = choices.flatMap(({ container, image }) =>
    image === undefined ? [] : [{ container, image }],
  );
  return {
    ...more,
    ...(images.length === 0 ? {} : { images }),
    ...(restart ? { forceNewDeployment: true } : {}),
  };
}

/** Whether there is anything to plan. */
export function changesAnything(change: Change): boolean {
  return Object.keys(change).length > 0;
}
