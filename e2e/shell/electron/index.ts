/**
 * The `electron` module of the main process, as far as Slipway uses it: a named import that is missing here does not
 * link, and a member that is missing throws when it is used.
 */
export { app } from './app.ts';
export { BrowserWindow } from './browser-window.ts';
export {
  clipboard,
  crashReporter,
  nativeTheme,
  powerMonitor,
  safeStorage,
  screen,
  shell,
} from './desktop.ts';
export { dialog } from './dialog.ts';
export { ipcMain } from './ipc-main.ts';
export { Menu, MenuItem } from './menu.ts';
export { Notification } from './notification.ts';
export { protocol } from './protocol.ts';
export { session } from './session.ts';
