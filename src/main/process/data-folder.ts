import { accessSync, constants, readdirSync, type Stats, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { makeFolder } from '../../make-folder.ts';
import { fileProblem, StartFailure, WAY_OUT } from './start-failure.ts';

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

/** What is a file in the data folder, where Slipway has made it. */
const FILE_OF_SLIPWAY = /\.(?:sqlite|log|json|key)$/;

/**
 * Makes the data folder, for its owner alone. Throws a StartFailure when that fails, when it cannot be written, or when
 * one of its files is something else: opening a pipe waits without end, and no signal ends the wait.
 */
export function makeDataFolder(folder: string): void {
  const names = makeAndList(folder);
  for (const name of names.filter((each) => FILE_OF_SLIPWAY.test(each))) {
    const file = join(folder, name);
    const problem = problemOf(file);
    if (problem !== undefined) throw new StartFailure(`Slipway can't use ${file}: ${problem}. ${WAY_OUT}`);
  }
}

function makeAndList(folder: string): readonly string[] {
  try {
    makeFolder(folder);
    const names = readdirSync(folder);
    accessSync(folder, constants.W_OK | constants.X_OK);
    return names;
  } catch (error) {
    throw new StartFailure(
      `Slipway can't write its data folder ${folder}: ${fileProblem(error)}. ${WAY_OUT}`,
      { cause: error },
    );
  }
}

function problemOf(file: string): string | undefined {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    const kind = found && unusableKind(basename(file), found);
    return kind === undefined ? undefined : `there is a ${kind} in its place`;
  } catch (error) {
    return fileProblem(error);
  }
}

/** Only the log may lead to a device. Who opens a log that is a folder says so; settings are done without. */
function unusableKind(name: string, found: Stats): string | undefined {
  if (found.isDirectory() && /\.(?:sqlite|old\.log)$/.test(name)) return 'folder';
  if (found.isFIFO()) return 'pipe';
  if (found.isSocket()) return 'socket';
  const isDevice = found.isCharacterDevice() || found.isBlockDevice();
  return isDevice && !name.endsWith('.log') ? 'device' : undefined;
}
