import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isStuck, planScalingStep, type TaskCounts, taskBounds } from './simulation/rolling-bounds.ts';

const percents = fc.record({
  minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
  maximumPercent: fc.integer({ min: 100, max: 400 }),
});
const side = fc
  .record({ starting: fc.nat(12), running: fc.nat(12), healthy: fc.nat(12) })
  .map((counts): TaskCounts => ({ ...counts, healthy: Math.min(counts.healthy, counts.running) }));

it('a rolling deployment stays within its minimum and maximum', () => {
  fc.assert(
    fc.property(fc.nat(20), percents, side, side, (desired, configuration, target, source) => {
      const bounds = taskBounds(desired, configuration);
      const step = planScalingStep(desired, bounds, target, source);
      const before = target.starting + target.running + source.starting + source.running;
      const after = before + step.startTarget - step.stopTarget - step.stopSource;
      const stoppedRunning = Math.max(0, step.stopSource - source.starting);
      expect(step.startTarget === 0 || after <= bounds.most).toBe(true);
      expect(stoppedRunning === 0 || target.healthy + source.running - stoppedRunning >= bounds.least).toBe(
        true,
      );
      expect(step.stopSource).toBeLessThanOrEqual(source.starting + source.running);
    }),
    { numRuns: 3000 },
  );
});

it('a rolling deployment ends from any start when all tasks start, unless it is stuck', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), percents, (desired, configuration) => {
      const bounds = taskBounds(desired, configuration);
      fc.pre(!isStuck(bounds));
      let target = 0;
      let source = desired;
      for (let round = 0; round < 3 * desired; round += 1) {
        const step = planScalingStep(
          desired,
          bounds,
          { starting: 0, running: target, healthy: target },
          { starting: 0, running: source, healthy: source },
        );
        target += step.startTarget - step.stopTarget;
        source -= step.stopSource;
      }
      expect({ target, source }).toEqual({ target: desired, source: 0 });
    }),
  );
});

it.each([
  { desired: 1, minimumHealthyPercent: 100, maximumPercent: 199, stuck: true },
  { desired: 1, minimumHealthyPercent: 0, maximumPercent: 100, stuck: false },
  { desired: 4, minimumHealthyPercent: 100, maximumPercent: 100, stuck: true },
  { desired: 3, minimumHealthyPercent: 80, maximumPercent: 120, stuck: true },
  { desired: 0, minimumHealthyPercent: 100, maximumPercent: 100, stuck: false },
])('a rolling deployment is stuck: $desired at', ({ desired, stuck, ...configuration }) => {
  expect(isStuck(taskBounds(desired, configuration))).toBe(stuck);
});
