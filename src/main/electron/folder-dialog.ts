import { BrowserWindow, dialog, type OpenDialogOptions } from 'electron';
import type { DesktopState } from './desktop-state.ts';

/**
 * Opens the native folder dialog over the window, in the folder that was chosen last. Returns nothing when it is closed
 * without a choice.
 */
export async function chooseFolder(state: DesktopState): Promise<string | undefined> {
  const last = state.read().folder;
  const options: OpenDialogOptions = {
    title: 'Choose a folder to build from',
    properties: ['openDirectory'],
    ...(last === undefined ? {} : { defaultPath: last }),
  };
  const [window] = BrowserWindow.getAllWindows();
  const chosen = window ? await dialog.showOpenDialog(window, options) : await dialog.showOpenDialog(options);
  const folder = chosen.canceled ? undefined : chosen.filePaths[0];
  if (folder !== undefined) state.remember({ folder });
  return folder;
}
