import type { DatabaseSync } from 'node:sqlite';
import type { z } from 'zod';

/** Returns that may be out of date after some minutes, kept so that a view that is opened again asks for nothing. */
export interface CachedAnswers {
  /** An answer that is younger than `maxAgeMs`, as its schema reads it. */
  read<T>(key: string, schema: z.ZodType<T>, maxAgeMs: number): T | undefined;
  write(key: string, answer: unknown): void;
}

export const CACHED_ANSWERS_TABLE = `CREATE TABLE IF NOT EXISTS answers (
    place TEXT NOT NULL, key TEXT NOT NULL, answer TEXT NOT NULL, read_at INTEGER NOT NULL,
    PRIMARY KEY (place, key)
  ) STRICT`;

/** The answers of one place, such as an account and region. */
export function createCachedAnswers(database: DatabaseSync, place: string): CachedAnswers {
  const select = database.prepare('SELECT answer FROM answers WHERE place = ? AND key = ? AND read_at > ?');
  const insert = database.prepare(
    'INSERT OR REPLACE INTO answers (place, key, answer, read_at) VALUES (?, ?, ?, ?)',
  );
  return {
    read(key, schema, maxAgeMs) {
      const row = select.get(place, key, Date.now() - maxAgeMs);
      if (typeof row?.answer !== 'string') return undefined;
      return schema.safeParse(JSON.parse(row.answer)).data;
    },
    write(key, answer) {
      insert.run(place, key, JSON.stringify(answer), Date.now());
    },
  };
}
