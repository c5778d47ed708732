import type { Deployment } from '../../../../shared/model/deployment.ts';

/** How many of the last successes an estimate is made from. */
const SAMPLE = 5;

/** Milliseconds that a deployment of this service takes: the median of its last five successes. */
export function expectedMs(
  newestFirst: readonly Pick<Deployment, 'outcome' | 'durationMs'>[],
): number | undefined {
  const durations = newestFirst
    .filter(({ outcome }) => outcome === 'succeeded')
    .flatMap(({ durationMs }) => durationMs ?? [])
    .slice(0, SAMPLE)
    .toSorted((one, other) => one - other);
  const middle = durations[Math.floor(durations.length / 2)];
  const below = durations[Math.floor((durations.length - 1) / 2)];
  if (middle === undefined || below === undefined) return undefined;
  return Math.round((middle + below) / 2);
}

/** Milliseconds that are left of it by now: never less than none, nor than what is left of a bake time. */
export function msLeft(expected: number, startedAt: Date, now: Date, bakesUntil?: string): number {
  const left = expected - (now.getTime() - startedAt.getTime());
  const ofBake = bakesUntil === undefined ? 0 : Date.parse(bakesUntil) - now.getTime();
  return Math.max(0, left, ofBake);
}
