import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClockRun, virtualAt } from './clock.ts';

const FILE = 'clock.json';

/**
 * How the clock of a data folder has run and continues: it never stops, whether or not a sandbox is there to see, so
 * that no stored time lies ahead of it. A new speed starts a new run. Written to the folder when it changes.
 *
 * @throws Error with a sentence for the user when the folder's record is damaged.
 */
export function openClockRecord(folder: string, speed: number, now: Date): readonly ClockRun[] {
  const path = join(folder, FILE);
  const runs = readRuns(path);
  if (runs.at(-1)?.speed === speed) return runs;
  const wall = now.getTime();
  const continued = [...runs, { wall, virtual: virtualAt(runs, wall), speed }];
  keepClockRecord(folder, continued);
  return continued;
}

/** Keeps how the clock of a data folder has run, for the next one that opens it. Throws when it cannot be written. */
export function keepClockRecord(folder: string, runs: readonly ClockRun[]): void {
  writeFileSync(join(folder, FILE), JSON.stringify(runs));
}

function readRuns(path: string): readonly ClockRun[] {
  const text = readIfThere(path);
  if (text === undefined) return [];
  try {
    const runs: unknown = JSON.parse(text);
    if (Array.isArray(runs) && runs.every(isRun)) return runs;
  } catch {
    // Reported below, like a file with other content.
  }
  throw new Error(`The sandbox cannot read ${path}. Choose another data folder, or delete this one.`);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isRun(value: unknown): value is ClockRun {
  if (typeof value !== 'object' || value === null) return false;
  const { wall, virtual, speed } = value as Partial<Record<keyof ClockRun, unknown>>;
  return [wall, virtual, speed].every((each) => typeof each === 'number' && Number.isFinite(each));
}
