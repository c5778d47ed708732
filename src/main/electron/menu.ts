import { Menu, type MenuItemConstructorOptions } from 'electron';

export interface HelpActions {
  /** Missing where there is no documentation to open. */
  readonly openDocumentation: (() => void) | undefined;
  readonly reportProblem: () => void;
  readonly showLog: () => void;
}

interface MenuOptions {
  readonly platform: NodeJS.Platform;
  readonly isPackaged: boolean;
  readonly help: HelpActions;
}

/** The application's menu: what every desktop app has. The rest is in the page's own command palette. */
export function installMenu(options: MenuOptions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate([...menuTemplate(options)]));
}

/** A packaged app has no developer tools in its menu. */
function menuTemplate({ platform, isPackaged, help }: MenuOptions): readonly MenuItemConstructorOptions[] {
  return [
    ...(platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    // Its one item is Close Window on macOS, where the window menu has none, and Quit elsewhere.
    { role: 'fileMenu' },
    { role: 'editMenu' },
    viewMenu(isPackaged),
    { role: 'windowMenu' },
    helpMenu(platform, help),
  ];
}

function viewMenu(isPackaged: boolean): MenuItemConstructorOptions {
  return {
    label: 'View',
    submenu: [
      { role: 'reload' },
      { type: 'separator' },
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      // The plus of its own shortcut needs Shift on most keyboards.
      { role: 'zoomIn', accelerator: 'CmdOrCtrl+=', visible: false, acceleratorWorksWhenHidden: true },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
      ...(isPackaged ? [] : [{ type: 'separator' } as const, { role: 'toggleDevTools' } as const]),
    ],
  };
}

function helpMenu(platform: NodeJS.Platform, help: HelpActions): MenuItemConstructorOptions {
  const { openDocumentation, reportProblem, showLog } = help;
  return {
    role: 'help',
    submenu: [
      ...(openDocumentation ? [{ label: 'Documentation', click: () => openDocumentation() }] : []),
      { label: 'Report a problem…', click: () => reportProblem() },
      { label: 'Show the log', click: () => showLog() },
      // macOS has it in the menu of the app.
      ...(platform === 'darwin' ? [] : [{ type: 'separator' } as const, { role: 'about' } as const]),
    ],
  };
}
