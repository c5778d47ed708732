import { createEventQueue } from './event-queue.ts';
/** The sandbox's time: a queue of timed events, so that nothing is polled and idle services cost nothing. */
export interface Clock {
  /** The virtual time. While an event runs this is the very time it was scheduled for. */
  now(): Date;
  /**
   * Runs `what` when the virtual time reaches `at`; equal times run in the order of scheduling. What is scheduled in
   * the past runs next, with `now()` telling that past time: so a scenario can let something have started earlier.
   */
  schedule(at: Date, what: () => void): ScheduledEvent;
  /** The wall-clock time of a virtual time. Times before the clock's start are the same on both. */
  readonly toWallTime: (time: Date) => Date;
  /** The virtual time at a moment on the wall: the inverse of toWallTime. */
  readonly fromWallTime: (time: Date) => Date;
}

export interface ScheduledEvent {
  /** Takes the event out of the queue; does nothing once it has run. */
  cancel(): void;
}

/** A clock that moves by itself until it is stopped. */
export interface RunningClock extends Clock {
  /**
   * Continues at another speed from now on, above 0. The past stays as it was. Answers how the clock has run so far.
   */
  setSpeed(speed: number): readonly ClockRun[];
  stop(): void;
}

interface ClockOptions {
  /** The wall-clock time at which the clock is created. */
  readonly start: Date;
  /** Virtual seconds for each real second. */
  readonly speed?: number;
  /** Called with what an event has thrown. The other events run anyway. */
  readonly onError: (error: unknown) => void;
  /** How the clock ran before, oldest first, where it continues; the last says how it runs now. */
  readonly runs?: readonly ClockRun[];
}

/** From a moment on, where the wall shows `wall` and the clock `virtual`, it runs with this speed. Epoch milliseconds. */
export interface ClockRun {
  readonly wall: number;
  readonly virtual: number;
  readonly speed: number;
}

/** The virtual time at a moment on the wall, of a clock that ran like this. The same before its first run. */
export function virtualAt(runs: readonly ClockRun[], wall: number): number {
  const run = runs.findLast((each) => each.wall <= wall);
  return run === undefined ? wall : run.virtual + (wall - run.wall) * run.speed;
}

function wallAt(runs: readonly ClockRun[], virtual: number): number {
  const run = runs.findLast((each) => each.virtual <= virtual);
  return run === undefined ? virtual : run.wall + (virtual - run.virtual) / run.speed;
}

/** The longest delay that setTimeout takes; later events are looked at again then. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** Virtual seconds for each real second, unless told otherwise. */
export const DEFAULT_SPEED = 20;

/** A clock in real time, `speed` times as fast. Its timers do not keep the process alive. */
export function createClock({
  start,
  speed = DEFAULT_SPEED,
  onError,
  runs: given,
}: ClockOptions): RunningClock {
  const queue = createEventQueue();
  let runs = given ?? [{ wall: start.getTime(), virtual: start.getTime(), speed }];
  let speedNow = runs.at(-1)?.speed ?? speed;
  const startedAt = performance.now();
  let runningEventAt: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  function wallNow(): number {
    return start.getTime() + performance.now() - startedAt;
  }

  function elapsed(): number {
    return virtualAt(runs, wallNow());
  }

  function arm(): void {
    clearTimeout(timer);
    const next = queue.peek();
    if (stopped || next === undefined) return;
    const delay = Math.max(0, (next.at - elapsed()) / speedNow);
    timer = setTimeout(runDueEvents, Math.min(Math.ceil(delay), LONGEST_TIMEOUT_MS));
    timer.unref();
  }

  function runDueEvents(): void {
    const until = elapsed();
    for (let event = queue.peek(); event !== undefined && event.at <= until; event = queue.peek()) {
      queue.pop();
      runningEventAt = event.at;
      try {
        event.what();
      } catch (error) {
        onError(error);
      }
    }
    runningEventAt = undefined;
    arm();
  }

  return {
    now: () => new Date(runningEventAt ?? elapsed()),
    schedule(at, what) {
      const event = queue.push(at.getTime(), what);
      if (runningEventAt === undefined && queue.peek() === event) arm();
      return { cancel: () => queue.cancel(event) };
    },
    toWallTime: (time) => new Date(wallAt(runs, time.getTime())),
    fromWallTime: (time) => new Date(virtualAt(runs, time.getTime())),
    setSpeed(next) {
      const wall = wallNow();
      runs = [...runs, { wall, virtual: virtualAt(runs, wall), speed: next }];
      speedNow = next;
      arm();
      return runs;
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
