import { existsSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { endOf, startQuietly } from './child-process.ts';

/** Long enough for a hundred megabytes over a slow line, short enough where a firewall swallows the request. */
const LONGEST_FETCH_MS = 180_000;

interface Machine {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The Electron binary that is there already: that of `ELECTRON_OVERRIDE_DIST_PATH`, or the one that the electron
 * package has fetched. One that was unpacked only in part is not there.
 */
export function findElectron(root: string, { platform, environment }: Machine): string | undefined {
  const override = environment.ELECTRON_OVERRIDE_DIST_PATH;
  const electron = join(root, 'node_modules', 'electron');
  if (override === undefined && !isUnpacked(electron, platform)) return undefined;
  const binary = join(override ?? join(electron, 'dist'), executableName(platform));
  return existsSync(binary) ? binary : undefined;
}

/** The installer of the electron package writes `path.txt` last, and takes what it does not name for unfinished. */
function isUnpacked(electron: string, platform: NodeJS.Platform): boolean {
  const pathFile = join(electron, 'path.txt');
  return existsSync(pathFile) && normalize(readFileSync(pathFile, 'utf8')) === executableName(platform);
}

/** The environment for Electron to open its window in: with ELECTRON_RUN_AS_NODE it would be a plain Node. */
export function electronEnvironment(environment: Machine['environment']): Machine['environment'] {
  const entries = Object.entries(environment).filter(
    ([name]) => name.toUpperCase() !== 'ELECTRON_RUN_AS_NODE',
  );
  return Object.fromEntries(entries);
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
