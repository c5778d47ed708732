import { vi } from 'vitest';

/** For a state that never comes. Slowness alone never takes this long. */
const HANGING_MS = 120_000;

/**
 * Runs a check again and again until it passes, and answers what it answers. Fails with the last error of the check
 * after two minutes.
 */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: HANGING_MS, interval: 20 });
}
