import { randomUUID } from 'node:crypto';
import { hostname, uptime } from 'node:os';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import type { Clock } from '../ports/ports.ts';
import { type ReadEntries, withoutNulls } from './entry-rows.ts';
import { createEntrySearch, type EntrySearch, type SameAccount } from './entry-search.ts';
import { createSteps, type Steps } from './steps.ts';

/** What is known when a change starts. */
type NewEntry = Pick<
  JournalEntry,
  | 'account'
  | 'region'
  | 'cluster'
  | 'subject'
  | 'kind'
  | 'title'
  | 'why'
  | 'link'
  | 'commit'
  | 'callerIdentity'
  | 'approvedBy'
  | 'plannedBy'
  | 'base'
> & {
  /** A random UUID, where it is needed before: another one by default. */
  readonly id?: string;
  /** Its plan. */
  readonly plan?: string;
  readonly calls?: JournalEntry['calls'];
  readonly overrides?: NonNullable<JournalEntry['overrides']>;
};

/** What becomes known of a change later on. */
export type EntryUpdate = Partial<
  Pick<JournalEntry, 'state' | 'outcome' | 'taskDefinitionArn' | 'deploymentArn' | 'sentence' | 'evidence'>
>;

export interface Entries extends EntrySearch, Steps {
  /** Opens an entry and returns its id. It is this process's until it is settled, or released. */
  begin(entry: NewEntry): string;
  /** A state other than `open` settles the entry: the time is kept with it. */
  update(id: string, update: EntryUpdate): void;
  find(id: string): JournalEntry | undefined;
  /** The plan that an entry carries out. */
  planOf(id: string): string | undefined;
  /** The change that executes a plan, if it has started; the newest of those of a bulk release. */
  ofPlan(plan: string): JournalEntry | undefined;
  /**
   * The change that started a service deployment, and those that stopped it; newest first. AWS gives each its own ARN;
   * of a simulated AWS that starts again, and gives ARNs again, the newest one is meant.
   */
  ofDeployment(deploymentArn: string): readonly JournalEntry[];
  /** The changes that registered, or deployed, a revision; newest first. */
  ofRevision(taskDefinitionArn: string): readonly JournalEntry[];
  /** The open changes whose process has ended, oldest first. */
  interrupted(): readonly JournalEntry[];
  /** Takes an entry over. False when another process that still runs has it. */
  takeOver(id: string): boolean;
  /** Releases an open entry for another process. */
  release(id: string): void;
}

/** The fields of an update that are text, and their columns. */
const COLUMNS = [
  ['state', 'state'],
  ['outcome', 'outcome'],
  ['taskDefinitionArn', 'task_definition_arn'],
  ['deploymentArn', 'deployment_arn'],
  ['sentence', 'sentence'],
] as const satisfies readonly (readonly [keyof EntryUpdate, string])[];

