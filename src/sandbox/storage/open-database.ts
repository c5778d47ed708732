import { DatabaseSync } from 'node:sqlite';

/**
 * Opens a file of the data folder and makes its tables where they are missing.
 *
 * @throws Error with the reason alone, for the caller to put into a sentence: SQLite's, or another format.
 */
export function openDatabase(path: string, format: number, tables: string): DatabaseSync {
  const database = new DatabaseSync(path);
  // A new file is made without waiting for the disk; what is kept in it afterwards is waited for.
  database.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL;');
  const found = database.prepare('PRAGMA user_version').get()?.user_version;
  if (found !== 0 && found !== format) {
    throw new Error(`it has format ${String(found)}, and this sandbox writes format ${format}`);
  }
  database.exec(`${tables} PRAGMA user_version = ${format}; PRAGMA synchronous = NORMAL;`);
  return database;
}
