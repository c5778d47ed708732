import type { Act } from '../contract.ts';
import { app } from './app.ts';
import { BrowserWindow } from './browser-window.ts';
import { nativeTheme, powerMonitor } from './desktop.ts';
import { prepareAnswer } from './dialog.ts';
import { clickMenu, clickPopup } from './menu.ts';
import { clickNotification } from './notification.ts';
import { emitNatively, preventableEvent } from './strict.ts';

/** Does what a person does to the app, or the system does. */
export function act(done: Act): void | Promise<void> {
  switch (done.act) {
    case 'activate':
      return emitNatively(app, 'activate', preventableEvent({}), BrowserWindow.getAllWindows().length > 0);
    case 'blur-window':
      return theWindow().blur();
    case 'click-menu':
      return clickMenu(done.path);
    case 'click-popup':
      return clickPopup(done.label);
    case 'click-notification':
      return clickNotification(done.id);
    case 'close-window':
      return theWindow().close();
    case 'focus-window':
      return theWindow().focus();
    case 'maximize-window':
      return theWindow().maximize();
    case 'minimize-window':
      return theWindow().minimize();
    case 'move-window':
      return theWindow().setBounds(done.bounds);
    case 'prepare-answer':
      return prepareAnswer(done.answer);
    case 'prefer-dark':
      return nativeTheme.preferDark(done.isDark);
    case 'quit':
      return app.quit();
    case 'suspend':
    case 'resume':
      return emitNatively(powerMonitor, done.act, preventableEvent({}));
    case 'responsive':
    case 'unresponsive':
      emitNatively(theWindow().webContents, done.act, preventableEvent({}));
      return emitNatively(theWindow(), done.act, preventableEvent({}));
  }
}

function theWindow(): BrowserWindow {
  const [window] = BrowserWindow.getAllWindows();
  if (window === undefined) throw new Error('The app has no window.');
  return window;
}
