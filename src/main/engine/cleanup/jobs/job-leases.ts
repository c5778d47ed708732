import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Clock } from '../../ports/ports.ts';
import { isHolderGone } from './lock-owner.ts';

/** Which process carries which job out. */
export interface JobLeases {
  /** Ids of jobs that are running and that no process carries out any more. They are free to be taken. */
  orphans(): readonly string[];
  /** True when `holder` alone, of all processes, carries the job out from now on, or goes on doing so. */
  take(id: string, holder: string, forMs: number): boolean;
  letGo(id: string, holder: string): void;
}

const Lease = z.object({ id: z.string(), holder: z.string().nullable(), until: z.string().nullable() });

export function createJobLeases(database: DatabaseSync, clock: Clock): JobLeases {
  const now = (): string => clock.now().toISOString();

  function letGo(id: string, holder: string): void {
    database
      .prepare('UPDATE jobs SET holder = NULL, until = NULL WHERE id = ? AND holder = ?')
      .run(id, holder);
  }

  return {
    letGo,
    orphans() {
      return database
        .prepare(`SELECT id, holder, until FROM jobs WHERE state = 'running'`)
        .all()
        .map((row) => Lease.parse(row))
        .filter(({ holder, until }) => holder === null || (until ?? '') < now() || isHolderGone(holder))
        .map(({ id, holder }) => {
          if (holder !== null) letGo(id, holder);
          return id;
        });
    },
    take(id, holder, forMs) {
      const until = new Date(clock.now().getTime() + forMs).toISOString();
      const taken = database
        .prepare(
          `UPDATE jobs SET holder = ?, until = ?
           WHERE id = ? AND (holder IS NULL OR holder = ? OR until IS NULL OR until < ?)`,
        )
        .run(holder, until, id, holder, now());
      return Number(taken.changes) === 1;
    },
  };
}
