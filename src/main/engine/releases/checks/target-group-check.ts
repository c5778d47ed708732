import type { Check } from '../../../../shared/model/plan.ts';
import { about, fail, pass, type Reading, unknown } from '../../ecs/check.ts';

/** A target group as Elastic Load Balancing has it. */
export type TargetGroupState = 'in-use' | 'without-load-balancer' | 'missing';

/**
 * ECS refuses a target group that does not exist, and one that no listener of a load balancer forwards to.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html (targetGroupArn)
 */
export function targetGroupIsUsable(arn: string, state: Reading<TargetGroupState>): Check {
  const name = arn.split('/')[1] ?? arn;
  return about(name, judge());

  function judge(): Check {
    if (state.state === 'unreadable') {
      return unknown('target-group', `Couldn't verify that the target group ${name} exists`, state.reason);
    }
    switch (state.value) {
      case 'in-use':
        return pass('target-group', `The target group ${name} exists`);
      case 'missing':
        return fail(
          'target-group',
          `The target group ${name} no longer exists, so ECS refuses the earlier load balancer settings`,
          'Create it again with the same load balancer, or deploy the earlier revision, which keeps the current load balancer.',
        );
      case 'without-load-balancer':
        return fail(
          'target-group',
          `The target group ${name} belongs to no load balancer, so ECS refuses it`,
          'Add it to a listener of the load balancer, or deploy the earlier revision, which keeps the current load balancer.',
        );
    }
  }
}
