import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openCacheDatabase } from './cache-database.ts';

const logger = pino({ level: 'silent' });

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cache-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

it('a cache of an earlier version keeps its content', () => {
  const old = new DatabaseSync(join(folder, 'described.sqlite'));
  old.exec(`
    CREATE TABLE described (world TEXT NOT NULL, arn TEXT NOT NULL, PRIMARY KEY (world, arn));
    CREATE INDEX of_arn ON described (arn, world);
    INSERT INTO described VALUES ('aws', 'arn:1');
  `);
  old.close();

  const database = openCacheDatabase(
    { paths: { data: folder }, logger },
    'described',
    'CREATE TABLE IF NOT EXISTS described (namespace TEXT NOT NULL, arn TEXT NOT NULL, PRIMARY KEY (namespace, arn))',
  );
  expect(database.prepare('SELECT * FROM described').all()).toEqual([{ namespace: 'aws', arn: 'arn:1' }]);
  database.close();
});
