import type { MoreMemory } from '../../../../shared/model/deployment.ts';
import { formatImageReference, parseImageReference } from '../../../../shared/model/image-reference.ts';
import type { RunningContainer, ServiceDetail } from '../../../../shared/model/service.ts';
import { type MoreFields, NOTHING_MORE } from './deploy-fields.ts';
import { DEPLOY_TEXT } from './deploy-text.ts';

/** What the deploy form begins with when it is opened for a purpose. */
export interface DeployStart {
  /** The ARN of the revision that the change is made on; what the service runs where it is left out. */
  readonly from?: string;
  /** Images that are chosen already. */
  readonly images?: readonly { readonly container: string; readonly image: string }[];
  readonly fields: MoreFields;
  /** What is filled in and why, in a sentence or two. */
  readonly note: string;
}

/** A deploy of the revision that ran out of memory, with more of it. */
export function withMoreMemory({ from, container, beforeMiB, afterMiB, change }: MoreMemory): DeployStart {
  const revision = from.slice(from.lastIndexOf('/') + 1);
  const { cpu = '', memory = '', containers = [] } = change;
  return {
    from,
    fields: {
      ...NOTHING_MORE,
      cpu,
      memory,
      sizes: containers.map((size) => ({
        container: size.container,
        cpu: '',
        memory: size.memory === undefined ? '' : String(size.memory),
        memoryReservation: '',
      })),
    },
    note: DEPLOY_TEXT.moreMemory(container, revision, beforeMiB, afterMiB),
  };
}

/** A deploy of the images that another service runs. `source`: where it is, such as `staging/web`. */
export function withImagesOf(
  target: Pick<ServiceDetail, 'name' | 'runs'>,
  { runs }: Pick<ServiceDetail, 'runs'>,
  source: string,
): DeployStart {
  const images = target.runs.flatMap((container) => {
    const other = counterpartOf(container, target.runs, runs);
    const image = other && pinnedImage(other);
    return image === undefined || image === container.image
      ? []
      : [{ container: container.container, image }];
  });
  const note = images.length === 0 ? DEPLOY_TEXT.nothingToPromote(source) : DEPLOY_TEXT.promoted(source);
  return { images, fields: NOTHING_MORE, note };
}

/** The container of the same name, or of the same repository; else the only one where both services have one. */
function counterpartOf(
  container: RunningContainer,
  own: readonly RunningContainer[],
  others: readonly RunningContainer[],
): RunningContainer | undefined {
  const repository = parseImageReference(container.image)?.repository;
  return (
    others.find((each) => each.container === container.container) ??
    others.find(
      ({ image }) => repository !== undefined && parseImageReference(image)?.repository === repository,
    ) ??
    (own.length === 1 && others.length === 1 ? others[0] : undefined)
  );
}

/** The image with the digest that most tasks run, so that a tag that has moved does no harm. */
function pinnedImage({ image, digests }: RunningContainer): string | undefined {
  const reference = parseImageReference(image);
  const most = digests.toSorted((one, other) => other.tasks - one.tasks)[0]?.digest;
  if (reference === undefined || most === undefined) return reference && image;
  return formatImageReference({ ...reference, digest: most });
}
