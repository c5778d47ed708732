import { isGoingForward } from './deployment-state.ts';
import { currentStep } from './deployment-steps.ts';
import type { RevisionCounts, ServiceDeploymentRecord } from './state.ts';
import type { TrafficWeights } from './traffic-weights.ts';

const ALL: TrafficWeights = { production: 100, test: 100 };
const NONE: TrafficWeights = { production: 0, test: 0 };

/**
 * The source revision that has the traffic which the target does not have: the last completed one. Undefined when a
 * deployment has no source.
 */
export function servingSource(
  { sourceRevisionArns }: ServiceDeploymentRecord,
  lastCompletedRevisionArn: string | undefined,
): string | undefined {
  return sourceRevisionArns.find((arn) => arn === lastCompletedRevisionArn) ?? sourceRevisionArns[0];
}

/**
 * The weights of each revision of a deployment, which sum to 100 for production and for test traffic alike. None for
 * a rolling deployment.
 */
export function weightsOfRevisions(
  deployment: ServiceDeploymentRecord,
  lastCompletedRevisionArn: string | undefined,
): (revisionArn: string) => Pick<RevisionCounts, 'weights'> {
  const { strategy = 'ROLLING' } = deployment.deploymentConfiguration ?? {};
  if (strategy === 'ROLLING') return () => ({});
  const target = weightsOfTarget(deployment);
  const serving = servingSource(deployment, lastCompletedRevisionArn);
  return (revisionArn) => {
    if (revisionArn === deployment.targetRevisionArn) return { weights: target };
    if (revisionArn !== serving) return { weights: NONE };
    return { weights: { production: 100 - target.production, test: 100 - target.test } };
  };
}

/** A target without a source has all of the traffic; one that is turned back has none any more. */
function weightsOfTarget(deployment: ServiceDeploymentRecord): TrafficWeights {
  if (deployment.sourceRevisionArns.length === 0) return ALL;
  const isTurnedBack = deployment.rollback !== undefined && !isGoingForward(deployment.status);
  return isTurnedBack ? NONE : (currentStep(deployment).weights ?? ALL);
}
