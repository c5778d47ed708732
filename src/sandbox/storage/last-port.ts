import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = 'port.json';

/**
 * The port at which a data folder was served last; undefined at the first start. The images of its services are
 * named with it.
 */
export function lastPort(folder: string): number | undefined {
  try {
    const port: unknown = JSON.parse(readFileSync(join(folder, FILE), 'utf8'));
    return Number.isInteger(port) && Number(port) > 1023 && Number(port) < 65_536 ? Number(port) : undefined;
  } catch {
    return undefined;
  }
}

/** Throws when it cannot be written. */
export function keepPort(folder: string, port: number): void {
  writeFileSync(join(folder, FILE), JSON.stringify(port));
}
