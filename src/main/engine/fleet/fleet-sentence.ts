import type { FleetRowState } from '../../../shared/model/fleet.ts';

/** The phrase for a number of services in a state, in display order. */
const LABELS: readonly (readonly [FleetRowState, string])[] = [
  ['succeeded', 'updated'],
  ['deploying', 'deploying'],
  ['rolling-back', 'rolling back'],
  ['failed', 'failed'],
  ['stale', 'skipped, changed by someone else'],
  ['rolled-back', 'rolled back'],
  ['held-back', 'held back'],
  ['waiting', 'waiting'],
  ['planned', 'planned'],
];

/** For example `2 of 5 updated, 1 failed, 2 held back.` */
export function fleetSentence(states: readonly FleetRowState[]): string {
  const counted = LABELS.map(([state, words]) => ({
    words,
    count: states.filter((each) => each === state).length,
  }));
  const [first, ...rest] = counted.filter(({ count }) => count > 0);
  if (first === undefined) return 'It has no services.';
  const more = rest.map(({ words, count }) => `, ${count} ${words}`).join('');
  return `${first.count} of ${states.length} ${first.words}${more}.`;
}
