import type { Rollout } from '../../../../shared/model/deployment.ts';

/** All looks fall on multiples of this, so that those of many watches are one request. */
export const BEAT_MS = 2000;

const WAITING_MS = 6000;
const LONGEST_MS = 32_000;
/** Tasks that take longer than this to change are waited for. */
const QUIET_MS = 30_000;
/** Bake time that is left when the looks become frequent again. */
const NEARLY_OVER_MS = 15_000;

/** What decides how soon a deployment is looked at again. */
export interface Pulse {
  readonly rollout: Pick<Rollout, 'deployment' | 'stage' | 'hooks'>;
  /** Whether all tasks that there shall be are there, so that the end may come at any time. */
  readonly isUp: boolean;
  /** How long nothing has changed. */
  readonly quietMs: number;
  /** Now by the clock of AWS. */
  readonly now: Date;
}

/**
 * Milliseconds until the next look. Every 2 s while tasks or traffic move and when the end is near; every 6 s
 * while a bake time or a hook is waited for, tasks take long, or the status is one that nobody knows.
 */
export function nextLookMs({ rollout, isUp, quietMs, now }: Pulse): number {
  const { deployment, stage, hooks = [] } = rollout;
  if (deployment.outcome === 'unknown') return WAITING_MS;
  if (hooks.some(({ waits }) => waits)) return WAITING_MS;
  if (stage?.until !== undefined) {
    return Date.parse(stage.until) - now.getTime() > NEARLY_OVER_MS ? WAITING_MS : BEAT_MS;
  }
  return quietMs > QUIET_MS && !isUp ? WAITING_MS : BEAT_MS;
}

/** Milliseconds until the next try after `misses` answers in a row that did not come. */
export function nextTryMs(misses: number): number {
  return Math.min(LONGEST_MS, BEAT_MS * 2 ** misses);
}

/** A look that is this little too early counts as due. */
const SLACK_MS = 100;

/** Milliseconds from `now` to the first beat that is at least `ms` after the last look. Times are of one clock. */
export function msUntilLook(lookedAt: number, ms: number, now: number): number {
  const due = Math.ceil((lookedAt + ms - SLACK_MS) / BEAT_MS) * BEAT_MS;
  return due > now ? due - now : BEAT_MS - (now % BEAT_MS);
}

/** Requests for the tasks of a service each time: both lists and their description. */
const REQUESTS_EACH = 3;
/** Half of what AWS gives a second for the tasks of an account and region. */
const REQUESTS_A_SECOND = 10;

/** Milliseconds between two readings of tasks and events, so that all watches together leave room for others. */
export function detailsMs(watches: number): number {
  return Math.max(BEAT_MS, Math.ceil((watches * REQUESTS_EACH * 1000) / REQUESTS_A_SECOND));
}
