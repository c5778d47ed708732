import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { IN_MEMORY, rollBack } from './private-database.ts';

it('a transaction is rolled back once, also where SQLite has ended it by itself', () => {
  const database = new DatabaseSync(IN_MEMORY);
  database.exec('CREATE TABLE notes (text); BEGIN IMMEDIATE');
  database.exec("INSERT INTO notes VALUES ('lost')");
  rollBack(database);
  expect(database.prepare('SELECT text FROM notes').all()).toEqual([]);
  expect(() => rollBack(database)).not.toThrow();
  database.close();
});
