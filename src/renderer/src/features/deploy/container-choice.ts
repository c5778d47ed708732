import type { Change } from '../../../../shared/model/change.ts';
import type { ServiceDetail } from '../../../../shared/model/service.ts';

/** Where the new image of a container comes from. */
export type ImageOrigin = 'keep' | 'tag' | 'local' | 'build';

export interface ContainerChoice {
  readonly container: string;
  /** As the task definition writes it today. */
  readonly current: string;
  readonly origin: ImageOrigin;
  /** The image to deploy, once it is chosen, or pushed. */
  readonly image: string | undefined;
}

/** What a deploy starts from: with one container its image is surely what changes, with several all are kept. */
export function initialChoices({ runs }: ServiceDetail): readonly ContainerChoice[] {
  return runs.map(({ container, image }) => ({
    container,
    current: image,
    origin: runs.length === 1 ? 'tag' : 'keep',
    image: undefined,
  }));
}

/** The containers for which a new image was asked but none chosen yet. */
export function undecided(choices: readonly ContainerChoice[]): readonly ContainerChoice[] {
  return choices.filter(({ origin, image }) => origin !== 'keep' && image === undefined);
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
