import type { DeploymentLifecycleHookAction, DeploymentLifecycleHookDetail } from '@aws-sdk/client-ecs';

/** One run of a lifecycle hook. */
export interface HookRun {
  readonly hookId: string;
  /** The step of the deployment that it belongs to. */
  readonly step: number;
  readonly targetType: 'AWS_LAMBDA' | 'PAUSE';
  readonly targetArn: string | undefined;
  readonly status: NonNullable<DeploymentLifecycleHookDetail['status']>;
  /** When a function answers. Undefined for a pause. */
  readonly answersAt: Date | undefined;
  readonly expiresAt: Date;
  readonly timeoutAction: DeploymentLifecycleHookAction;
}
