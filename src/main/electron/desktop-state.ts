import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { lazyObject } from '../../shared/model/lazy-objects.ts';
import type { Logger } from '../engine/ports/ports.ts';

const Place = lazyObject(() => ({
  x: z.int(),
  y: z.int(),
  width: z.int().positive(),
  height: z.int().positive(),
  mode: z.enum(['normal', 'maximized', 'full-screen']),
}));
/** Where a window is when it is neither maximised nor full-screen, and whether it is. */
export type WindowPlace = Readonly<z.infer<typeof Place>>;

export const Theme = z.enum(['light', 'dark', 'system']);
export type Theme = z.infer<typeof Theme>;

/** Values are read one by one, so that a broken one does not lose the others. */
const State = lazyObject(() => ({
  window: Place.optional().catch(undefined),
  theme: Theme.optional().catch(undefined),
  /** The last folder that was chosen in the folder dialog. */
  folder: z.string().optional().catch(undefined),
}));
type State = Readonly<z.infer<typeof State>>;

/** What the desktop app remembers of its last run; nothing that anybody would miss. */
export interface DesktopState {
  read(): State;
  /** Never throws: what cannot be written is forgotten. */
  remember(change: Partial<State>): void;
}

/** Reads `desktop.json` of the data folder. */
export function openDesktopState(dataFolder: string, logger: Logger): DesktopState {
  const file = join(dataFolder, 'desktop.json');
  let state = readState(file);
  return {
    read: () => state,
    remember(change) {
      state = { ...state, ...change };
      // A crash in between leaves the old file whole. The name is new: opening a pipe would wait without end.
      const unfinished = `${file}.${randomUUID()}`;
      try {
        writeFileSync(unfinished, JSON.stringify(state), { mode: 0o600, flag: 'wx' });
        renameSync(unfinished, file);
      } catch (error) {
        rmSync(unfinished, { force: true });
        logger.warn({ err: error }, 'The position of the window and the theme could not be saved');
      }
    },
  };
}

function readState(file: string): State {
  try {
    return State.catch({}).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // The first start, or a file that is no JSON.
    return {};
  }
}
