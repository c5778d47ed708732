import { app, dialog } from 'electron';
import { visibleText } from '../../shared/visible-text.ts';

/**
 * Says one sentence on standard error and in a native box, and ends the process with code 1. Before the app is ready,
 * Linux has no box (https://www.electronjs.org/docs/latest/api/dialog), and nobody who has started Slipway from a menu
 * sees standard error; so there the box waits until the app is ready. `canShow`: there is a display to show it on.
 */
export function endWithErrorBox(said: string, { canShow }: { readonly canShow: boolean }): void {
  // An option that is unknown, or the name of a folder, may hold characters that steer a terminal.
  const sentence = visibleText(said);
  process.stderr.write(`${sentence}\n`);
  if (!canShow) {
    app.exit(1);
    return;
  }
  const showAndEnd = (): void => {
    try {
      dialog.showErrorBox('Slipway', sentence);
    } finally {
      app.exit(1);
    }
  };
  if (app.isReady() || process.platform !== 'linux') {
    showAndEnd();
    return;
  }
  app.whenReady().then(showAndEnd, showAndEnd);
}
