import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { endOf, startQuietly } from './child-process.ts';

/** Long enough for a hundred megabytes over a slow line, short enough where a firewall swallows the request. */
const LONGEST_FETCH_MS = 180_000;

interface Machine {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The Electron binary that is there already: that of `ELECTRON_OVERRIDE_DIST_PATH`, or the one that the electron
 * package has fetched.
 */
export function findElectron(root: string, { platform, environment }: Machine): string | undefined {
  const folder = environment.ELECTRON_OVERRIDE_DIST_PATH ?? join(root, 'node_modules', 'electron', 'dist');
  const binary = join(folder, executableName(platform));
  return existsSync(binary) ? binary : undefined;
}

/** Lets the electron package fetch its binary. Answers nothing where the network refuses it or takes too long. */
export async function fetchElectron(root: string, machine: Machine): Promise<string | undefined> {
  if (machine.environment.ELECTRON_OVERRIDE_DIST_PATH !== undefined) return undefined;
  const installer = startQuietly(process.execPath, [join(root, 'node_modules', 'electron', 'install.js')]);
  const timer = setTimeout(() => installer.kill('SIGKILL'), LONGEST_FETCH_MS);
  await endOf(installer).catch(() => undefined);
  clearTimeout(timer);
  return findElectron(root, machine);
}

function executableName(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return join('Electron.app', 'Contents', 'MacOS', 'Electron');
  return platform === 'win32' ? 'electron.exe' : 'electron';
}
