import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { FleetRowState } from '../../../shared/model/fleet.ts';
import { failuresIn, nextStep } from './next-step.ts';

/** How a service ends, or that it is still under way. */
const BEGUN = ['deploying', 'succeeded', 'failed', 'stale'] as const satisfies readonly FleetRowState[];

const anyState = fc.constantFrom<FleetRowState>(...BEGUN, 'waiting');
const standing = fc.record({
  waves: fc.array(fc.array(anyState, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
  stopAfterFailures: fc.integer({ min: 1, max: 6 }),
  isStopped: fc.boolean(),
});

/** Plays a fleet to its end, each service ending as `fate` says, and answers the states. */
function play(fates: readonly (readonly FleetRowState[])[], stopAfterFailures: number) {
  let waves: readonly (readonly FleetRowState[])[] = fates.map((wave) => wave.map(() => 'waiting'));
  for (;;) {
    const step = nextStep({ waves, stopAfterFailures, isStopped: false });
    if (step.kind === 'end') return waves;
    if (step.kind === 'wait') throw new Error('Nothing is under way between two waves.');
    waves =
      step.kind === 'begin'
        ? waves.map((wave, index) => (index === step.wave ? (fates[index] ?? []) : wave))
        : waves.map((wave) => wave.map((state) => (state === 'waiting' ? 'held-back' : state)));
  }
}

it('begins a wave only when nothing is under way and the limit is not reached', () => {
  fc.assert(
    fc.property(standing, (given) => {
      const step = nextStep(given);
      if (step.kind !== 'begin') return;
      const states = given.waves.flat();
      expect(states).not.toContain('deploying');
      expect(failuresIn(states)).toBeLessThan(given.stopAfterFailures);
      expect(given.isStopped).toBe(false);
      expect(given.waves.slice(0, step.wave).flat()).not.toContain('waiting');
    }),
  );
});

it('with a limit of one, all services before one that was begun have succeeded', () => {
  const fates = fc.array(
    fc.array(fc.constantFrom<FleetRowState>('succeeded', 'failed', 'stale'), { minLength: 1, maxLength: 3 }),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(fates, (given) => {
      const ends = play(given, 1);
      const firstBad = ends.findIndex((wave) => failuresIn(wave) > 0);
      if (firstBad < 0) return;
      expect(
        ends
          .slice(0, firstBad)
          .flat()
          .every((state) => state === 'succeeded'),
      ).toBe(true);
      expect(
        ends
          .slice(firstBad + 1)
          .flat()
          .every((state) => state === 'held-back'),
      ).toBe(true);
    }),
  );
});

it('comes to an end with every service begun or held back, whatever becomes of them', () => {
  const fates = fc.array(
    fc.array(fc.constantFrom<FleetRowState>('succeeded', 'failed'), { minLength: 1, maxLength: 3 }),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(fates, fc.integer({ min: 1, max: 6 }), (given, limit) => {
      const states = play(given, limit).flat();
      expect(states).not.toContain('waiting');
      const isHeldBack = states.includes('held-back');
      expect(isHeldBack && failuresIn(states) < limit).toBe(false);
    }),
  );
});

it('holds back what waits as soon as a person stops it, while others go on', () => {
  const waves = [['deploying'], ['waiting']] as const;
  expect(nextStep({ waves, stopAfterFailures: 1, isStopped: true })).toEqual({ kind: 'hold-back' });
  expect(nextStep({ waves: [['deploying'], ['held-back']], stopAfterFailures: 1, isStopped: true })).toEqual({
    kind: 'wait',
  });
});
