import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { IN_MEMORY } from '../storage/private-database.ts';
import { emptyCaches, keepUnlessFull, openCacheDatabase } from './cache-database.ts';

const logger = pino({ level: 'silent' });

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cache-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

it('a cache of an earlier version keeps its content', () => {
  const old = new DatabaseSync(join(folder, 'deployments.sqlite'));
  old.exec(`
    CREATE TABLE described (world TEXT NOT NULL, arn TEXT NOT NULL, PRIMARY KEY (world, arn));
    CREATE INDEX of_arn ON described (arn, world);
    INSERT INTO described VALUES ('aws', 'arn:1');
  `);
  old.close();

  const database = openCacheDatabase(
    { paths: { data: folder }, logger },
    'deployments',
    'CREATE TABLE IF NOT EXISTS described (namespace TEXT NOT NULL, arn TEXT NOT NULL, PRIMARY KEY (namespace, arn))',
  );
  expect(database.prepare('SELECT * FROM described').all()).toEqual([{ namespace: 'aws', arn: 'arn:1' }]);
  database.close();
});

it('all caches are emptied while they are open, and nothing else is', () => {
  const paths = { data: folder };
  const table = 'CREATE TABLE IF NOT EXISTS kept (text TEXT)';
  const cache = openCacheDatabase({ paths, logger }, 'images', table);
  const journal = new DatabaseSync(join(folder, 'journal.sqlite'));
  journal.exec(table);
  for (const database of [cache, journal]) {
    database.prepare('INSERT INTO kept VALUES (?)').run('x'.repeat(100_000));
  }
  expect(emptyCaches(paths)).toBeGreaterThan(50_000);
  expect(cache.prepare('SELECT count(*) AS n FROM kept').get()).toEqual({ n: 0 });
  expect(journal.prepare('SELECT count(*) AS n FROM kept').get()).toEqual({ n: 1 });
  expect(emptyCaches(paths)).toBe(0);
  cache.close();
  journal.close();
});

it('a cache whose disk is full keeps nothing, and no read fails for that', () => {
  const database = new DatabaseSync(IN_MEMORY);
  database.exec('CREATE TABLE notes (text); PRAGMA max_page_count = 3');
  const insert = database.prepare('INSERT INTO notes VALUES (?)');
  keepUnlessFull(() => void insert.run('x'.repeat(100_000)));
  keepUnlessFull(() => void insert.run('short'));
  expect(database.prepare('SELECT text FROM notes').all()).toMatchObject([{ text: 'short' }]);
  expect(() => keepUnlessFull(() => database.exec('no SQL'))).toThrow('syntax error');
  database.close();
});
