import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock, Logger, Paths } from '../../ports/ports.ts';
import { openCleanupDatabase } from './cleanup-database.ts';

/**
 * Opens `cleanup.sqlite` in the data folder, for jobs and policies. A file that cannot be used is kept aside and a
 * new one is started: a job that is lost that way has removed what it has removed, and nothing more goes.
 */
export function openCleanupFile(paths: Paths, logger: Logger, clock: Clock): DatabaseSync {
  const file = path.join(paths.data, 'cleanup.sqlite');
  try {
    return openCleanupDatabase(file);
  } catch (error) {
    if (!existsSync(file)) throw error;
    const aside = file.replace(/\.sqlite$/, `-${clock.now().toISOString().replaceAll(/[:.]/g, '-')}.sqlite`);
    for (const part of ['', '-wal', '-shm'])
      if (existsSync(file + part)) renameSync(file + part, aside + part);
    logger.warn(
      { err: error, file: aside },
      "The list of clean-ups can't be read. The file was renamed and a new one was started.",
    );
    return openCleanupDatabase(file);
  }
}
