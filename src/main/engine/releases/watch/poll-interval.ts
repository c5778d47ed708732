import type { Rollout } from '../../../../shared/model/deployment.ts';

/** Milliseconds of a beat. All looks fall on multiples of it, so that those of many watches are one request. */
export const POLL_INTERVAL_MS = 2000;

const WAITING_POLLS = 3;
const MOST_BEATS = 16;
/** Tasks that take longer than this to change are waited for. */
const QUIET_MS = 30_000;
/** Bake time that is left when the polls become frequent again. */
const NEARLY_OVER_MS = 15_000;

/** What decides how soon a deployment is looked at again. */
interface PollState {
  readonly rollout: Pick<Rollout, 'deployment' | 'stage' | 'hooks'>;
  /** Whether all tasks that there should be are there, so that the end may come at any time. */
  readonly isUp: boolean;
  /** How long nothing has changed. */
  readonly quietMs: number;
  /** Now by the clock of AWS. */
  readonly now: Date;
}

/**
 * Milliseconds until the next poll, for a beat of 2 s: every 2 s while tasks or traffic move and when the end is near;
 * every 6 s while a bake time or a hook is waited for, tasks take long, or the status is one that nobody knows.
 */
export function nextPollMs({ rollout, isUp, quietMs, now }: PollState, pollIntervalMs: number): number {
  const waitingMs = WAITING_POLLS * pollIntervalMs;
  const { deployment, stage, hooks = [] } = rollout;
  if (deployment.outcome === 'unknown') return waitingMs;
  if (hooks.some(({ waits }) => waits)) return waitingMs;
  if (stage?.until !== undefined) {
    return Date.parse(stage.until) - now.getTime() > NEARLY_OVER_MS ? waitingMs : pollIntervalMs;
  }
  return quietMs > QUIET_MS && !isUp ? waitingMs : pollIntervalMs;
}

/** Milliseconds until the next try after `misses` answers in a row that did not come. */
export function nextTryMs(misses: number, pollIntervalMs: number): number {
  return pollIntervalMs * Math.min(MOST_BEATS, 2 ** misses);
}

/** A look that is this much of a beat too early counts as due. */
const SLACK = 0.05;

/** Milliseconds from `now` to the first beat that is at least `ms` after the last poll. Times are of one clock. */
export function msUntilPoll(lookedAt: number, ms: number, now: number, pollIntervalMs: number): number {
  const due = Math.ceil((lookedAt + ms - SLACK * pollIntervalMs) / pollIntervalMs) * pollIntervalMs;
  return due > now ? due - now : pollIntervalMs - (now % pollIntervalMs);
}

/** Requests for the tasks of a service each time: both lists and their description. */
const REQUESTS_EACH = 3;
/** Half of what AWS gives a second for the tasks of an account and region. */
const REQUESTS_A_SECOND = 10;

/** Milliseconds between two readings of tasks and events, so that all watches together leave capacity for others. */
export function detailsMs(watches: number, pollIntervalMs: number): number {
  return Math.max(pollIntervalMs, Math.ceil((watches * REQUESTS_EACH * 1000) / REQUESTS_A_SECOND));
}

const QUIET_BEATS = 5;

/**
 * The same while ECS reports no change of the deployment. What only tasks and events show then is the health of tasks, and
 * that no task can be placed. `pace`: how many minutes of that ECS pass in one of ours.
 */
export function quietDetailsMs(watches: number, pollIntervalMs: number, pace: number): number {
  return Math.max(detailsMs(watches, pollIntervalMs), (QUIET_BEATS * pollIntervalMs) / pace);
}
