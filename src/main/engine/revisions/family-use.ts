import { SlipwayError } from '../../../shared/errors.ts';
import { type FamilyRef, FamilyUse } from '../../../shared/model/revision.ts';
import type { Aws } from '../aws/aws.ts';
import { readUse } from '../cleanup/read-use.ts';
import { graphOfUse, type UseGraph } from '../cleanup/use-graph.ts';
import type { RevisionCaches } from './revision-cache.ts';

const KEPT_MS = 10 * 60 * 1000;

/** What may start tasks of a revision without ECS counting it as use, and Slipway has no client for. */
const NOT_LOOKED_AT = ['EventBridge rules', 'EventBridge Scheduler', 'Step Functions'];

/**
 * What uses the revisions of a family: services with their deployments and task sets, and tasks. An answer of the last
 * ten minutes is taken again unless it shall be read anew. Says which part could not be read instead of failing.
 */
export async function readFamilyUse(
  { aws, caches }: { readonly aws: Pick<Aws, 'ecs'>; readonly caches: RevisionCaches },
  { account, region, family }: FamilyRef,
  anew: boolean,
  signal: AbortSignal,
): Promise<FamilyUse> {
  const ecs = aws.ecs({ account, region }, 'visible');
  const { answers } = await caches.of(ecs, { account, region });
  const key = `use ${family}`;
  const kept = anew ? undefined : answers.read(key, FamilyUse, KEPT_MS);
  if (kept !== undefined) return kept;

  const use = { uses: [], readAt: new Date().toISOString(), notLookedAt: NOT_LOOKED_AT };
  try {
    const graph = graphOfUse(await readUse({ ecs, signal }, { families: [family], keepWorked: 1 }));
    const found = { ...use, uses: usesOf(family, graph) };
    answers.write(key, found);
    return found;
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code === 'CANCELLED') throw error;
    // Its own words are about a clean-up; what went wrong is in the cause.
    const reason = error.cause instanceof SlipwayError ? error.cause : error;
    return { ...use, problem: `What uses them could not be read. ${reason.message}` };
  }
}

/** The graph has what its services use of other families, too. */
function usesOf(family: string, graph: UseGraph): FamilyUse['uses'] {
  return [...graph]
    .filter(([arn]) => arn.includes(`/${family}:`))
    .map(([arn, reasons]) => ({ arn, reasons }));
}
