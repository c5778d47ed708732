import { SlipwayError } from '../../../shared/errors.ts';
import type { Aws } from '../aws/aws.ts';
import { readCallerIdentity } from '../aws/caller-identity.ts';
import { waitUnlessCancelled } from '../aws/retry.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Logger } from '../ports/ports.ts';
import type { Locks } from './service-locks.ts';

interface LockHandlerOptions {
  readonly locks: Locks;
  readonly aws: Aws;
  readonly logger: Logger;
  /** Milliseconds between two looks at the queue. */
  readonly pollIntervalMs: number;
}

/** What a page that polls the status shows may be this old. */
const SHOWN_MS = 1_000;

/** Locks and holds for the window and the command line. */
export function createLockHandlers({
  locks,
  aws,
  logger,
  pollIntervalMs,
}: LockHandlerOptions): Pick<Handlers, 'locks.status' | 'locks.hold' | 'locks.unhold' | 'locks.wait'> {
  return {
    'locks.status': (place) => locks.status(place, SHOWN_MS),
    async 'locks.hold'({ why, until, ...place }, { signal }) {
      const by = await readCallerIdentity({ aws, logger }, place, signal);
      return locks.hold(place, { why, by, until });
    },
    async 'locks.unhold'(place) {
      const ended = await locks.unhold(place);
      if (ended !== undefined) return ended;
      const name =
        place.service === undefined ? `The cluster ${place.cluster}` : `${place.cluster}/${place.service}`;
      throw new SlipwayError('NOT_FOUND', `${name} is not on hold, so there is nothing to end.`);
    },
    async 'locks.wait'(service, { signal, emit }) {
      const by = await readCallerIdentity({ aws, logger }, service, signal);
      const { reservedUntil } = await locks.wait(service, by, {
        pause: () => waitUnlessCancelled(pollIntervalMs, signal, 'Waiting for the lock'),
        onPlace: emit,
      });
      return { reservedUntil: reservedUntil.toISOString() };
    },
  };
}
