import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { RevisionStatus } from '../../../../shared/model/revision.ts';

/** The revisions of a family with one status, as they were listed. */
export interface ListedNames {
  /** The ARN up to the number, such as `arn:…:task-definition/web:`. */
  readonly family: string;
  /** Newest first. */
  readonly numbers: readonly number[];
  readonly listedAt: Date;
}

/** Lists of revisions. They can change, but for the most part only at their beginning. */
export interface CachedNames {
  read(family: string, status: RevisionStatus): ListedNames | undefined;
  write(status: RevisionStatus, names: ListedNames): void;
  /** Forgets what a session has listed of a family. */
  forget(family: string, session: string): void;
}

export const KEPT_NAMES_TABLE = `CREATE TABLE IF NOT EXISTS names (
    namespace TEXT NOT NULL, family TEXT NOT NULL, status TEXT NOT NULL, session TEXT NOT NULL, numbers TEXT NOT NULL,
    listed_at INTEGER NOT NULL, PRIMARY KEY (namespace, family, status)
  ) STRICT`;

const Numbers = z.array(z.int());

interface Trust {
  readonly cacheNamespace: string;
  readonly session: string;
  readonly isTrusted: (session: string, family: string, number: number) => boolean;
}

export function createCachedNames(
  database: DatabaseSync,
  { cacheNamespace, session, isTrusted }: Trust,
): CachedNames {
  const select = database.prepare(
    'SELECT session, numbers, listed_at FROM names WHERE namespace = ? AND family = ? AND status = ?',
  );
  const insert = database.prepare(
    'INSERT OR REPLACE INTO names (namespace, family, status, session, numbers, listed_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const remove = database.prepare('DELETE FROM names WHERE namespace = ? AND family = ? AND session = ?');
  return {
    read(family, status) {
      const row = select.get(cacheNamespace, family, status);
      if (typeof row?.numbers !== 'string') return undefined;
      const numbers = Numbers.safeParse(JSON.parse(row.numbers)).data ?? [];
      const [newest] = numbers;
      if (newest === undefined || !isTrusted(String(row.session), family, newest)) return undefined;
      return { family, numbers, listedAt: new Date(Number(row.listed_at)) };
    },
    write(status, { family, numbers, listedAt }) {
      insert.run(cacheNamespace, family, status, session, JSON.stringify(numbers), listedAt.getTime());
    },
    forget: (family, listedIn) => void remove.run(cacheNamespace, family, listedIn),
  };
}
