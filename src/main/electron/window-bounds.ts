import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rectangle } from 'electron';

const FIRST_SIZE = { width: 1360, height: 860 } as const;

/** How much of a window must lie on a display for its title bar to be caught with the mouse. */
const LEAST_VISIBLE = 100;

/** Where the window was last, if that is still on a display; otherwise only a size. */
export function windowBounds(
  dataFolder: string,
  displays: readonly Rectangle[],
): Rectangle | typeof FIRST_SIZE {
  const last = readBounds(dataFolder);
  return last !== undefined && displays.some((display) => isReachable(last, display)) ? last : FIRST_SIZE;
}

/** Remembers where the window is. */
export function rememberBounds(dataFolder: string, bounds: Rectangle): void {
  writeFileSync(boundsFile(dataFolder), JSON.stringify(bounds));
}

function readBounds(dataFolder: string): Rectangle | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(boundsFile(dataFolder), 'utf8'));
    return isRectangle(read) ? read : undefined;
  } catch {
    // The first start, or a file that was cut short: the window opens at its first size.
    return undefined;
  }
}

function isRectangle(value: unknown): value is Rectangle {
  if (typeof value !== 'object' || value === null) return false;
  const members = value as Readonly<Record<string, unknown>>;
  return ['x', 'y', 'width', 'height'].every((name) => Number.isSafeInteger(members[name]));
}

function isReachable(window: Rectangle, display: Rectangle): boolean {
  const width = Math.min(window.x + window.width, display.x + display.width) - Math.max(window.x, display.x);
  const isTitleInside = window.y >= display.y && window.y < display.y + display.height - LEAST_VISIBLE;
  return width >= LEAST_VISIBLE && isTitleInside;
}

function boundsFile(dataFolder: string): string {
  return join(dataFolder, 'window.json');
}
