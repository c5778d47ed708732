import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
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
  const after = withRestored(serviceAfter(service, action), restored, content);
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

function sizeOf({
  cpu,
  memory,
  runtimePlatform,
}: Pick<RegisterTaskDefinitionRequest, 'cpu' | 'memory' | 'runtimePlatform'>): string {
  return [cpu, memory, runtimePlatform?.cpuArchitecture].join(' ');
}
