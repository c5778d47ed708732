import type { Clock } from '../core/clock.ts';
import { createEventQueue } from '../core/event-queue.ts';

/** A clock that only moves when a test moves it. */
export interface SteppedClock extends Clock {
  /** Moves on by `milliseconds`, running every event that falls due on the way, in order. */
  advance(milliseconds: number): void;
  /** Moves to the next event and runs it. False when the queue is empty. */
  step(): boolean;
}

/** A clock for tests: it stands still until `advance` or `step` is called. */
export function createSteppedClock({ start }: { readonly start: Date }): SteppedClock {
  const queue = createEventQueue();
  let time = start.getTime();
  let runningEventAt: number | undefined;

  function runNext(): void {
    const event = queue.pop();
    if (event === undefined) return;
    time = Math.max(time, event.at);
    runningEventAt = event.at;
    try {
      event.what();
    } finally {
      runningEventAt = undefined;
    }
  }

  return {
    now: () => new Date(runningEventAt ?? time),
    schedule(at, what) {
      const event = queue.push(at.getTime(), what);
      return { cancel: () => queue.cancel(event) };
    },
    // A stepped clock has no wall to differ from.
    toWallTime: (time) => time,
    fromWallTime: (time) => time,
    advance(milliseconds) {
      const until = time + milliseconds;
      for (let next = queue.peek(); next !== undefined && next.at <= until; next = queue.peek()) runNext();
      time = until;
    },
    step() {
      const pending = queue.peek() !== undefined;
      runNext();
      return pending;
    },
  };
}
