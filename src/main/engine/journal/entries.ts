import { randomUUID } from 'node:crypto';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { z } from 'zod';
import { JournalEntry } from '../../../shared/model/journal.ts';
import { ReleaseStep } from '../../../shared/model/plan.ts';
import type { Clock } from '../ports.ts';

/** What is known when a change begins. */
export type NewEntry = Pick<
  JournalEntry,
  'account' | 'region' | 'cluster' | 'subject' | 'kind' | 'title' | 'why' | 'who'
> & {
  /** The plan that it carries out. */
  readonly plan?: string;
};

/** What becomes known of a change later on. */
export type EntryUpdate = Partial<
  Pick<JournalEntry, 'state' | 'outcome' | 'taskDefinitionArn' | 'deploymentArn' | 'sentence'>
>;

export interface EntryFilter {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly cluster?: string | undefined;
  readonly subject?: string | undefined;
}

export interface Entries {
  /** Opens an entry and answers its id. */
  begin(entry: NewEntry): string;
  update(id: string, update: EntryUpdate): void;
  find(id: string): JournalEntry | undefined;
  /** The plan that an entry carries out. */
  planOf(id: string): string | undefined;
  /**
   * The change that started a service deployment, and those that stopped it; newest first. AWS gives each its own
   * ARN; of a simulated AWS that begins anew, and gives ARNs again, the newest one is meant.
   */
  ofDeployment(deploymentArn: string): readonly JournalEntry[];
  /**
   * Ends the releases that are open for longer than an execution takes and have nothing to watch: the process that
   * carried them out was ended. One that had registered a revision is `unfinished`.
   */
  endBrokenOff(): void;
  /** Newest first, at most 500. */
  list(filter: EntryFilter): readonly JournalEntry[];
  /** Writes a step down before it is sent, and answers its number. */
  stepSent(entry: string, operation: string): { readonly number: number; readonly step: ReleaseStep };
  /** Writes down how a step was answered. `result` must hold no secrets. */
  stepAnswered(number: number, state: 'done' | 'failed', result: string | undefined): ReleaseStep;
}

const MOST_LISTED = 500;
const LONGEST_EXECUTION_MS = 60_000;
const BROKEN_OFF =
  'Slipway was ended in the middle of it. The steps tell how far it came; look at what the service runs.';

/** The members of an update and their columns. */
const COLUMNS = [
  ['state', 'state'],
  ['outcome', 'outcome'],
  ['taskDefinitionArn', 'task_definition_arn'],
  ['deploymentArn', 'deployment_arn'],
  ['sentence', 'sentence'],
] as const satisfies readonly (readonly [keyof EntryUpdate, string])[];

const FILTERS = ['account', 'region', 'cluster', 'subject'] as const satisfies (keyof EntryFilter)[];

export function createEntries(database: DatabaseSync, clock: Clock): Entries {
  const now = (): string => clock.now().toISOString();

  function stepsOf(entry: string): ReleaseStep[] {
    const rows = database
      .prepare('SELECT operation, state, at, result FROM steps WHERE entry = ? ORDER BY id')
      .all(entry);
    return rows.map((row) => ReleaseStep.parse(withoutNulls(row)));
  }

  function read(row: Readonly<Record<string, unknown>> | undefined): JournalEntry | undefined {
    if (row === undefined) return undefined;
    const { task_definition_arn, deployment_arn, ...rest } = row;
    const steps = stepsOf(z.string().parse(row.id));
    const entry = { ...rest, taskDefinitionArn: task_definition_arn, deploymentArn: deployment_arn, steps };
    return JournalEntry.parse(withoutNulls(entry));
  }

  function select(where: string, values: readonly SQLInputValue[]): JournalEntry[] {
    return database
      .prepare(`SELECT * FROM entries ${where}`)
      .all(...values)
      .flatMap((row) => read(row) ?? []);
  }

  return {
    begin(entry) {
      const id = randomUUID();
      database
        .prepare(
          `INSERT INTO entries (id, plan, at, account, region, cluster, subject, kind, title, why, who, state)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')`,
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
          entry.who ?? null,
        );
      return id;
    },
    update(id, update) {
      for (const [member, column] of COLUMNS) {
        const value = update[member];
        if (value === undefined) continue;
        database.prepare(`UPDATE entries SET ${column} = ? WHERE id = ?`).run(value, id);
      }
    },
    find(id) {
      return read(database.prepare('SELECT * FROM entries WHERE id = ?').get(id));
    },
    planOf(id) {
      const plan = database.prepare('SELECT plan FROM entries WHERE id = ?').get(id)?.plan;
      return typeof plan === 'string' ? plan : undefined;
    },
    ofDeployment(deploymentArn) {
      const newestFirst = select('WHERE deployment_arn = ? ORDER BY at DESC, rowid DESC', [deploymentArn]);
      const start = newestFirst.findIndex(({ kind }) => kind !== 'stop');
      return start < 0 ? newestFirst : newestFirst.slice(0, start + 1);
    },
    endBrokenOff() {
      const before = new Date(clock.now().getTime() - LONGEST_EXECUTION_MS).toISOString();
      database
        .prepare(
          `UPDATE entries
           SET state = CASE WHEN task_definition_arn IS NULL THEN 'failed' ELSE 'unfinished' END, sentence = ?
           WHERE state = 'open' AND deployment_arn IS NULL AND kind IN ('deploy', 'rollback', 'stop') AND at < ?`,
        )
        .run(BROKEN_OFF, before);
    },
    list(filter) {
      const used = FILTERS.flatMap((column) => {
        const value = filter[column];
        return value === undefined ? [] : [{ column, value }];
      });
      const where =
        used.length === 0 ? '' : `WHERE ${used.map(({ column }) => `${column} = ?`).join(' AND ')}`;
      return select(
        `${where} ORDER BY at DESC, rowid DESC LIMIT ${MOST_LISTED}`,
        used.map(({ value }) => value),
      );
    },
    stepSent(entry, operation) {
      const at = now();
      const inserted = database
        .prepare(`INSERT INTO steps (entry, operation, state, at) VALUES (?, ?, 'sent', ?)`)
        .run(entry, operation, at);
      return { number: Number(inserted.lastInsertRowid), step: { operation, state: 'sent', at } };
    },
    stepAnswered(number, state, result) {
      const row = database
        .prepare(
          'UPDATE steps SET state = ?, at = ?, result = ? WHERE id = ? RETURNING operation, state, at, result',
        )
        .get(state, now(), result ?? null, number);
      return ReleaseStep.parse(withoutNulls(row ?? {}));
    },
  };
}

/** SQLite has NULL where the contract leaves a member out. */
function withoutNulls(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== undefined));
}
