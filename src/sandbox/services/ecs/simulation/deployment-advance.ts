import { nextOfHooks, startHooks } from './deployment-hooks.ts';
import { enterStage } from './deployment-state.ts';
import { currentStep, stepsOf } from './deployment-steps.ts';
import type { HookRun } from './hook-run.ts';
import type { IdSource } from './ids.ts';
import type { ServiceDeploymentRecord } from './state.ts';

/** How often ECS looks at the alarms of a deployment. */
const ALARM_CHECK_SECONDS = 10;

/** The deployment at the beginning of one of its steps, with the hooks of that step begun. */
export function enterStep(
  deployment: ServiceDeploymentRecord,
  step: number,
  ids: IdSource,
  at: Date,
): ServiceDeploymentRecord {
  const entered = { ...deployment, step, stepEnteredAt: at };
  const { stage, end } = currentStep(entered);
  const started = end.kind === 'hooks' ? startHooks(entered, end.stage, ids, at) : [];
  return enterStage({ ...entered, hooks: [...deployment.hooks, ...started] }, stage, at);
}

/** The number of the step that follows; undefined after the last one. */
export function stepAfter(deployment: ServiceDeploymentRecord): number | undefined {
  const next = deployment.step + 1;
  return next < stepsOf(deployment).length ? next : undefined;
}

export function hooksOfStep({ hooks, step }: ServiceDeploymentRecord): readonly HookRun[] {
  return hooks.filter((run) => run.step === step);
}

/** When a waiting deployment must be looked at again though none of its tasks has changed. */
export function nextPoll(deployment: ServiceDeploymentRecord, at: Date): Date | undefined {
  const { end } = currentStep(deployment);
  const times = [
    nextOfHooks(hooksOfStep(deployment))?.getTime(),
    end.kind === 'minutes' ? (deployment.stepEnteredAt ?? at).getTime() + end.minutes * 60_000 : undefined,
    deployment.alarms.status === 'MONITORING' ? at.getTime() + ALARM_CHECK_SECONDS * 1000 : undefined,
  ].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}
