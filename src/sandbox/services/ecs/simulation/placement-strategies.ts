import type { PlacementStrategy } from '@aws-sdk/client-ecs';
import { isAttributeSubject } from '../../../../shared/model/cluster-query.ts';
import { invalidParameter } from './errors.ts';

/** "You can specify a maximum of 5 strategy rules for each task." (API reference, RunTask and CreateService) */
const MOST_STRATEGIES = 5;
const PACKED: readonly string[] = ['cpu', 'memory'];
const SPREAD: readonly string[] = ['instanceid', 'host'];

/**
 * Throws InvalidParameterException for a placement strategy that ECS does not have. AWS publishes no words for it.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PlacementStrategy.html
 */
export function checkPlacementStrategies(strategies: readonly PlacementStrategy[]): void {
  if (strategies.length > MOST_STRATEGIES) {
    throw invalidParameter(`A task has at most ${MOST_STRATEGIES} placement strategies.`);
  }
  for (const { type, field = '' } of strategies) {
    if (type === 'binpack' && !PACKED.includes(field.toLowerCase())) {
      throw invalidParameter(
        `Invalid field '${field}' for the placement strategy binpack: it is cpu or memory.`,
      );
    }
    if (type === 'spread' && !SPREAD.includes(field.toLowerCase()) && !isAttributeSubject(field)) {
      throw invalidParameter(
        `Invalid field '${field}' for the placement strategy spread: it is instanceId, host or attribute:NAME.`,
      );
    }
  }
}
