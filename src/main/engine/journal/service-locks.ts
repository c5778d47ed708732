import type { DatabaseSync } from 'node:sqlite';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { Clock } from '../ports/ports.ts';

/** Longer than any execution takes from its first call to its last; a crash frees the service after that. */
const HELD_MS = 5 * 60 * 1000;

/** Lets one release at a time change a service, of all processes of this machine. */
export interface ServiceLocks {
  /** True when `holder` has the service for itself now, until it lets go; also when it had it already. */
  take(service: ServiceRef, holder: string): boolean;
  letGo(service: ServiceRef, holder: string): void;
}

export function createServiceLocks(database: DatabaseSync, clock: Clock): ServiceLocks {
  return {
    take(service, holder) {
      const now = clock.now();
      const until = new Date(now.getTime() + HELD_MS).toISOString();
      const taken = database
        .prepare(
          `INSERT INTO service_locks (service, holder, until) VALUES (?, ?, ?)
           ON CONFLICT (service) DO UPDATE SET holder = excluded.holder, until = excluded.until
           WHERE service_locks.until < ? OR service_locks.holder = excluded.holder`,
        )
        .run(keyOf(service), holder, until, now.toISOString());
      return Number(taken.changes) === 1;
    },
    letGo(service, holder) {
      database
        .prepare('DELETE FROM service_locks WHERE service = ? AND holder = ?')
        .run(keyOf(service), holder);
    },
  };
}

function keyOf({ account, region, cluster, service }: ServiceRef): string {
  return JSON.stringify([account, region, cluster, service]);
}
