/** Forwards the last value of each interval. */
export interface LastPer<T> {
  readonly push: (value: T) => void;
  /** Sends what waits, at once. Call it before the stream answers, so that its last state is seen. */
  readonly flush: () => void;
  /** Drops what waits. */
  readonly stop: () => void;
}

/**
 * Progress at a pace that a view can follow: the first value goes out at once, and after that the last one of
 * each `ms` milliseconds.
 */
export function lastPer<T>(ms: number, emit: (value: T) => void): LastPer<T> {
  let waiting: { readonly value: T } | undefined;
  let timer: NodeJS.Timeout | undefined;

  function send(): void {
    clearTimeout(timer);
    timer = undefined;
    if (waiting === undefined) return;
    const { value } = waiting;
    waiting = undefined;
    timer = setTimeout(send, ms);
    emit(value);
  }

  return {
    push(value) {
      waiting = { value };
      if (timer === undefined) send();
    },
    flush: send,
    stop() {
      clearTimeout(timer);
      timer = undefined;
      waiting = undefined;
    },
  };
}

/** Lines of a log that go out together. `dropped`: how many older ones did not fit. */
interface LineBatch {
  readonly lines: readonly string[];
  readonly dropped: number;
}

export interface LineBatcher {
  readonly push: (line: string) => void;
  readonly flush: () => void;
  readonly stop: () => void;
}

/** A log at a pace that a view can follow: a batch for each `ms` milliseconds, of the last `bound` lines. */
export function batchLines(ms: number, bound: number, emit: (batch: LineBatch) => void): LineBatcher {
  let lines: string[] = [];
  let dropped = 0;
  const pace = lastPer<undefined>(ms, () => {
    const batch = { lines, dropped };
    lines = [];
    dropped = 0;
    if (batch.lines.length > 0) emit(batch);
  });

  return {
    push(line) {
      lines.push(line);
      if (lines.length > bound) {
        lines.shift();
        dropped += 1;
      }
      pace.push(undefined);
    },
    flush: pace.flush,
    stop: pace.stop,
  };
}
