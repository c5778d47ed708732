import type { LoadBalancer } from '@aws-sdk/client-ecs';
import { hasLoadBalancer, targetGroupExists } from '../../elbv2/targets.ts';
import { type Home, loadBalancingArn } from './arns.ts';
import { invalidParameter } from './errors.ts';

/**
 * Throws InvalidParameterException for target groups that a service cannot have: one that is not of this account and region,
 * in the words that https://github.com/Shippable/support/issues/4698 quotes, one that was deleted (AWS publishes no words
 * for it), and one without a load balancer, as https://github.com/aws/copilot-cli/issues/5652 quotes it.
 */
export function checkTargetGroups(home: Home, loadBalancers: readonly LoadBalancer[] = []): void {
  const arns = loadBalancers.flatMap(({ targetGroupArn, advancedConfiguration }) =>
    [targetGroupArn, advancedConfiguration?.alternateTargetGroupArn].filter((arn) => arn !== undefined),
  );
  for (const arn of arns) {
    if (!arn.startsWith(loadBalancingArn(home, 'targetgroup/'))) {
      throw invalidParameter(
        'Unable to assume role and validate the specified targetGroupArn. Please verify that the ECS service role being passed has the proper permissions.',
      );
    }
    if (!targetGroupExists(arn)) {
      throw invalidParameter(`The target group with targetGroupArn ${arn} does not exist.`);
    }
    if (!hasLoadBalancer(arn)) {
      throw invalidParameter(
        `The target group with targetGroupArn ${arn} does not have an associated load balancer.`,
      );
    }
  }
}
