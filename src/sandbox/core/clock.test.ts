import { describe, expect, it, vi } from 'vitest';
import { eventually } from '../../shared/testing/eventually.ts';
import { createSteppedClock } from '../testing/stepped-clock.ts';
import { createClock } from './clock.ts';

const START = new Date('2026-01-01T00:00:00Z');
const at = (seconds: number): Date => new Date(START.getTime() + seconds * 1000);

describe('a stepped clock', () => {
  it('runs events by time, and equal times in the order of scheduling', () => {
    const clock = createSteppedClock({ start: START });
    const ran: string[] = [];
    const seconds = [5, 1, 3, 1, 9, 3, 2, 8, 1];
    for (const [index, second] of seconds.entries()) {
      clock.schedule(at(second), () => ran.push(`${second}-${index}`));
    }
    clock.advance(8000);
    expect(ran).toEqual(['1-1', '1-3', '1-8', '2-6', '3-2', '3-5', '5-0', '8-7']);
    expect(clock.now()).toEqual(at(8));
  });

  it('passes an event its scheduled time, and runs what it schedules', () => {
    const clock = createSteppedClock({ start: START });
    const times: Date[] = [];
    clock.schedule(at(2), () => {
      times.push(clock.now());
      clock.schedule(at(3), () => times.push(clock.now()));
    });
    clock.advance(10_000);
    expect(times).toEqual([at(2), at(3)]);
  });

  it('runs events that were scheduled in the past at their time', () => {
    const clock = createSteppedClock({ start: START });
    const times: Date[] = [];
    clock.schedule(at(-60), () => {
      times.push(clock.now());
      clock.schedule(at(-30), () => times.push(clock.now()));
    });
    clock.advance(0);
    expect(times).toEqual([at(-60), at(-30)]);
    expect(clock.now()).toEqual(START);
  });

  it('does not run what was cancelled', () => {
    const clock = createSteppedClock({ start: START });
    const what = vi.fn<() => void>();
    const events = [1, 2, 3, 4].map((second) => clock.schedule(at(second), what));
    events[0]?.cancel();
    events[2]?.cancel();
    clock.advance(10_000);
    expect(what).toHaveBeenCalledTimes(2);
    expect(clock.step()).toBe(false);
  });
});

describe('a running clock', () => {
  it('runs many times as fast as real time, until it is stopped', async () => {
    const clock = createClock({
      start: START,
      speed: 10_000,
      onError: (error) => {
        throw error;
      },
    });
    const ran: Date[] = [];
    clock.schedule(at(60), () => ran.push(clock.now()));
    clock.schedule(at(30), () => ran.push(clock.now()));
    await eventually(() => expect(ran).toEqual([at(30), at(60)]));
    const late = vi.fn<() => void>();
    clock.schedule(at(10 * 365 * 86_400), late);
    clock.stop();
    expect(late).not.toHaveBeenCalled();
  });

  it('changes its speed from that moment on, and keeps its past', async () => {
    const clock = createClock({
      start: START,
      speed: 0.001,
      onError: (error) => {
        throw error;
      },
    });
    const ran = vi.fn<() => void>();
    clock.schedule(at(600), ran);
    expect(clock.toWallTime(at(1))).toEqual(at(1000));
    const before = clock.now();
    const [first, second] = clock.setSpeed(100_000);
    expect(first).toEqual({ wall: START.getTime(), virtual: START.getTime(), speed: 0.001 });
    expect(second?.virtual).toBeGreaterThanOrEqual(before.getTime());
    // Earlier events keep their times.
    expect(clock.toWallTime(START)).toEqual(START);
    // Ten minutes at the new speed take milliseconds; at the first speed they would take a week.
    await eventually(() => expect(ran).toHaveBeenCalled());
    clock.stop();
  });

  it('reports what an event throws, and runs the others', async () => {
    const onError = vi.fn<(error: unknown) => void>();
    const clock = createClock({ start: START, speed: 10_000, onError });
    const failure = new Error('a bug in an event');
    const next = vi.fn<() => void>();
    clock.schedule(at(30), () => {
      throw failure;
    });
    clock.schedule(at(60), next);
    await eventually(() => expect(next).toHaveBeenCalledOnce());
    expect(onError).toHaveBeenCalledExactlyOnceWith(failure);
    clock.stop();
  });
});
