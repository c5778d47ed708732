import type { TransferSpeed } from '../../../shared/model/docker.ts';

/** Long enough that layers which begin and end do not make the figure jump, short enough to show that the network is slow now. */
const WINDOW_MS = 5_000;
/** Before that a figure would be a guess. */
const SHORTEST_MS = 1_000;
/** Between two samples, which bounds how many there are. */
const SAMPLE_MS = 100;

/** Measures how fast bytes are sent. */
export interface TransferMeter {
  /** @param sentBytes in all so far; fewer than before when a part is sent again, which takes no speed away */
  readonly count: (sentBytes: number) => void;
  /**
   * The speed of the last 5 seconds. Empty in the first second, and when nothing is left. Without the time that is left where that
   * can't be told: the rest is unknown, or nothing was sent in these seconds.
   */
  readonly speed: (leftBytes: number | undefined) => TransferSpeed;
}

/** @param now in milliseconds, from any moment on */
export function createTransferMeter(now = (): number => performance.now()): TransferMeter {
  const samples: { readonly at: number; bytes: number }[] = [];
  let known = 0;
  let total = 0;

  /** Keeps one sample from before the window, so that a pause counts. */
  function forget(at: number): void {
    while ((samples[1]?.at ?? at) < at - WINDOW_MS) samples.shift();
  }

  return {
    count(sentBytes) {
      const at = now();
      total += Math.max(0, sentBytes - known);
      known = sentBytes;
      const last = samples.at(-1);
      if (last === undefined || at - last.at >= SAMPLE_MS) samples.push({ at, bytes: total });
      else if (samples.length > 1) last.bytes = total;
      forget(at);
    },
    speed(leftBytes) {
      const at = now();
      forget(at);
      const [first] = samples;
      if (first === undefined || at - first.at < SHORTEST_MS || leftBytes === 0) return {};
      const bytesPerSecond = Math.round(((total - first.bytes) / (at - first.at)) * 1000);
      if (leftBytes === undefined || bytesPerSecond === 0) return { bytesPerSecond };
      return { bytesPerSecond, secondsLeft: Math.ceil(leftBytes / bytesPerSecond) };
    },
  };
}
