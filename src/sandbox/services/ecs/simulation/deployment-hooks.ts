import type {
  DeploymentLifecycleHook,
  DeploymentLifecycleHookAction,
  DeploymentLifecycleHookDetail,
  DeploymentLifecycleHookStage,
} from '@aws-sdk/client-ecs';
import { secondsAfter } from './context.ts';
import type { HookRun } from './hook-run.ts';
import type { IdSource } from './ids.ts';
import type { ServiceDeploymentRecord } from './state.ts';

/** What the hooks of a step have come to so far. */
export type HookOutcome = 'waiting' | 'passed' | 'failed';

/** A day, and back, unless the hook says otherwise. */
const DEFAULT_TIMEOUT_MINUTES = 1440;
const LAMBDA_SECONDS = 10;

/** Starts the hooks that are configured for a stage. */
export function startHooks(
  deployment: ServiceDeploymentRecord,
  stage: DeploymentLifecycleHookStage,
  ids: IdSource,
  at: Date,
): readonly HookRun[] {
  const hooks = deployment.deploymentConfiguration?.lifecycleHooks ?? [];
  return hooks
    .filter(({ lifecycleStages }) => lifecycleStages?.includes(stage))
    .map((hook) => startHook(hook, deployment.step, ids, at));
}

function startHook(hook: DeploymentLifecycleHook, step: number, ids: IdSource, at: Date): HookRun {
  const { targetType = 'AWS_LAMBDA', hookTargetArn, timeoutConfiguration: timeout } = hook;
  const pauses = targetType === 'PAUSE';
  return {
    hookId: `${pauses ? 'ecs-pause' : 'ecs-lambda'}-${ids.token()}${ids.token()}`,
    step,
    targetType,
    targetArn: pauses ? undefined : hookTargetArn,
    status: pauses ? 'AWAITING_ACTION' : 'IN_PROGRESS',
    answersAt: pauses ? undefined : secondsAfter(at, LAMBDA_SECONDS),
    expiresAt: secondsAfter(at, 60 * (timeout?.timeoutInMinutes ?? DEFAULT_TIMEOUT_MINUTES)),
    timeoutAction: timeout?.action ?? 'ROLLBACK',
  };
}

/** The hook as it is at a time: a function has answered, a pause has timed out. One whose ARN says `fail` fails. */
export function hookAt(run: HookRun, at: Date): HookRun {
  if (run.status === 'IN_PROGRESS' && run.answersAt !== undefined && at >= run.answersAt) {
    return { ...run, status: run.targetArn?.includes('fail') === true ? 'FAILED' : 'SUCCEEDED' };
  }
  if (run.status === 'AWAITING_ACTION' && at >= run.expiresAt) return { ...run, status: 'TIMED_OUT' };
  return run;
}

/** The hooks of a deployment after ContinueServiceDeployment has answered one of them. */
export function answerHook(
  runs: readonly HookRun[],
  hookId: string,
  action: DeploymentLifecycleHookAction,
): readonly HookRun[] {
  const status = action === 'CONTINUE' ? 'SUCCEEDED' : 'FAILED';
  return runs.map((run): HookRun => (run.hookId === hookId ? { ...run, status } : run));
}

export function outcomeOf(runs: readonly HookRun[]): HookOutcome {
  const failed = runs.some(
    ({ status, timeoutAction }) =>
      status === 'FAILED' || (status === 'TIMED_OUT' && timeoutAction === 'ROLLBACK'),
  );
  if (failed) return 'failed';
  return runs.every(({ status }) => status === 'SUCCEEDED' || status === 'TIMED_OUT') ? 'passed' : 'waiting';
}

/** When something happens next to hooks that nobody answers. Undefined when nothing does. */
export function nextOfHooks(runs: readonly HookRun[]): Date | undefined {
  const times = runs.flatMap(({ status, answersAt, expiresAt }) => {
    if (status === 'IN_PROGRESS') return answersAt ?? [];
    return status === 'AWAITING_ACTION' ? expiresAt : [];
  });
  return times.toSorted((one, other) => one.getTime() - other.getTime())[0];
}

/** A hook of a deployment that has ended: nobody waits for it any more. */
export function endHook(run: HookRun): HookRun {
  const isOpen = run.status === 'IN_PROGRESS' || run.status === 'AWAITING_ACTION';
  return isOpen ? { ...run, status: 'FAILED' } : run;
}

/** A hook as DescribeServiceDeployments shows it. */
export function viewHook(run: HookRun): DeploymentLifecycleHookDetail {
  const { hookId, targetType, targetArn, status, expiresAt, timeoutAction } = run;
  return {
    hookId,
    targetType,
    status,
    expiresAt,
    timeoutAction,
    ...(targetArn === undefined ? {} : { targetArn }),
  };
}
