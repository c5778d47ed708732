import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { FleetRowState, WavePause } from '../../../shared/model/fleet.ts';
import { failuresIn, nextStep } from './next-step.ts';

/** How a service ends, or that it is still in progress. */
const BEGUN = ['deploying', 'succeeded', 'failed', 'stale'] as const satisfies readonly FleetRowState[];

const anyState = fc.constantFrom<FleetRowState>(...BEGUN, 'waiting');
const state = fc.record({
  waves: fc.array(fc.array(anyState, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
  stopAfterFailures: fc.integer({ min: 1, max: 6 }),
  forgiven: fc.integer({ min: 0, max: 3 }),
  pause: fc.constantFrom<WavePause>('never', 'after-first', 'after-each'),
  agreed: fc.integer({ min: -1, max: 4 }),
  isStopped: fc.boolean(),
});

/** For a fleet without pauses. */
const UNASKED = { forgiven: 0, pause: 'never', agreed: 0 } as const;

/** Plays a fleet to its end, each service ending as `fate` says, and returns the states. */
function play(outcomes: readonly (readonly FleetRowState[])[], stopAfterFailures: number) {
  let waves: readonly (readonly FleetRowState[])[] = outcomes.map((wave) => wave.map(() => 'waiting'));
  for (;;) {
    const step = nextStep({ ...UNASKED, waves, stopAfterFailures, isStopped: false });
    if (step.kind === 'end') return waves;
    if (step.kind === 'wait' || step.kind === 'pause')
      throw new Error('Nothing is in progress between two waves.');
    waves =
      step.kind === 'begin'
        ? waves.map((wave, index) => (index === step.wave ? (outcomes[index] ?? []) : wave))
        : waves.map((wave) => wave.map((state) => (state === 'waiting' ? 'held-back' : state)));
  }
}

it('a wave starts only when nothing is in progress and the failure limit is not reached', () => {
  fc.assert(
    fc.property(state, (given) => {
      const step = nextStep(given);
      if (step.kind !== 'begin') return;
      const states = given.waves.flat();
      expect(states).not.toContain('deploying');
      expect(failuresIn(states) - given.forgiven).toBeLessThan(given.stopAfterFailures);
      expect(given.isStopped).toBe(false);
      expect(given.waves.slice(0, step.wave).flat()).not.toContain('waiting');
    }),
  );
});

it('with a limit of one failure, every service before a started one has succeeded', () => {
  const outcomes = fc.array(
    fc.array(fc.constantFrom<FleetRowState>('succeeded', 'failed', 'stale'), { minLength: 1, maxLength: 3 }),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(outcomes, (given) => {
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

it('a bulk release ends with every service started or held back, whatever their outcomes', () => {
  const outcomes = fc.array(
    fc.array(fc.constantFrom<FleetRowState>('succeeded', 'failed'), { minLength: 1, maxLength: 3 }),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(outcomes, fc.integer({ min: 1, max: 6 }), (given, limit) => {
      const states = play(given, limit).flat();
      expect(states).not.toContain('waiting');
      const isHeldBack = states.includes('held-back');
      expect(isHeldBack && failuresIn(states) < limit).toBe(false);
    }),
  );
});

it('a stopped bulk release holds back what waits, while services in progress continue', () => {
  const waves = [['deploying'], ['waiting']] as const;
  const stopped = { ...UNASKED, stopAfterFailures: 1, isStopped: true };
  expect(nextStep({ ...stopped, waves })).toEqual({ kind: 'hold-back' });
  expect(nextStep({ ...stopped, waves: [['deploying'], ['held-back']] })).toEqual({ kind: 'wait' });
});

it('a bulk release asks before a wave, after the first wave or after each', () => {
  const standsAt = (wave: number, pause: WavePause, agreed: number) => {
    const waves = [0, 1, 2].map((each): FleetRowState[] => [each < wave ? 'succeeded' : 'waiting']);
    return nextStep({ waves, stopAfterFailures: 1, forgiven: 0, isStopped: false, pause, agreed }).kind;
  };
  expect([0, 1, 2].map((wave) => standsAt(wave, 'after-first', 0))).toEqual(['begin', 'pause', 'begin']);
  expect([0, 1, 2].map((wave) => standsAt(wave, 'after-each', 0))).toEqual(['begin', 'pause', 'pause']);
  expect([1, 2].map((wave) => standsAt(wave, 'after-each', 1))).toEqual(['begin', 'pause']);
});
