import { app } from 'electron';
import type { Logger } from '../engine/ports.ts';

/**
 * Makes this the only Slipway with this data folder. Answers false, and quits, when another runs already; that
 * one is told, and calls `showAgain`.
 */
export function claimSingleInstance(showAgain: () => void): boolean {
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return false;
  }
  app.on('second-instance', showAgain);
  return true;
}

/** Quits with the last window, and lets `close` finish before the process ends. */
export function quitAfterClosing(close: () => Promise<void>, logger: Logger): void {
  let stage: 'open' | 'closing' | 'closed' = 'open';
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    if (stage === 'closed') return;
    event.preventDefault();
    if (stage === 'closing') return;
    stage = 'closing';
    close()
      .catch((error: unknown) => logger.error({ err: error }, 'The engine did not close'))
      .finally(() => {
        stage = 'closed';
        app.quit();
      });
  });
}
