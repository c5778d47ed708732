import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { deserialize, serialize } from 'node:v8';
import type { Clock } from '../core/clock.ts';
import type { SandboxLogger } from '../core/logger.ts';
import { openDatabase } from './open-database.ts';

/** One write of a table: a record, or undefined for one that is gone. */
export interface Write {
  readonly region: string;
  /** The name of the table. */
  readonly table: string;
  readonly key: string;
  readonly record: unknown;
}

/** Where the account is kept: all but the registry, which has files of its own. Times are the sandbox clock's. */
export interface Store {
  /** When the store was made, by its clock. */
  readonly begunAt: Date;
  /** When something was last kept before it was opened. */
  readonly endedAt: Date;
  /** Whether it holds anything from before. */
  readonly isRestored: boolean;
  /** The regions that have records. */
  regions(): readonly string[];
  /** The records of a table in the order in which they were first written. */
  load(region: string, table: string): readonly unknown[];
  /** Keeps all writes or none of them: false when they could not be kept, which the log explains. */
  save(writes: readonly Write[]): boolean;
  close(): void;
}

/** Increased with the stored format, so that an older file is refused rather than misread. */
const FORMAT = 1;

/**
 * Opens `account.sqlite` in a data folder.
 *
 * @throws Error with a sentence for the user when the file cannot be opened or is of another format.
 */
export function openStore(folder: string, clock: Pick<Clock, 'now'>, logger: SandboxLogger): Store {
  const path = join(folder, 'account.sqlite');
  const database = open(path);
  const select = database.prepare('SELECT content FROM record WHERE region = ? AND kind = ? ORDER BY place');
  const upsert = database.prepare(
    'INSERT INTO record (region, kind, key, content) VALUES (?, ?, ?, ?) ON CONFLICT (region, kind, key) DO UPDATE SET content = excluded.content',
  );
  const remove = database.prepare('DELETE FROM record WHERE region = ? AND kind = ? AND key = ?');
  const regions = database.prepare('SELECT DISTINCT region FROM record ORDER BY region');
  const touch = database.prepare('UPDATE times SET ended = ?');
  const isRestored = regions.all().length > 0;

  const { begunAt, endedAt } = openTimes(database, clock);

  return {
    begunAt,
    endedAt,
    isRestored,
    regions: () => regions.all().map(({ region }) => String(region)),
    load: (region, table) => select.all(region, table).map(({ content }) => readRow(content)),
    save(writes) {
      try {
        database.exec('BEGIN');
        for (const { region, table, key, record } of writes) {
          if (record === undefined) remove.run(region, table, key);
          else upsert.run(region, table, key, serialize(record));
        }
        touch.run(clock.now().getTime());
        database.exec('COMMIT');
        return true;
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        logger.error(
          { err: error, path },
          'The sandbox cannot keep a change; it tries again with the next one.',
        );
        return false;
      }
    },
    close: () => database.close(),
  };
}

const TABLES = `CREATE TABLE IF NOT EXISTS record (place INTEGER PRIMARY KEY, region TEXT, kind TEXT, key TEXT, content BLOB NOT NULL, UNIQUE (region, kind, key));
       CREATE TABLE IF NOT EXISTS times (begun INTEGER NOT NULL, ended INTEGER NOT NULL);`;

function open(path: string): DatabaseSync {
  try {
    return openDatabase(path, FORMAT, TABLES);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The sandbox cannot use ${path}: ${cause}. Choose another data folder, or delete that file.`,
    );
  }
}

function openTimes(database: DatabaseSync, clock: Pick<Clock, 'now'>): Pick<Store, 'begunAt' | 'endedAt'> {
  const { begun, ended } = database.prepare('SELECT begun, ended FROM times').get() ?? {};
  if (typeof begun === 'number' && typeof ended === 'number') {
    return { begunAt: new Date(begun), endedAt: new Date(ended) };
  }
  const now = clock.now();
  database.prepare('INSERT INTO times (begun, ended) VALUES (?, ?)').run(now.getTime(), now.getTime());
  return { begunAt: now, endedAt: now };
}

function readRow(content: unknown): unknown {
  if (!(content instanceof Uint8Array)) throw new Error('A stored record of the sandbox cannot be read.');
  return deserialize(content);
}
