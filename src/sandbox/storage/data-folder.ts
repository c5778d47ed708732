import { chmodSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeFolder } from '../../make-folder.ts';

export interface HeldFolder {
  /** Lets another sandbox have the folder. */
  release(): void;
}

/** What the sandbox itself writes there. */
const OWN_FILE = /\.(?:sqlite(?:-wal|-shm)?|json)$/;

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
    makeFolder(folder);
    withdrawFromOthers(folder);
    for (const name of readdirSync(folder)) if (OWN_FILE.test(name)) takeOwnFile(join(folder, name));
    return new DatabaseSync(join(folder, 'lock.sqlite'), { timeout: 0 });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new Error(`The sandbox cannot keep its data in ${folder}: ${cause}. Choose another data folder.`);
  }
}

/** Opening a pipe waits without end, a device has none, and no signal ends either. */
function takeOwnFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) throw new Error(`${path} is not a regular file`);
  withdrawFromOthers(path);
}

/** Earlier versions left files that others may read. What belongs to somebody else or lies behind a link is not changed. */
function withdrawFromOthers(path: string): void {
  const found = lstatSync(path);
  const isShared = (found.mode & 0o1000) !== 0;
  if (found.isSymbolicLink() || found.uid !== process.getuid?.() || isShared) return;
  chmodSync(path, found.mode & 0o7700);
}