/** `onSettled` is told the plan of each entry that has ended, `onChanged` each entry that was begun or updated. */
export function createEntries(
  database: DatabaseSync,
  clock: Clock,
  rows: ReadEntries,
  sameAccount: SameAccount,
  onSettled: (plan: string) => void,
  onChanged: (entry: string) => void,
): Entries {
  const now = (): string => clock.now().toISOString();
  // It is asked for each time that a list is read, and as a rule all of them have an owner: only the others are read in full.
  const openOwners = database.prepare(
    `SELECT id, at, owner_host, owner_pid FROM entries WHERE state = 'open' AND origin IS NULL ORDER BY at, rowid`,
  );

  function hasNoOwner(id: string): boolean {
    const row = database
      .prepare('SELECT at, owner_host, owner_pid, state FROM entries WHERE id = ? AND origin IS NULL')
      .get(id);
    // No process works on settled or unfinished entries, and none of this machine on those of others.
    return row !== undefined && (row.state !== 'open' || isOwnerGone(withoutNulls(row), clock.now()));
  }

  function planOf(id: string): string | undefined {
    const plan = database.prepare('SELECT plan FROM entries WHERE id = ?').get(id)?.plan;
    return typeof plan === 'string' ? plan : undefined;
  }

  return {
    ...createEntrySearch(rows, sameAccount),
    ...createSteps(database, now),
    begin(entry) {
      const { id = randomUUID() } = entry;
      database
        .prepare(
          `INSERT INTO entries (id, plan, at, account, region, cluster, subject, kind, title, why, link, git_commit, caller_identity,
             approved_by, planned_by, base, calls, overrides, owner_host, owner_pid, state)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')`,
        )
        .run(
          id,
          entry.plan ?? null,
          now(),
          entry.account,
          entry.region,
          entry.cluster ?? null,
          entry.subject,
          entry.kind,
          entry.title,
          entry.why ?? null,
          entry.link ?? null,
          entry.commit ?? null,
          entry.callerIdentity ?? null,
          entry.approvedBy ?? null,
          entry.plannedBy ?? null,
          entry.base ?? null,
          JSON.stringify(entry.calls ?? []),
          entry.overrides === undefined ? null : JSON.stringify(entry.overrides),
          hostname(),
          process.pid,
        );
      onChanged(id);
      return id;
    },
    update(id, update) {
      for (const [member, column] of COLUMNS) {
        const value = update[member];
        if (value === undefined) continue;
        database.prepare(`UPDATE entries SET ${column} = ? WHERE id = ?`).run(value, id);
      }
      if (update.evidence !== undefined) {
        const evidence = JSON.stringify(update.evidence);
        database.prepare('UPDATE entries SET evidence = ? WHERE id = ?').run(evidence, id);
      }
      if (update.state !== undefined) {
        const settledAt = update.state === 'open' ? null : now();
        database.prepare('UPDATE entries SET settled_at = ? WHERE id = ?').run(settledAt, id);
        const plan = planOf(id);
        if (plan !== undefined && isOver(update.state)) onSettled(plan);
      }
      // That of another machine counts its own updates: what AWS tells here is replaced by what that machine writes.
      database.prepare('UPDATE entries SET version = version + 1 WHERE id = ? AND origin IS NULL').run(id);
      onChanged(id);
    },
    find: (id) => rows.select('WHERE id = ?', [id])[0],
    planOf,
    ofPlan: (plan) => rows.select('WHERE plan = ? ORDER BY at DESC, rowid DESC LIMIT 1', [plan])[0],
    ofDeployment(deploymentArn) {
      const newestFirst = rows.select('WHERE deployment_arn = ? ORDER BY at DESC, rowid DESC', [
        deploymentArn,
      ]);
      const start = newestFirst.findIndex(({ kind }) => kind !== 'stop');
      return start < 0 ? newestFirst : newestFirst.slice(0, start + 1);
    },
    ofRevision: (taskDefinitionArn) =>
      rows.select('WHERE task_definition_arn = ? ORDER BY at DESC, rowid DESC', [taskDefinitionArn]),
    interrupted: () =>
      openOwners
        .all()
        .filter((row) => isOwnerGone(withoutNulls(row), clock.now()))
        .flatMap(({ id }) => rows.select('WHERE id = ?', [z.string().parse(id)])),
    takeOver(id) {
      if (!hasNoOwner(id)) return false;
      database
        .prepare('UPDATE entries SET owner_host = ?, owner_pid = ? WHERE id = ?')
        .run(hostname(), process.pid, id);
      return true;
    },
    release(id) {
      database.prepare('UPDATE entries SET owner_pid = ? WHERE id = ?').run(NOBODY, id);
    },
  };
}

/** An unfinished one may still be resumed with its plan. */
function isOver(state: JournalEntry['state']): boolean {
  return state !== 'open' && state !== 'unfinished';
}

/** The process id of an entry that was released. */
const NOBODY = 0;

/** If the process can't be checked, the time decides: no execution takes longer. */
const LONGEST_EXECUTION_MS = 10 * 60_000;

const Owner = lazyObject(() => ({
  at: z.string(),
  owner_host: z.string().optional(),
  owner_pid: z.number().int().optional(),
}));

/**
 * Whether the process that carries out a change has ended. Process ids are given again, so that one counts only when
 * neither the machine nor this process was started after the change started; of another machine time decides.
 */
function isOwnerGone(row: Readonly<Record<string, unknown>>, now: Date): boolean {
  const { at, owner_host, owner_pid } = Owner.parse(row);
  const age = now.getTime() - Date.parse(at);
  if (owner_pid === NOBODY) return true;
  if (owner_host !== hostname() || owner_pid === undefined) return age > LONGEST_EXECUTION_MS;
  if (age > uptime() * 1000) return true;
  if (owner_pid === process.pid) return age > process.uptime() * 1000;
  return !isRunning(owner_pid);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs as another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
