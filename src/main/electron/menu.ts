import { Menu, type MenuItemConstructorOptions } from 'electron';

/** The application's menu: what every desktop app has. The rest is in the page's own command palette. */
export function installMenu(platform: NodeJS.Platform, isPackaged: boolean): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate([...menuTemplate(platform, isPackaged)]));
}

/** A packaged app has no developer tools in its menu. */
export function menuTemplate(
  platform: NodeJS.Platform,
  isPackaged: boolean,
): readonly MenuItemConstructorOptions[] {
  const developer: readonly MenuItemConstructorOptions[] = isPackaged
    ? []
    : [{ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' }];
  return [
    platform === 'darwin' ? { role: 'appMenu' } : { label: 'Slipway', submenu: [{ role: 'quit' }] },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...developer,
      ],
    },
    { role: 'windowMenu' },
  ];
}
