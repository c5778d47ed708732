import type { ServiceDeployment, ServiceRevisionSummary } from '@aws-sdk/client-ecs';
import type { TrafficShare } from '../../../../shared/model/deployment.ts';

/**
 * How the traffic is shared between what goes and what comes; undefined for a deployment that shifts none. `names`:
 * family and number of each side.
 */
export function trafficOf(
  { sourceServiceRevisions = [], targetServiceRevision }: ServiceDeployment,
  names: { readonly old: string; readonly new: string },
): readonly TrafficShare[] | undefined {
  if (targetServiceRevision?.requestedProductionTrafficWeight === undefined) return undefined;
  const comes: TrafficShare = { role: 'new', revision: names.new, ...weightsOf([targetServiceRevision]) };
  if (sourceServiceRevisions.length === 0) return [comes];
  return [{ role: 'old', revision: names.old, ...weightsOf(sourceServiceRevisions) }, comes];
}

function weightsOf(revisions: readonly ServiceRevisionSummary[]): Pick<TrafficShare, 'production' | 'test'> {
  const sum = (weights: readonly (number | undefined)[]): number =>
    weights.reduce<number>((total, weight) => total + (weight ?? 0), 0);
  return {
    production: sum(revisions.map((each) => each.requestedProductionTrafficWeight)),
    test: sum(revisions.map((each) => each.requestedTestTrafficWeight)),
  };
}
