import type { DatabaseSync } from 'node:sqlite';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { Clock, Logger, Paths } from '../ports/ports.ts';
import { rollBack } from '../storage/private-database.ts';
import { createEntries, type Entries } from './entries.ts';
import { createReadEntries } from './entry-rows.ts';
import type { SameAccount } from './entry-search.ts';
import { openJournalFile } from './journal-file.ts';
import { createLedgerPlans, type LedgerPlans } from './plans.ts';
import { createServiceChanges, type ServiceChanges } from './service-changes.ts';
import { createSharedEntries, type SharedEntries } from './shared-entries.ts';

/** The journal of every change made through Slipway. Several processes can open it. Contains no secrets. */
export interface Journal {
  readonly entries: Entries;
  readonly changes: ServiceChanges;
  readonly plans: LedgerPlans;
  readonly holds: ServiceLocks;
  /** What a ledger has of the entries, and what came from it. */
  readonly shared: SharedEntries;
  /** Called with each entry that was begun or updated from now on. One listener. */
  onEntry(listener: (entry: string) => void): void;
  /** A sentence if an unreadable file was renamed and a new journal was started. */
  readonly problem?: string;
  /** Why a service deployment was started and by whom, if Slipway started it. */
  noteFor(deploymentArn: string): DeploymentNote | undefined;
  /** Writes all or nothing of what `write` writes. */
  atOnce<T>(write: () => T): T;
  close(): void;
}

export interface DeploymentNote {
  /** True for a rollback. */
  readonly isRollback?: boolean;
  readonly why?: string;
  /** With the machine, where that is another one. */
  readonly callerIdentity?: string;
}

/** Opens the journal in the data folder. Throws what SQLite throws when the folder cannot be written. */
export function openJournal(
  paths: Paths,
  logger: Logger,
  clock: Clock,
  sameAccount: SameAccount = (account) => [account],
): Journal {
  const { database, problem } = openJournalFile(paths, logger, clock);
  const plans = createLedgerPlans(database, clock);
  const rows = createReadEntries(database);
  let onEntry: ((entry: string) => void) | undefined;
  const entries = createEntries(
    database,
    clock,
    rows,
    sameAccount,
    (plan) => plans.forgetValues(plan),
    (entry) => onEntry?.(entry),
  );
  return {
    entries,
    changes: createServiceChanges(database, sameAccount),
    plans,
    holds: createServiceLocks(database, clock),
    shared: createSharedEntries(database, rows, clock),
    onEntry(listener) {
      onEntry = listener;
    },
    ...(problem === undefined ? {} : { problem }),
    noteFor(deploymentArn) {
      const entry = entries.ofDeployment(deploymentArn).find(({ kind }) => kind !== 'stop');
      if (entry === undefined) return undefined;
      const { kind, why, host } = entry;
      const callerIdentity =
        host === undefined ? entry.callerIdentity : `${entry.callerIdentity ?? ''} on ${host}`.trim();
      return {
        ...(kind === 'rollback' ? { isRollback: true } : {}),
        ...(why === undefined ? {} : { why }),
        ...(callerIdentity === undefined ? {} : { callerIdentity }),
      };
    },
    atOnce(write) {
      database.exec('BEGIN IMMEDIATE');
      try {
        const written = write();
        database.exec('COMMIT');
        return written;
      } catch (error) {
        rollBack(database);
        throw error;
      }
    },
    close() {
      if (database.isOpen) database.close();
    },
  };
}

/** Longer than any execution takes from its first call to its last; a crash frees the service after that. */
const HELD_MS = 5 * 60 * 1000;

/** Lets one release at a time change a service, of all processes of this machine. */
interface ServiceLocks {
  /** True when `holder` has the service for itself now, until it lets go; also when it had it already. */
  take(service: ServiceRef, holder: string): boolean;
  release(service: ServiceRef, holder: string): void;
  /** Who has the service now, if anybody. */
  holderOf(service: ServiceRef): string | undefined;
}

function createServiceLocks(database: DatabaseSync, clock: Clock): ServiceLocks {
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
    release(service, holder) {
      database
        .prepare('DELETE FROM service_locks WHERE service = ? AND holder = ?')
        .run(keyOf(service), holder);
    },
    holderOf(service) {
      const row = database.prepare('SELECT holder FROM service_locks WHERE service = ?').get(keyOf(service));
      return typeof row?.holder === 'string' ? row.holder : undefined;
    },
  };
}

function keyOf({ account, region, cluster, service }: ServiceRef): string {
  return JSON.stringify([account, region, cluster, service]);
}
