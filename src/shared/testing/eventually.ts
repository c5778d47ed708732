import { vi } from 'vitest';

/** The limit for a state that never comes; far longer than a slow machine takes. */
const HANGING_MS = 10 * 60_000;
/** The first pause between two checks. */
const FIRST_MS = 50;
/** The longest. A check asks the engine something: more often, and it takes the core away from what it waits for. */
const LONGEST_MS = 150;
const GROWTH = 1.5;

/**
 * Repeats a check until it passes, and returns its result: often at first, as most states come soon, and then less often. Fails
 * with its last error after ten minutes.
 */
export async function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  // Vitest's own pauses move such a time on.
  if (vi.isFakeTimers()) return vi.waitFor(check, { timeout: HANGING_MS, interval: FIRST_MS });
  const until = Date.now() + HANGING_MS;
  for (let pause = FIRST_MS; ; pause = Math.min(pause * GROWTH, LONGEST_MS)) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > until) throw error;
    }
    await passing(pause);
  }
}

/** Without the timers of Node or of a browser, whose types are not known in src/shared. */
async function passing(ms: number): Promise<void> {
  let looks = 0;
  await vi.waitUntil(() => looks++ > 0, { interval: ms, timeout: HANGING_MS });
}
