import type { LoadBalancer, ResolvedConfiguration } from '@aws-sdk/client-ecs';
import type { ServiceRevisionRecord } from './state.ts';

/**
 * Which of the two target groups of each load balancer a new revision uses: the one that the revision before it does
 * not. Undefined where no traffic is shifted.
 */
export function resolveTargetGroups(
  loadBalancers: readonly LoadBalancer[] | undefined,
  before: ServiceRevisionRecord | undefined,
): ResolvedConfiguration | undefined {
  const shifted = (loadBalancers ?? []).filter(
    ({ advancedConfiguration }) => advancedConfiguration !== undefined,
  );
  if (shifted.length === 0) return undefined;
  const used = new Set(
    before?.resolvedConfiguration?.loadBalancers?.map(({ targetGroupArn }) => targetGroupArn),
  );
  return {
    loadBalancers: shifted.map(({ targetGroupArn, advancedConfiguration }) => ({
      targetGroupArn: used.has(targetGroupArn)
        ? advancedConfiguration?.alternateTargetGroupArn
        : targetGroupArn,
      productionListenerRule: advancedConfiguration?.productionListenerRule,
    })),
  };
}
