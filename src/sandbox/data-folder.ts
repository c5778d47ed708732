import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface HeldFolder {
  /** Lets another sandbox have the folder. */
  release(): void;
}

/**
 * Makes the folder and keeps it for this sandbox alone. SQLite holds the lock, because it falls with the process,
 * however that ends.
 *
 * @throws Error with a sentence for the user when the folder cannot be made, or another sandbox has it.
 */
export function holdDataFolder(folder: string): HeldFolder {
  const lock = openLock(folder);
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw new Error(`Another sandbox uses ${folder}. End it, or choose another data folder.`);
  }
  return { release: () => lock.close() };
}

function openLock(folder: string): DatabaseSync {
  try {
    mkdirSync(folder, { recursive: true });
    return new DatabaseSync(join(folder, 'lock.sqlite'), { timeout: 0 });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new Error(`The sandbox cannot keep its data in ${folder}: ${cause}. Choose another data folder.`);
  }
}
