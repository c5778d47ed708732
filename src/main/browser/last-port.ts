import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = 'browser-port.json';
/** Only the system gives out ports below. */
const FIRST_PORT = 1024;
const LAST_PORT = 65_535;

/**
 * The port of the browser host at its last start with this data folder; undefined at the first start. A browser keeps
 * drafts, favourites and settings of the window for an origin, and the port is a part of that.
 */
export function lastPort(dataFolder: string): number | undefined {
  try {
    const port: unknown = JSON.parse(readFileSync(join(dataFolder, FILE), 'utf8'));
    return typeof port === 'number' && Number.isInteger(port) && port >= FIRST_PORT && port <= LAST_PORT
      ? port
      : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the port for the next start. Throws what the system throws. */
export function keepPort(dataFolder: string, port: number): void {
  writeFileSync(join(dataFolder, FILE), JSON.stringify(port), { mode: 0o600 });
}
