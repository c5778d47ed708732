import type { LoadBalancer } from '@aws-sdk/client-ecs';
import {
  DescribeTargetGroupsCommand,
  type DescribeTargetGroupsCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Check } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { awsErrorName } from '../../aws/errors.ts';
import { about, fail, pass, type Reading, unknown } from '../../ecs/check.ts';
import { reading } from '../../ecs/read-result.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';

/** A target group as Elastic Load Balancing has it. */
export type TargetGroupState = 'in-use' | 'without-load-balancer' | 'missing';

/** Whether the target groups that an update sends can still be used (DescribeTargetGroups). */
export async function targetGroupChecks(
  { aws }: Pick<ReleaseDependencies, 'aws'>,
  ref: ServiceRef,
  loadBalancers: readonly LoadBalancer[],
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const arns = new Set(
    loadBalancers.flatMap(({ targetGroupArn, advancedConfiguration }) =>
      [targetGroupArn, advancedConfiguration?.alternateTargetGroupArn].filter((arn) => arn !== undefined),
    ),
  );
  const elb = aws.elb(ref, 'clicked');
  return Promise.all(
    // One by one: a call for several fails for all of them where one does not exist.
    [...arns].map(async (arn) => {
      const command = new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] });
      return targetGroupIsUsable(
        arn,
        await reading(async () => stateOf(await orMissing(elb.send(command, { abortSignal: signal })))),
      );
    }),
  );
}

async function orMissing<T extends object>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (awsErrorName(error) === 'TargetGroupNotFoundException') return undefined;
    throw error;
  }
}

function stateOf(found: DescribeTargetGroupsCommandOutput | undefined): TargetGroupState {
  const [group] = found?.TargetGroups ?? [];
  if (group === undefined) return 'missing';
  return (group.LoadBalancerArns ?? []).length > 0 ? 'in-use' : 'without-load-balancer';
}

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
