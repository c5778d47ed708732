import type { LoadBalancer } from '@aws-sdk/client-ecs';
import {
  DescribeTargetGroupsCommand,
  type DescribeTargetGroupsCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Check } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { awsErrorName } from '../../aws/errors.ts';
import { reading } from '../../ecs/read-result.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import { type TargetGroupState, targetGroupIsUsable } from './target-group-check.ts';

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
