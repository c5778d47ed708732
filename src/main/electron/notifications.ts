import { BrowserWindow, Notification } from 'electron';
import type { Logger, Notice } from '../engine/ports/ports.ts';

interface NotifierOptions {
  readonly logger: Logger;
  /** Brings the window to the front. */
  readonly showWindow: () => void;
}

/** Returns a function that shows a system notification, unless the window has the focus and shows the same. */
export function createNotifier({ logger, showWindow }: NotifierOptions): (notice: Notice) => void {
  // Electron releases a notification that nothing refers to, and its click with it (electron/electron #12690).
  const shown = new Set<Notification>();

  return ({ title, body }) => {
    if (!Notification.isSupported() || BrowserWindow.getFocusedWindow() !== null) return;
    const notification = new Notification({ title, body });
    shown.add(notification);
    notification.on('click', () => {
      shown.delete(notification);
      showWindow();
    });
    notification.on('close', () => shown.delete(notification));
    // On macOS, an app that is not signed gets this (https://www.electronjs.org/docs/latest/api/notification).
    notification.on('failed', (_event, error) => {
      shown.delete(notification);
      logger.warn({ error }, 'The system did not show a notification');
    });
    notification.show();
  };
}
