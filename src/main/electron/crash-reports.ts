import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import type { Logger } from '../engine/ports/ports.ts';

/**
 * Removes the reports of crashed processes that earlier versions have kept. They hold a part of the memory, in which there
 * may be credentials, so none are written any more: Electron's crash reporter writes nothing unless it is started
 * (https://www.electronjs.org/docs/latest/api/crash-reporter).
 */
export function removeCrashReports(dataFolder: string): void {
  rmSync(join(dataFolder, 'crashes'), { recursive: true, force: true });
}

/** Writes down the end of helper processes, such as that of the GPU. Chromium starts them again by itself. */
export function logCrashedHelpers(logger: Logger): void {
  app.on('child-process-gone', (_event, { type, reason, exitCode, name }) => {
    if (reason !== 'clean-exit') logger.warn({ type, reason, exitCode, name }, 'A helper process ended');
  });
}
