import { z } from 'zod';
import { Instant } from '../model/account.ts';
import { ClusterRef } from '../model/cluster.ts';
import { lazyObject, lazyStrictObject } from '../model/lazy-objects.ts';
import { Hold, HoldReason, LockHolder, LockStatus } from '../model/lock.ts';
import { ServiceName, ServiceRef } from '../model/service.ts';
import type { Methods } from './method.ts';

/** A service, or a whole cluster where none is named. */
const HoldPlace = lazyStrictObject(() => ({ ...ClusterRef.shape, service: ServiceName.optional() }));

/** The locks and holds of the ledger. */
export const locksMethods = {
  'locks.status': {
    kind: 'query',
    about: 'Who has the lock of a service, who waits for it, and which holds stop changes.',
    input: HoldPlace,
    output: LockStatus,
  },
  'locks.hold': {
    kind: 'change',
    about: 'Puts a service or a cluster on hold: changes have to override the check `held`.',
    input: lazyStrictObject(() => ({ ...HoldPlace.shape, why: HoldReason, until: Instant.optional() })),
    output: Hold,
  },
  'locks.unhold': {
    kind: 'change',
    about: 'Ends a hold. Fails with NOT_FOUND where there is none.',
    input: lazyStrictObject(() => ({ ...HoldPlace.shape, why: HoldReason.optional() })),
    output: Hold,
  },
  'locks.wait': {
    kind: 'stream',
    about:
      'Waits in the queue of a lock, then reserves it for two minutes for the next release of this engine. ' +
      'Cancelling leaves the queue.',
    input: ServiceRef,
    event: lazyObject(() => ({
      position: z.number().int().describe('1: next'),
      waiting: z.number().int(),
      holder: LockHolder.optional(),
    })),
    output: lazyObject(() => ({ reservedUntil: Instant })),
  },
} as const satisfies Methods;
