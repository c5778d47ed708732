import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder for the journal, the cache and the log: `SLIPWAY_DATA`, or the place where the platform keeps the
 * data of an application (XDG Base Directory, `Application Support`, `LOCALAPPDATA`). It may not exist yet.
 */
export function dataFolder(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string {
  if (environment.SLIPWAY_DATA) return environment.SLIPWAY_DATA;
  if (platform === 'win32') {
    return join(environment.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Slipway');
  }
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Slipway');
  return join(environment.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'slipway');
}
