import type { TimelineEntry } from '../../../../shared/model/revision.ts';
import type { DescribedRevision } from '../../ecs/describe-revision.ts';
import { diffContent } from '../diff/diff.ts';
import { diffImages } from '../diff/image-diff.ts';
import { summarize } from '../diff/summary.ts';
import { type ImageReading, readContainerImages } from '../read/container-images.ts';
import { revisionOf } from '../read/revision-facts.ts';

/** A revision and the one that it is compared with, if there is one. */
export interface Step {
  readonly revision: DescribedRevision;
  readonly before: DescribedRevision | undefined;
}

/** A timeline entry for each step, in their order. `running`: the ARN of the task definition that a service is on. */
export async function entriesOf(
  reading: ImageReading,
  steps: readonly Step[],
  running: string | undefined,
  signal: AbortSignal,
): Promise<readonly TimelineEntry[]> {
  const revisions = [...new Set(steps.flatMap(({ revision, before }) => [revision, before ?? revision]))];
  const images = await readContainerImages(reading, revisions, signal);
  const imagesOf = new Map(revisions.map((revision, place) => [revision, images[place] ?? []]));
  return steps.map(({ revision, before }) => {
    const differences = before === undefined ? [] : diffContent(before, revision).differences;
    const now = imagesOf.get(revision) ?? [];
    return {
      revision: revisionOf(revision, now),
      images: diffImages(before && imagesOf.get(before), now),
      otherDifferences: differences.length,
      summary: summarize(differences),
      running: revision.taskDefinition.taskDefinitionArn === running,
    };
  });
}
