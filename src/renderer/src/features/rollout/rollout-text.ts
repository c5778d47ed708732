import type {
  Deployment,
  LifecycleHook,
  Rollout,
  Stage,
  TrafficShare,
} from '../../../../shared/model/deployment.ts';
import type { ErrorRate } from '../../../../shared/model/log.ts';
import { formatDuration } from '../../lib/format.ts';

/** The sentences of the card of a deployment, to be read together. */
export const ROLLOUT_TEXT = {
  deployment: 'Deployment',
  deploymentOf: (revision: string) => `Deployment of ${revision}`,
  rollback: 'Rollback',
  rollbackTo: (revision: string) => `Rollback to ${revision}`,
  started: 'started',
  by: (callerIdentity: string) => `by ${callerIdentity}`,
  why: (why: string) => `“${why}”`,
  loading: 'the deployment',
  showDetails: 'Show details',
  hideDetails: 'Hide details',
  dismiss: 'Dismiss',
  missing: (deployment: string, service: string) =>
    `There is no deployment ${deployment.slice(0, 100)} of ${service}.`,
  missingHelp: 'Choose one in the history, or dismiss this to see what the service runs.',
  compare: (before: string, after: string) => `Compare ${before} and ${after}`,
  rollBackTo: (release: string | undefined) =>
    release === undefined ? 'Roll back' : `Roll back to ${release}`,
  copy: 'Copy as Markdown',
  copied: 'Copied',
  statusReason: (reason: string) => `ECS: ${reason}`,
  notUpToDate: 'Not up to date: no connection to AWS.',
  notUpToDateBecause: (reason: string) => `Not up to date: ${reason}`,
  allStopped: 'All tasks of this deployment have stopped.',
  newRevision: (revision: string) => `New revision ${revision}`,
  oldRevision: (revision: string) => `Old revision ${revision}`,
  events: 'Events',
  stop: 'Stop and roll back…',
  approval: 'Waiting for approval',
  approve: 'Continue',
  reject: 'Roll back',
  expiry: ({ atExpiry }: LifecycleHook, left: string) =>
    `Without an answer, ECS ${atExpiry === 'CONTINUE' ? 'continues' : 'rolls back'} in ${left}.`,
  warnAfter: 'Warn me after',
  never: 'never',
  tooLong: 'Time limit exceeded',
  warning: 'Warning',
  running: (minutes: number) =>
    `Running for more than ${minutes} min. ECS continues the deployment, and it can still succeed.`,
  keepWaiting: 'Keep waiting',
  production: 'Production',
  test: 'Test',
  traffic: (label: string, shares: readonly string[]) => `${label} traffic: ${shares.join(', ')}`,
} as const;

/** What a card is about: `Deployment of web:43`, `Rollback to web:41`. */
export function cardTitle({ revision, isRollback }: Deployment): string {
  if (isRollback === true)
    return revision === undefined ? ROLLOUT_TEXT.rollback : ROLLOUT_TEXT.rollbackTo(revision);
  return revision === undefined ? ROLLOUT_TEXT.deployment : ROLLOUT_TEXT.deploymentOf(revision);
}

/** The labels of the facts beside the picture. */
export const FACT_TEXT = {
  strategy: 'Strategy',
  stage: 'Stage',
  alarm: 'Alarm',
  hook: 'Hook',
  circuitBreaker: 'Circuit breaker',
  elapsed: 'Elapsed',
  remaining: 'Remaining',
  previous: 'Previous revision',
  unknown: 'unknown',
  overdue: 'taking longer than usual',
  about: (ms: number) => `about ${formatDuration(ms)}`,
  left: (ms: number) => (ms > 0 ? `, ${formatDuration(ms)} remaining` : ', ending soon'),
} as const;

/** The label of an ECS strategy; an unknown one as it is. */
export function strategyLabel(strategy: string): string {
  const labels: Readonly<Record<string, string>> = {
    ROLLING: 'Rolling',
    BLUE_GREEN: 'Blue/green',
    LINEAR: 'Linear',
    CANARY: 'Canary',
    TASK_SETS: 'Task sets',
  };
  return labels[strategy] ?? strategy;
}

export function breakerLabel({
  status,
  failures,
  threshold,
}: NonNullable<Rollout['circuitBreaker']>): string {
  if (status === 'DISABLED') return 'Off';
  const count = `${failures} of ${threshold} failures`;
  return status === 'TRIGGERED' ? `${count}, triggered` : count;
}

/** `smoke-test: in progress`. */
export function hookLabel({ functionName, target, status }: LifecycleHook): string {
  return `${functionName ?? target.toLowerCase()}: ${status.toLowerCase().replaceAll('_', ' ')}`;
}

/** The lifecycle stage of ECS in ordinary letters: `SCALE_UP` is `scale up`. */
export function stageLabel(stage: Stage['name']): string {
  return stage.toLowerCase().replaceAll('_', ' ');
}

/** `web:43 · 10 %` in the band. */
export function shareLabel({ revision }: TrafficShare, percent: number): string {
  return `${revision} · ${percent} %`;
}

/** What the logs say of the two revisions of a deployment. */
export const ERRORS_TEXT = {
  title: 'Errors in the logs',
  rate: ({ errors, taskMinutes, isPart }: ErrorRate) =>
    errors === 0
      ? 'no errors'
      : `${formatRate(errors / taskMinutes)} per task and minute (${errors} in total${isPart ? ', logs read in part' : ''})`,
  first: (revision: string) => `First errors of ${revision}`,
  logs: 'Open logs',
} as const;

function formatRate(rate: number): string {
  return rate < 0.1 ? 'under 0.1' : rate.toFixed(rate < 10 ? 1 : 0);
}
