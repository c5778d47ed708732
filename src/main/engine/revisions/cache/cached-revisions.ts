import type { ECSClient } from '@aws-sdk/client-ecs';
import { type DescribedRevision, describeRevision, isRevisionGone } from '../../ecs/describe-revision.ts';
import type { RevisionCache } from './revision-cache.ts';

const DESCRIBED_AT_A_TIME = 10;

/** Where revisions are read from. */
export interface RevisionSource {
  readonly ecs: ECSClient;
  readonly cache: RevisionCache;
}

/**
 * Described revisions in the order of their ARNs, newest first, each asked for once. Undefined for those that
 * are gone by now. Should kept ones be in doubt, one of them is described again.
 */
export async function describeCached(
  source: RevisionSource,
  arns: readonly string[],
  signal: AbortSignal,
): Promise<readonly (DescribedRevision | undefined)[]> {
  await settleDoubts(source, arns, signal);
  const described: (DescribedRevision | undefined)[] = arns.map(() => undefined);
  const queue = arns.entries();
  async function work(): Promise<void> {
    for (const [place, arn] of queue) {
      described[place] = (await source.cache.read(arn)) ?? (await describeAndKeep(source, arn, signal));
    }
  }
  await Promise.all(Array.from({ length: Math.min(DESCRIBED_AT_A_TIME, arns.length) }, work));
  return described;
}

/** Those of the revisions that are kept, without a call. */
export async function readCached(
  { cache }: RevisionSource,
  arns: readonly string[],
): Promise<ReadonlyMap<string, DescribedRevision>> {
  const kept = new Map<string, DescribedRevision>();
  for (const arn of arns) {
    const revision = await cache.read(arn);
    if (revision !== undefined) kept.set(arn, revision);
  }
  return kept;
}

/** Finds out whether what is kept of these revisions is still true: at most one call for each past that is in doubt. */
export async function settleDoubts(
  source: RevisionSource,
  arns: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  for (let arn = source.cache.doubted(arns); arn !== undefined; arn = source.cache.doubted(arns)) {
    const now = await describeIfThere(source.ecs, arn, signal);
    await source.cache.settle(arn, now);
    if (now !== undefined) source.cache.write(now);
  }
}

async function describeAndKeep(
  { ecs, cache }: RevisionSource,
  arn: string,
  signal: AbortSignal,
): Promise<DescribedRevision | undefined> {
  const revision = await describeIfThere(ecs, arn, signal);
  if (revision !== undefined) cache.write(revision);
  return revision;
}

async function describeIfThere(
  ecs: ECSClient,
  arn: string,
  signal: AbortSignal,
): Promise<DescribedRevision | undefined> {
  try {
    return await describeRevision(ecs, arn, signal);
  } catch (error) {
    if (isRevisionGone(error)) return undefined;
    throw error;
  }
}
