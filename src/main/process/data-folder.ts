import { accessSync, constants, existsSync, mkdirSync, opendirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileProblem, StartFailure } from './start-failure.ts';

/**
 * The folder for the journal, the cache and the log: `SLIPWAY_DATA`, from the working folder if it is relative, or the
 * place where the platform keeps the data of an application (`Application Support`, `LOCALAPPDATA`, and the XDG Base
 * Directory Specification, which has relative paths ignored). Always absolute. It may not exist yet.
 */
export function dataFolder(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string {
  if (environment.SLIPWAY_DATA) return resolve(environment.SLIPWAY_DATA);
  if (platform === 'win32') {
    return resolve(environment.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Slipway');
  }
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Slipway');
  const shared = environment.XDG_DATA_HOME;
  return join(shared && isAbsolute(shared) ? shared : join(homedir(), '.local', 'share'), 'slipway');
}

/** Makes the data folder, for its owner alone. Throws a StartFailure when that fails or it cannot be written. */
export function makeDataFolder(folder: string): void {
  try {
    makeFolder(folder);
    opendirSync(folder).closeSync();
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StartFailure(
      `Slipway can't write its data folder ${folder}: ${fileProblem(error)}. ${WAY_OUT}`,
      { cause: error },
    );
  }
}

/**
 * Node's own `recursive` never ends where a file system refuses a folder with ENOENT, as /proc and automounters do.
 */
function makeFolder(folder: string): void {
  const parent = dirname(folder);
  if (existsSync(folder) || parent === folder) return;
  makeFolder(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another start may have made it in between.
    if (!existsSync(folder)) throw error;
  }
}

/** What helps when the data folder, or something in it, cannot be used. */
export const WAY_OUT = 'Correct that, or set SLIPWAY_DATA to another folder, and start Slipway again.';
