import { assertNever } from '../../../../shared/assert-never.ts';
import type { Deployment } from '../../../../shared/model/deployment.ts';

/** What a sentence about a deployment is made from. */
interface DeploymentState {
  readonly deployment: Deployment;
  /** What goes or went wrong, without a full stop: `web exited with code 1 (3 times)`. */
  readonly cause?: string;
  /** Tasks of the new revision that run, and how many there should be. */
  readonly ready: number;
  readonly requested: number;
  /** Of a deployment with early success criteria that ended before all tasks were replaced: how many were. */
  readonly replacedEarly?: number;
  /** Percent of the production traffic that the new revision has; missing where none is shifted. */
  readonly percent?: number;
  /** Whether a pause waits for a person. */
  readonly waits?: boolean;
  /** Family and number that a rollback went or goes to. */
  readonly rolledBackTo?: string;
}

/** One sentence that says the state of a deployment, or how it ended and why. Judged by its status only. */
export function stateSentence(state: DeploymentState): string {
  const { deployment } = state;
  const revision = deployment.revision ?? 'the new revision';
  switch (deployment.outcome) {
    case 'succeeded':
      // Somebody may have set the service to 0 in the middle: then nothing has shown whether it works.
      return state.requested === 0
        ? `${capitalised(revision)} is deployed with 0 tasks: the desired count is 0.`
        : `${capitalised(revision)} deployed${took(deployment.durationMs)}${early(state)}.`;
    case 'rolled-back':
      return `${causeOf(state)}; ECS rolled back to ${state.rolledBackTo ?? 'the previous revision'}.`;
    case 'failed':
      return `${causeOf(state)}; the deployment of ${revision} failed${reason(deployment.statusReason)}.`;
    case 'stopped':
      // The circuit breaker alone, without a rollback: why the tasks failed says more than that they did.
      if (state.cause !== undefined && /circuit breaker/i.test(deployment.statusReason ?? ''))
        return `${state.cause}; the circuit breaker stopped the deployment of ${revision}, and nothing was rolled back.`;
      return `The deployment of ${revision} was stopped before it finished${reason(deployment.statusReason)}.`;
    case 'unknown':
      return `The deployment of ${revision} has the status ${deployment.status}, which Slipway doesn't recognize.`;
    case 'in-progress':
      return inProgress(state, revision);
    default:
      return assertNever(deployment.outcome);
  }
}

function inProgress(state: DeploymentState, revision: string): string {
  const { status } = state.deployment;
  if (status === 'ROLLBACK_REQUESTED' || status === 'ROLLBACK_IN_PROGRESS') {
    return `${causeOf(state)}; ECS is rolling back to ${state.rolledBackTo ?? 'the previous revision'}.`;
  }
  if (status === 'STOP_REQUESTED') return `The deployment of ${revision} is being stopped.`;
  if (status === 'PENDING')
    return `ECS has accepted the deployment of ${revision} and hasn't started it yet.`;
  const progress = `${state.ready} of ${state.requested} tasks of ${revision} running${traffic(state)}`;
  return state.cause === undefined ? `${progress}.` : `${state.cause}; ${progress}.`;
}

/** `, with 25 % of the traffic; waiting for approval`, as far as it is so. */
function traffic({ percent, waits }: DeploymentState): string {
  const share = percent === undefined ? '' : `, with ${percent} % of the traffic`;
  return waits === true ? `${share}; waiting for approval` : share;
}

function causeOf({ cause, deployment }: DeploymentState): string {
  if (cause !== undefined) return cause;
  if (deployment.statusReason !== undefined) return withoutStop(deployment.statusReason);
  return `The deployment of ${deployment.revision ?? 'the new revision'} failed`;
}

function reason(text: string | undefined): string {
  return text === undefined ? '' : `: ${withoutStop(text)}`;
}

function withoutStop(text: string): string {
  return text.replace(/\.\s*$/, '');
}

function capitalised(text: string): string {
  return text === 'the new revision' ? 'The new revision' : text;
}

/** `: successful early, 2 of 4 tasks replaced`, with what follows, or nothing. */
function early({ replacedEarly, requested }: DeploymentState): string {
  if (replacedEarly === undefined) return '';
  return `: successful early, ${replacedEarly} of ${requested} tasks replaced. ECS replaces the others in the background`;
}

/** ` in 6 min 2 s`, or nothing. */
function took(durationMs: number | undefined): string {
  if (durationMs === undefined) return '';
  const seconds = Math.round(durationMs / 1000);
  const minutes = Math.floor(seconds / 60);
  return ` in ${minutes === 0 ? '' : `${minutes} min `}${seconds % 60} s`;
}
