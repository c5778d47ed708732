import { BrowserWindow, dialog } from 'electron';

/** Opens the native folder dialog over the window; answers nothing when it is closed without a choice. */
export async function chooseFolder(): Promise<string | undefined> {
  const options = { title: 'Choose a folder to build from', properties: ['openDirectory'] } as const;
  const [window] = BrowserWindow.getAllWindows();
  const properties = [...options.properties];
  const chosen = window
    ? await dialog.showOpenDialog(window, { ...options, properties })
    : await dialog.showOpenDialog({ ...options, properties });
  return chosen.canceled ? undefined : chosen.filePaths[0];
}
