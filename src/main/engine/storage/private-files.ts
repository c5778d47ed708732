import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  lstatSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../../make-folder.ts';

/** Permission bits of everybody but the owner, and the bit of folders that everybody may write to, such as /tmp. */
const OTHERS = 0o077;
const STICKY = 0o1000;

/** What Slipway itself writes into its data folder. Somebody may have chosen a folder that holds more than that. */
const OWN_FILE = /\.(?:sqlite(?:-wal|-shm)?|log|json|key)$/;
const OWN_FOLDERS = new Set(['code-cache', 'crashes', 'electron', 'sandbox']);

/**
 * Makes the data folder when it doesn't exist, for its owner alone, and takes the rights of others away from what
 * earlier versions have left in it. Where the folder belongs to somebody else nothing is changed. On Windows the folder
 * lies in the profile of the user, whose rights it inherits. Throws what the system throws when it cannot be made.
 */
export function makePrivateFolder(folder: string): void {
  makeFolder(folder);
  withdrawFromOthers(folder);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const isOwn = entry.isDirectory() ? OWN_FOLDERS.has(entry.name) : OWN_FILE.test(entry.name);
    if (isOwn) withdrawFromOthers(join(folder, entry.name));
  }
}

/** Makes an empty file for its owner alone when there is none, or takes the rights of others away from the one there is. */
export function makePrivateFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    // Not opened: closing a file of SQLite would drop the locks that this process has on it.
    withdrawFromOthers(file);
  }
}

/**
 * Writes a file as a whole, so that nobody ever reads half of it. A new one is its owner's alone. Behind a link the file
 * itself is written, and keeps its rights: a team may share it. `checkBefore` runs once the new text is on the disk; what
 * it throws leaves the file as it was. Throws what the system throws.
 */
export function replacePrivateFile(file: string, text: string, checkBefore?: () => void): void {
  const isLink = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  const target = isLink ? realpathSync(file) : file;
  const mode = isLink ? statSync(target).mode & 0o777 : 0o600;
  replaceFile(target, (unfinished) => {
    writeFileSync(unfinished, text, { mode, flush: true });
    checkBefore?.();
  });
}

/** Puts a file in the place of another once `write` has written it as a whole. What `write` throws leaves the other as it was. */
export function replaceFile(target: string, write: (unfinished: string) => void): void {
  const unfinished = `${target}.${randomUUID()}`;
  try {
    write(unfinished);
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

function withdrawFromOthers(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isSymbolicLink() || found.uid !== process.getuid?.()) return;
  if ((found.mode & OTHERS) === 0 || (found.mode & STICKY) !== 0) return;
  chmodSync(path, found.mode & 0o7777 & ~OTHERS);
}
