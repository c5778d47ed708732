import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import type { LifecycleHook } from '../../../../shared/model/deployment.ts';

/** The lifecycle hooks of a deployment that have started, in ECS's order. */
export function hooksOf({ lifecycleHookDetails = [] }: ServiceDeployment): readonly LifecycleHook[] {
  return lifecycleHookDetails.map((hook) => ({
    id: hook.hookId ?? '',
    target: hook.targetType ?? 'AWS_LAMBDA',
    status: hook.status ?? '',
    waits: hook.targetType === 'PAUSE' && hook.status === 'AWAITING_ACTION',
    ...(hook.targetArn === undefined ? {} : { functionName: nameOfFunction(hook.targetArn) }),
    ...(hook.expiresAt === undefined ? {} : { expiresAt: hook.expiresAt.toISOString() }),
    ...(hook.timeoutAction === undefined ? {} : { atExpiry: hook.timeoutAction }),
  }));
}

/** `checks` of `arn:aws:lambda:eu-central-1:111122223333:function:checks:live`. */
function nameOfFunction(arn: string): string {
  return /:function:([^:]+)/.exec(arn)?.[1] ?? arn;
}
