import type { Service } from '@aws-sdk/client-ecs';
import type { TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { UnhealthyTarget } from '../../../shared/model/deployment.ts';

/** States in which a target is as it should be, or is on its way there or out. */
const NOTHING_WRONG: ReadonlySet<string> = new Set(['healthy', 'initial', 'draining', 'unused']);

/** The ARNs of the target groups of a service, those for its other colour too. */
export function targetGroupsOf(service: Service | undefined): readonly string[] {
  const groups = (service?.loadBalancers ?? []).flatMap(({ targetGroupArn, advancedConfiguration }) => [
    targetGroupArn,
    advancedConfiguration?.alternateTargetGroupArn,
  ]);
  return [...new Set(groups.filter((arn) => arn !== undefined))];
}

/** The targets of a group that get no requests, with the reason in Elastic Load Balancing's own words. */
export function unhealthyTargets(
  targetGroupArn: string,
  descriptions: readonly TargetHealthDescription[],
): readonly UnhealthyTarget[] {
  return descriptions.flatMap(({ Target, TargetHealth }) => {
    const state = TargetHealth?.State ?? '';
    if (NOTHING_WRONG.has(state)) return [];
    const reason = TargetHealth?.Description ?? TargetHealth?.Reason;
    return [
      {
        targetGroup: nameOfTargetGroup(targetGroupArn),
        target: [Target?.Id, Target?.Port].filter((part) => part !== undefined).join(':'),
        state,
        ...(reason === undefined ? {} : { reason }),
      },
    ];
  });
}

/** `web` of `arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/web/0123456789abcdef`. */
function nameOfTargetGroup(arn: string): string {
  return arn.split('/').at(1) ?? arn;
}
