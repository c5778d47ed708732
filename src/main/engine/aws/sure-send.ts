import { isUnsure, patiently, pause } from './retry.ts';

const ATTEMPTS = 4;

/** What is sent is waited for: broken off, nobody would know whether it was carried out. */
const UNBROKEN = new AbortController().signal;

/**
 * Sends a call that has the same effect however often it is sent, until it is answered: one that sets a value, or
 * one with a client token. Rethrows the last error.
 */
export async function surely<T>(send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await patiently(UNBROKEN, send);
    } catch (error) {
      if (!isUnsure(error) || attempt === ATTEMPTS) throw error;
    }
    await pause(attempt, UNBROKEN);
  }
}
