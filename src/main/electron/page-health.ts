import { type BrowserWindow, dialog, type MessageBoxOptions } from 'electron';
import type { Logger } from '../engine/ports/ports.ts';

const RELOAD = 0;

const CRASHED: MessageBoxOptions = {
  type: 'error',
  message: "Slipway's page stopped working again",
  detail: 'Deployments and clean-ups continue in the background. Reload the page, or close the window.',
  buttons: ['Reload', 'Close window'],
  defaultId: RELOAD,
  cancelId: 1,
  noLink: true,
};

const HANGING: MessageBoxOptions = {
  type: 'warning',
  message: "Slipway's page does not respond",
  detail: 'Deployments and clean-ups continue in the background. Wait, or reload the page.',
  buttons: ['Reload', 'Wait'],
  defaultId: 1,
  cancelId: 1,
  noLink: true,
};

/**
 * Brings back a page whose process has ended: the first time by itself, then after a question. Asks what to do with one
 * that hangs, and takes the question back when it answers again.
 */
export function keepPageAlive(window: BrowserWindow, logger: Logger): void {
  const contents = window.webContents;
  let wasReloaded = false;
  let question: AbortController | undefined;

  function reload(): void {
    if (!window.isDestroyed()) contents.reload();
  }

  /** Asks one question at a time. Returns undefined when it was withdrawn, or the window is gone. */
  async function ask(options: MessageBoxOptions): Promise<number | undefined> {
    if (question !== undefined) return undefined;
    const asked = new AbortController();
    question = asked;
    try {
      const { response } = await dialog.showMessageBox(window, { ...options, signal: asked.signal });
      return asked.signal.aborted || window.isDestroyed() ? undefined : response;
    } finally {
      if (question === asked) question = undefined;
    }
  }

  async function askAboutCrash(): Promise<void> {
    const answer = await ask(CRASHED);
    if (answer === RELOAD) reload();
    else if (answer !== undefined) window.close();
  }

  async function askAboutHang(): Promise<void> {
    if ((await ask(HANGING)) !== RELOAD) return;
    // A page that hangs does not reload in its old process. This ends it, and render-process-gone follows.
    wasReloaded = false;
    contents.forcefullyCrashRenderer();
  }

  const logFailure = (error: unknown): void =>
    logger.error({ err: error }, 'A question about the page could not be shown');

  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    logger.error({ reason, exitCode }, 'The process of the page ended');
    question?.abort();
    question = undefined;
    if (wasReloaded) {
      askAboutCrash().catch(logFailure);
      return;
    }
    wasReloaded = true;
    // Chromium is still about to put the old process away.
    setImmediate(reload);
  });
  contents.on('unresponsive', () => {
    logger.warn('The page does not respond');
    askAboutHang().catch(logFailure);
  });
  contents.on('responsive', () => question?.abort());
}
