import { BrowserWindow, Notification } from 'electron';
import type { Notice } from '../engine/ports.ts';

/** Shows a system notification while nobody looks at the window, which says the same by itself. */
export function notify({ title, body }: Notice): void {
  if (!Notification.isSupported() || BrowserWindow.getFocusedWindow() !== null) return;
  const notification = new Notification({ title, body });
  notification.on('click', showWindow);
  notification.show();
}

function showWindow(): void {
  const [window] = BrowserWindow.getAllWindows();
  window?.show();
  window?.focus();
}
