import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it that are missing, each for its owner alone. A folder that is there is left as it is.
 * Throws what the system throws, such as EEXIST where there is a file or a broken link in the path.
 *
 * Node's own `recursive` never ends where a file system refuses a folder with ENOENT, as /proc and automounters do.
 */
export function makeFolder(folder: string): void {
  for (const each of missingFolders(resolve(folder))) {
    try {
      mkdirSync(each, { mode: 0o700 });
    } catch (error) {
      // Another process may have made it in between.
      if (!isFolder(each)) throw error;
    }
  }
}

/** From the top down. A path that is too long for the system is refused by the first look at it. */
function missingFolders(folder: string): readonly string[] {
  const missing: string[] = [];
  for (let each = folder; !isFolder(each); each = dirname(each)) {
    missing.push(each);
    if (each === dirname(each)) break;
  }
  return missing.reverse();
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
