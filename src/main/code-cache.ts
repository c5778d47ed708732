import { accessSync, constants, readdirSync, rmSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { dirname, join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { VERSION } from './process/version.ts';

/** In the folder of the built entries: what V8 compiled of this build, if the build was started once. */
export const BUILT_CODE_CACHE = 'code-cache';

/**
 * Keeps what V8 has compiled, so that later starts compile only what has changed: beside the build that has compiled code
 * already, and otherwise in the data folder, which is its owner's alone. Counts for what is loaded from now on. Node writes
 * it when the process ends, and a cache that cannot be used costs nothing but its gain. The code of other versions of
 * Slipway is removed from the data folder when this one starts for the first time.
 * See https://nodejs.org/api/module.html#module-compile-cache.
 *
 * @param builtFolder of the entry that runs; without compiled code of its own in a package and in the checkout
 */
export function keepCompiledCode(dataFolder: string, builtFolder: string): void {
  const ofBuild = join(builtFolder, BUILT_CODE_CACHE);
  if (isWritable(ofBuild)) {
    enableCompileCache(ofBuild);
    return;
  }
  const ofVersion = versionFolder(dataFolder);
  removeOthers(dirname(ofVersion), VERSION);
  try {
    // Node would make it too, and never end where it leads into /proc.
    makeFolder(ofVersion);
  } catch {
    return;
  }
  enableCompileCache(ofVersion);
}

/**
 * Takes what an earlier start has kept, for a process that may end without the engine, such as for its help. It makes no folder,
 * and a data folder that can't be named is reported when the engine starts. `keepCompiledCode` may follow.
 */
export function takeCompiledCode(dataFolder: () => string, builtFolder: string): void {
  try {
    const kept = [join(builtFolder, BUILT_CODE_CACHE), versionFolder(dataFolder())].find(isWritable);
    if (kept !== undefined) enableCompileCache(kept);
  } catch {
    return;
  }
}

function versionFolder(dataFolder: string): string {
  return join(dataFolder, 'code-cache', VERSION);
}

/** Node keeps the code of each user apart, and another user's start would write nothing into a build of mine. */
function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** What another Slipway uses, or what can't be removed, is left for a later start. */
function removeOthers(folder: string, kept: string): void {
  try {
    for (const name of readdirSync(folder)) {
      if (name !== kept) rmSync(join(folder, name), { recursive: true, force: true });
    }
  } catch {
    // There is no cache yet, or its files are in use, as on Windows.
  }
}
