import { afterEach, expect, it } from 'vitest';
import { processIo } from './io.ts';

const SIGNAL = 'SIGHUP';
const earlier = new Set(process.rawListeners(SIGNAL));

/** The listeners that a test has added. */
function added() {
  return process.rawListeners(SIGNAL).filter((listener) => !earlier.has(listener));
}

afterEach(() => {
  for (const listener of added()) process.off(SIGNAL, listener as NodeJS.SignalsListener);
});

it('a signal that npm passes on besides the terminal is the same interruption, and does not end the process', () => {
  const { interrupt } = processIo();
  for (const listener of added()) listener.call(process, SIGNAL);
  expect(interrupt.aborted).toBe(true);
  // Node ends a process at a signal that nobody listens to.
  expect(added()).toHaveLength(1);
});
