import type { ComparedSide, Comparison, RevisionDiff } from '../../../../shared/model/revision.ts';
import { diffContent, diffServices } from '../diff/diff.ts';
import { diffImages } from '../diff/image-diff.ts';
import type { TimelineDependencies } from '../history/timeline.ts';
import { jsonOf, revisionOf } from '../read/revision-facts.ts';
import { type ReadSide, readSide } from './compared-side.ts';
import { compareFindings } from './image-findings.ts';

/**
 * What differs between any two: revisions, what services run, whole service revisions, each in its own account and
 * region. The parts of a service are compared where both sides have them.
 */
export async function compareSides(
  dependencies: Pick<TimelineDependencies, 'aws' | 'images' | 'logger'>,
  sides: { readonly before: ComparedSide; readonly after: ComparedSide },
  signal: AbortSignal,
): Promise<Comparison> {
  const [before, after] = await Promise.all([
    readSide(dependencies, sides.before, signal),
    readSide(dependencies, sides.after, signal),
  ]);
  return {
    ...diffSides(before, after),
    titles: { before: before.title, after: after.title },
    ...(before.serviceRevision && after.serviceRevision
      ? { service: diffServices(before.serviceRevision, after.serviceRevision) }
      : {}),
    findings: await compareFindings(dependencies.aws, before, after, signal),
  };
}

/** The comparison of two task definitions. */
export function diffSides(before: ReadSide, after: ReadSide): RevisionDiff {
  return {
    before: revisionOf(before.described, before.images),
    after: revisionOf(after.described, after.images),
    images: diffImages(before.images, after.images),
    ...diffContent(before.described, after.described),
    beforeJson: jsonOf(before.described),
    afterJson: jsonOf(after.described),
  };
}
