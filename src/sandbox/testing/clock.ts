import { type Clock, DEFAULT_SPEED } from '../core/clock.ts';
import { createSteppedClock } from './stepped-clock.ts';

/**
 * A sandbox's clock for tests: it stands still unless the test lets time pass. What a test reads between two of its
 * steps is therefore the same on a fast machine and on a busy one.
 */
export interface TestClock extends Clock {
  /** Lets this many virtual milliseconds pass at once. */
  advance(milliseconds: number): void;
  /** Lets five seconds pass at a time until `check` passes, and answers what it answers. For states of the sandbox. */
  advanceUntil<T>(check: () => Promise<T>): Promise<T>;
  /** Lets time pass by itself until `what` has settled. For what looks at the sandbox in real time. */
  runUntil<T>(what: Promise<T>): Promise<T>;
  /** Lets time pass by itself until the clock is stopped. For a test that never needs it to stand still. */
  run(): void;
  stop(): void;
}

const STEP_MS = 5_000;
/** Virtual time after which what `advanceUntil` waits for is taken to never come. */
const LONGEST_WAIT_MS = 30 * 60_000;
/** Real milliseconds between two moves of a clock that runs. */
const TICK_MS = 5;
/**
 * Virtual milliseconds for each real one while the clock stands still, so that two things that happen one after the
 * other never have the same time. No event falls due by that.
 */
const DRIFT = 0.1;

/** The virtual time between `from` and `to` passed at the moment `wall`. */
interface Jump {
  readonly wall: number;
  readonly from: number;
  readonly to: number;
}

/**
 * While it runs, it moves on by the same step each time that this process has come round to it: a process that gets no
 * core for a while finds the clock where it was. `speed`: virtual seconds for each real second at most.
 */
export function createTestClock({ speed = DEFAULT_SPEED }: { readonly speed?: number } = {}): TestClock {
  const start = Date.now();
  const startedAt = performance.now();
  const stepped = createSteppedClock({ start: new Date(start) });
  const jumps: Jump[] = [{ wall: start, from: start, to: start }];
  let isEventRunning = false;
  let runners = 0;
  let ticking: NodeJS.Timeout | undefined;

  // In whole milliseconds, as a Date has it.
  const wallNow = (): number => start + Math.trunc(performance.now() - startedAt);
  const newest = (): Jump => jumps.at(-1) ?? { wall: start, from: start, to: start };

  function now(): number {
    if (isEventRunning) return stepped.now().getTime();
    const { wall, to } = newest();
    return to + Math.max(0, wallNow() - wall) * DRIFT;
  }

  function advance(milliseconds: number): void {
    const from = now();
    // A millisecond later, or what happened just before the jump could have the same real time as what follows it.
    jumps.push({ wall: wallNow() + 1, from, to: from + milliseconds });
    stepped.advance(from + milliseconds - stepped.now().getTime());
  }

  function startRunning(): void {
    runners += 1;
    ticking ??= setInterval(() => advance(TICK_MS * speed), TICK_MS).unref();
  }

  function stopRunning(): void {
    runners = Math.max(0, runners - 1);
    if (runners > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  }

  return {
    now: () => new Date(now()),
    schedule: (at, what) =>
      stepped.schedule(at, () => {
        isEventRunning = true;
        try {
          what();
        } finally {
          isEventRunning = false;
        }
      }),
    toWallTime(time) {
      const virtual = time.getTime();
      const jump = lastBefore(jumps, ({ from }) => from < virtual);
      if (jump === undefined) return time;
      if (virtual <= jump.to) return new Date(jump.wall);
      const ahead = virtual - now();
      return new Date(ahead > 0 ? wallNow() + ahead / speed : jump.wall + (virtual - jump.to) / DRIFT);
    },
    fromWallTime(time) {
      const wall = time.getTime();
      const jump = lastBefore(jumps, (each) => each.wall <= wall);
      if (jump === undefined) return time;
      const ahead = wall - wallNow();
      return new Date(ahead > 0 ? now() + ahead * speed : jump.to + (wall - jump.wall) * DRIFT);
    },
    advance,
    async advanceUntil(check) {
      const until = now() + LONGEST_WAIT_MS;
      for (;;) {
        try {
          return await check();
        } catch (error) {
          if (now() > until) throw error;
        }
        advance(STEP_MS);
      }
    },
    async runUntil(what) {
      startRunning();
      try {
        return await what;
      } finally {
        stopRunning();
      }
    },
    run: startRunning,
    stop: stopRunning,
  };
}

/** The last of a sorted list that comes before; undefined when none does. */
function lastBefore<T>(list: readonly T[], isBefore: (each: T) => boolean): T | undefined {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const each = list[middle];
    if (each !== undefined && isBefore(each)) low = middle + 1;
    else high = middle;
  }
  return list[low - 1];
}
