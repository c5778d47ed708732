import { setTimeout as delay } from 'node:timers/promises';
import type { Interceptor } from '../aws-api/interceptor.ts';

/** Makes each answer take this long, errors too: the way to a region and back. */
export function createLatency(milliseconds: number): Interceptor {
  return async (_call, next) => {
    await delay(milliseconds);
    return next();
  };
}
