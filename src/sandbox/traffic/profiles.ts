import { setTimeout as delay } from 'node:timers/promises';
import type { Interceptor } from '../aws-api/interceptor.ts';
import { createRequestBuckets } from './request-buckets.ts';

export const PROFILES = ['aws'] as const;
export type Profile = (typeof PROFILES)[number];

/** From an office to a region that is not far away, and back. */
const ROUND_TRIP_MS = 40;

/** What a profile puts between the network and the operations. */
export function interceptorsOf(profile: Profile): readonly Interceptor[] {
  switch (profile) {
    case 'aws':
      return [createLatency(ROUND_TRIP_MS), createRequestBuckets()];
  }
}

/** Makes each answer take this long, errors too: the way to a region and back. */
function createLatency(milliseconds: number): Interceptor {
  return async (_call, next) => {
    await delay(milliseconds);
    return next();
  };
}
