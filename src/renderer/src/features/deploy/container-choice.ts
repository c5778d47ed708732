import type { Change } from '../../../../shared/model/change.ts';
import type { ServiceDetail } from '../../../../shared/model/service.ts';
import type { ImageOrigin } from './deploy-fields.ts';
import type { DeployStart } from './deploy-start.ts';

export interface ContainerChoice {
  readonly container: string;
  /** As the task definition writes it today. */
  readonly current: string;
  readonly origin: ImageOrigin;
  /** The image to deploy, once it is chosen, or pushed. */
  readonly image: string | undefined;
}

/**
 * What the form starts with. A single container most likely gets another image, so its tags are listed at once; with
 * several containers, or where the form is opened for another purpose, all images are kept.
 */
export function initialChoices({ runs }: ServiceDetail, start?: DeployStart): readonly ContainerChoice[] {
  return runs.map(({ container, image }) => ({
    container,
    current: image,
    origin: runs.length === 1 && start === undefined ? 'tag' : 'keep',
    image: undefined,
  }));
}

/** The containers whose image is to be pushed first. One whose tags are only looked at keeps its image. */
export function undecided(choices: readonly ContainerChoice[]): readonly ContainerChoice[] {
  return choices.filter(
    ({ origin, image }) => (origin === 'local' || origin === 'build') && image === undefined,
  );
}

/** The containers whose image stays as it is. */
export function kept(choices: readonly ContainerChoice[]): readonly ContainerChoice[] {
  return choices.filter(({ image }) => image === undefined);
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
