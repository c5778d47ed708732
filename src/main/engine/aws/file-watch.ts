import { type FSWatcher, realpathSync, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Logger } from '../ports/ports.ts';

interface FileWatchOptions {
  readonly logger: Logger;
  /** Called some milliseconds after a change, once for the changes in between. A file may have changed in nothing. */
  readonly onChange: () => void;
  /** Watches a folder; the file system where it is missing. */
  readonly watchFolder?: typeof watch;
}

export interface FileWatch {
  /** Watches files that are named since. */
  refresh(): void;
  close(): void;
}

/** A file that is written in steps is read once they are over. */
const SETTLE_MS = 50;
/** How often a file is compared that the file system does not report on. */
const POLL_MS = 500;

/**
 * Watches files that may be written in place, replaced by a rename, reached over a link, or created later. Their folders are
 * watched, because a watched file is lost with the first rename. Where that fails, the files are polled twice a second,
 * and the log says why; a folder that does not exist is no failure. Keeps no process alive.
 */
export function watchFiles(
  named: () => readonly string[],
  { logger, onChange, watchFolder = watch }: FileWatchOptions,
): FileWatch {
  let files: readonly string[] = [];
  const folders = new Map<string, FSWatcher>();
  const polls = new Map<string, NodeJS.Timeout>();
  let settling: NodeJS.Timeout | undefined;

  function changed(): void {
    clearTimeout(settling);
    settling = setTimeout(settle, SETTLE_MS);
  }

  function settle(): void {
    // A link may lead elsewhere now, and a folder may be new.
    refresh();
    onChange();
  }

  function refresh(): void {
    files = named();
    for (const file of files) start(file);
  }

  function start(file: string): void {
    const places = new Set([file, targetOf(file)]);
    for (const place of places) {
      if (!watchFolderOf(place)) poll(file);
    }
  }

  function watchFolderOf(place: string): boolean {
    const folder = dirname(place);
    if (folders.has(folder)) return true;
    try {
      const watcher = watchFolder(folder, { persistent: false }, (_event, name) => {
        if (name === null || isWatched(folder, name)) changed();
      });
      folders.set(folder, watcher);
      watcher.on('error', (error) => {
        logger.warn({ err: error }, 'A folder of the AWS files is no longer watched; the files are polled.');
        watcher.close();
        folders.delete(folder);
        for (const file of files) poll(file);
        changed();
      });
      return true;
    } catch (error) {
      if (!isMissing(error))
        logger.warn({ err: error }, 'A folder of the AWS files cannot be watched; the files are polled.');
      return false;
    }
  }

  function isWatched(folder: string, name: string): boolean {
    return files.some((file) =>
      [file, targetOf(file)].some((place) => dirname(place) === folder && basename(place) === name),
    );
  }

  function poll(file: string): void {
    if (polls.has(file)) return;
    let known = stateOf(file);
    const interval = setInterval(() => {
      const now = stateOf(file);
      if (now !== known) changed();
      known = now;
    }, POLL_MS);
    polls.set(file, interval.unref());
  }

  refresh();
  return {
    refresh,
    close() {
      clearTimeout(settling);
      for (const watcher of folders.values()) watcher.close();
      for (const interval of polls.values()) clearInterval(interval);
    },
  };
}

/** Where a link leads; the file itself where it is none, or is not there. */
function targetOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** Another text for another content. */
export function stateOf(file: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(file);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return 'not there';
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
