import { SlipwayError } from '../../../../shared/errors.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import type { ContainerImage, Image } from '../../../../shared/model/image.ts';
import { parseImageReference } from '../../../../shared/model/image-reference.ts';
import type { DescribedRevision } from '../../ecs/describe-revision.ts';
import type { ImageLookup, WantedImage } from '../../images/image-lookup.ts';
import type { Logger } from '../../ports/ports.ts';
import type { ReleasedDigests } from './released-digests.ts';

export interface ImageReading {
  readonly images: Pick<ImageLookup, 'manyFacts'>;
  readonly logger: Logger;
  readonly scope: Scope;
  /** What is known of digests that ran; otherwise a tag is resolved as it is now, unless that is younger. */
  readonly released: ReleasedDigests;
}

/**
 * The images of revisions, in their order, with digest and facts as far as they can be known: the digest of the
 * reference, else the one that ran, else the one that the tag stands for now. All are asked for at once. A registry
 * that cannot be read leaves facts out, which is logged; the history is there anyway.
 */
export async function readContainerImages(
  reading: ImageReading,
  revisions: readonly DescribedRevision[],
  signal: AbortSignal,
): Promise<readonly (readonly ContainerImage[])[]> {
  const wanted = revisions.map((revision) => wantedOf(revision, reading.released));
  const facts = await factsOrNothing(reading, wanted.flat(), signal);
  let next = 0;
  return wanted.map((containers) =>
    containers.map(({ container, reference, digest, since }) => {
      const answered = facts[next++];
      const found = answered !== undefined && isYounger(answered, digest, since) ? undefined : answered;
      const known = digest ?? found?.digest;
      return {
        container,
        image: reference,
        ...(known === undefined ? {} : { digest: known }),
        ...(found === undefined ? {} : { facts: found }),
      };
    }),
  );
}

interface WantedContainer extends WantedImage {
  readonly container: string;
  /** Since when the revision is there. */
  readonly since: Date | undefined;
}

/** A tag that was pushed after the revision was registered has stood for something else before. */
export function isYounger(
  { pushedAt = '' }: Image,
  digest: string | undefined,
  since: Date | undefined,
): boolean {
  return digest === undefined && since !== undefined && Date.parse(pushedAt) > since.getTime();
}

function wantedOf(
  { taskDefinition }: DescribedRevision,
  released: ReleasedDigests,
): readonly WantedContainer[] {
  const ran = released.get(taskDefinition.taskDefinitionArn);
  return (taskDefinition.containerDefinitions ?? []).map(({ name = '', image = '' }) => ({
    container: name,
    reference: image,
    digest: parseImageReference(image)?.digest ?? ran?.get(name),
    since: taskDefinition.registeredAt,
  }));
}

/** What the registry says of images, in their order; nothing, and a line in the log, where it can't be read. */
export async function factsOrNothing(
  { images, logger, scope }: Omit<ImageReading, 'released'>,
  wanted: readonly WantedImage[],
  signal: AbortSignal,
): Promise<readonly (Image | undefined)[]> {
  try {
    return await images.manyFacts(scope, wanted, signal);
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code === 'CANCELLED') throw error;
    logger.warn({ err: error }, 'Details of images could not be read');
    return [];
  }
}
