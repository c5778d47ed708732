import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { ScalingChange } from '../../../../shared/model/express.ts';
import type { PlanCost } from '../../../../shared/model/plan.ts';
import { fargateMonthlyUsd } from '../../ecs/fargate-cost.ts';
import { FARGATE_PRICES_OF } from '../../ecs/fargate-prices.ts';
import type { PreflightSubject } from '../checks/preflight-subject.ts';
import { withRestored } from '../model/service-restoration.ts';
import { serviceAfter } from '../model/service-settings.ts';

type Subject = Pick<PreflightSubject, 'ref' | 'service' | 'action' | 'current' | 'content' | 'restored'>;

/** What the service costs before and after a plan; nothing where neither size nor number of tasks changes. */
export function planCost(subject: Subject): { readonly cost?: PlanCost } {
  const { ref, service, action, current, content, restored } = subject;
  if (action.kind === 'stop') return {};
  const updated = withRestored(serviceAfter(service, action), restored, content);
  const after = { ...updated, desiredCount: scaledCount(updated.desiredCount, action.express?.scaling) };
  const { taskDefinition } = current;
  const isSame = sizeOf(taskDefinition) === sizeOf(content) && after.desiredCount === service.desiredCount;
  if (isSame) return {};
  const usdBefore = fargateMonthlyUsd(ref.region, service, taskDefinition);
  const usdAfter = fargateMonthlyUsd(ref.region, after, content);
  return {
    cost: {
      ...(usdBefore === undefined ? {} : { before: usdBefore }),
      ...(usdAfter === undefined ? {} : { after: usdAfter }),
      pricesOf: FARGATE_PRICES_OF,
    },
  };
}

/**
 * Application Auto Scaling brings a number of tasks outside of the minimum and maximum into them:
 * https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
 */
function scaledCount(count: number | undefined, scaling: ScalingChange = {}): number | undefined {
  const { minTaskCount = 0, maxTaskCount = Number.POSITIVE_INFINITY } = scaling;
  return count === undefined ? undefined : Math.min(Math.max(count, minTaskCount), maxTaskCount);
}

function sizeOf({
  cpu,
  memory,
  runtimePlatform,
}: Pick<RegisterTaskDefinitionRequest, 'cpu' | 'memory' | 'runtimePlatform'>): string {
  return [cpu, memory, runtimePlatform?.cpuArchitecture].join(' ');
}
