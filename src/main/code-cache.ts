import { readdirSync, rmSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { VERSION } from './process/version.ts';

/**
 * Keeps what V8 has compiled in the data folder, which is its owner's alone, so that later starts compile only what has
 * changed. Counts for what is loaded from now on. Node writes it when the process ends, and a cache that cannot be used
 * costs nothing but its gain. The code of other versions of Slipway is removed when this one starts for the first time.
 * See https://nodejs.org/api/module.html#module-compile-cache.
 */
export function keepCompiledCode(dataFolder: string): void {
  const folder = join(dataFolder, 'code-cache');
  removeOthers(folder, VERSION);
  enableCompileCache(join(folder, VERSION));
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
