import { vi } from 'vitest';

/** The limit for a state that never comes; far longer than a slow machine takes. */
const HANGING_MS = 10 * 60_000;
/** A check asks the engine something: more often, and it takes the core away from what it waits for. */
const INTERVAL_MS = 50;

/** Repeats a check until it passes, and returns its result. Fails with its last error after ten minutes. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: HANGING_MS, interval: INTERVAL_MS });
}
