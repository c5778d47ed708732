import { join } from 'node:path';
import { app, crashReporter } from 'electron';
import type { Logger } from '../engine/ports/ports.ts';

/**
 * Keeps reports of crashed processes in `crashes` of the data folder, and sends none. It has to start before the app is
 * ready, so that the processes of pages are watched as well
 * (https://www.electronjs.org/docs/latest/api/crash-reporter).
 */
export function keepCrashReports(dataFolder: string): void {
  app.setPath('crashDumps', join(dataFolder, 'crashes'));
  crashReporter.start({ uploadToServer: false });
}

/** Writes down the end of helper processes, such as that of the GPU. Chromium starts them again by itself. */
export function logCrashedHelpers(logger: Logger): void {
  app.on('child-process-gone', (_event, { type, reason, exitCode, name }) => {
    if (reason !== 'clean-exit') logger.warn({ type, reason, exitCode, name }, 'A helper process ended');
  });
}
