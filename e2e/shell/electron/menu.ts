import type { MenuItemConstructorOptions } from 'electron';
import type { MenuEntry } from '../contract.ts';
import { app } from './app.ts';
import { BrowserWindow } from './browser-window.ts';
import { chromium, unawaited } from './chromium.ts';
import { ElectronEmitter, emitNatively, preventableEvent } from './strict.ts';

type Template = Omit<MenuItemConstructorOptions, 'submenu'> & {
  readonly submenu?: readonly Template[] | Menu | undefined;
};

interface Role {
  readonly label: string;
  readonly accelerator?: string;
  readonly act?: (window: BrowserWindow | null) => void;
  readonly submenu?: readonly Template[];
}

/** Of lib/browser/api/menu-item-roles.ts for Linux, by lower-case name; a role that is missing here is refused. */
const ROLES: Readonly<Record<string, Role | undefined>> = {
  about: { label: 'About', act: () => app.showAboutPanel() },
  close: { label: 'Close', accelerator: 'CommandOrControl+W', act: (window) => window?.close() },
  copy: { label: 'Copy', accelerator: 'CommandOrControl+C', act: (window) => window?.webContents.copy() },
  cut: { label: 'Cut', accelerator: 'CommandOrControl+X', act: (window) => window?.webContents.cut() },
  delete: { label: 'Delete', act: (window) => window?.webContents.delete() },
  help: { label: 'Help' },
  minimize: { label: 'Minimize', accelerator: 'CommandOrControl+M', act: (window) => window?.minimize() },
  paste: { label: 'Paste', accelerator: 'CommandOrControl+V', act: (window) => window?.webContents.paste() },
  quit: { label: 'Quit', accelerator: 'CommandOrControl+Q', act: () => app.quit() },
  redo: {
    label: 'Redo',
    accelerator: 'Shift+CommandOrControl+Z',
    act: (window) => window?.webContents.redo(),
  },
  reload: { label: 'Reload', accelerator: 'CmdOrCtrl+R', act: (window) => window?.webContents.reload() },
  forcereload: {
    label: 'Force Reload',
    accelerator: 'Shift+CmdOrCtrl+R',
    act: (window) => window?.webContents.reload(),
  },
  resetzoom: {
    label: 'Actual Size',
    accelerator: 'CommandOrControl+0',
    act: (window) => window?.webContents.setZoomLevel(0),
  },
  selectall: {
    label: 'Select All',
    accelerator: 'CommandOrControl+A',
    act: (window) => window?.webContents.selectAll(),
  },
  toggledevtools: {
    label: 'Toggle Developer Tools',
    accelerator: 'Ctrl+Shift+I',
    act: (window) => window?.webContents.toggleDevTools(),
  },
  togglefullscreen: {
    label: 'Toggle Full Screen',
    accelerator: 'F11',
    act: (window) => window?.setFullScreen(!window.isFullScreen()),
  },
  undo: { label: 'Undo', accelerator: 'CommandOrControl+Z', act: (window) => window?.webContents.undo() },
  window: { label: 'Window' },
  zoom: { label: 'Zoom', act: (window) => window?.maximize() },
  zoomin: { label: 'Zoom In', accelerator: 'CommandOrControl+Plus', act: (window) => zoomBy(window, 0.5) },
  zoomout: { label: 'Zoom Out', accelerator: 'CommandOrControl+-', act: (window) => zoomBy(window, -0.5) },
  editmenu: {
    label: 'Edit',
    submenu: [
      { role: 'undo' },
      { role: 'redo' },
      { type: 'separator' },
      { role: 'cut' },
      { role: 'copy' },
      { role: 'paste' },
      { role: 'delete' },
      { type: 'separator' },
      { role: 'selectAll' },
    ],
  },
  filemenu: { label: 'File', submenu: [{ role: 'quit' }] },
  windowmenu: { label: 'Window', submenu: [{ role: 'minimize' }, { role: 'zoom' }, { role: 'close' }] },
};

/** docs/api/menu-item.md */
export class MenuItem implements Pick<Electron.MenuItem, 'enabled' | 'id' | 'label' | 'visible' | 'checked'> {
  readonly id: string;
  readonly type: string;
  readonly role: string | undefined;
  readonly accelerator: string | undefined;
  readonly submenu: Menu | undefined;
  label: string;
  enabled: boolean;
  visible: boolean;
  checked: boolean;
  private readonly clicked: Template['click'];

  constructor(template: Template) {
    this.role = template.role?.toLowerCase();
    const role = this.role === undefined ? undefined : ROLES[this.role];
    if (this.role !== undefined && role === undefined) {
      throw new Error(`The simulated Electron does not know the menu role ${template.role}.`);
    }
    const submenu = template.submenu ?? role?.submenu;
    this.submenu =
      submenu === undefined || submenu instanceof Menu ? submenu : Menu.buildFromTemplate(submenu);
    this.type = template.type ?? (submenu === undefined ? 'normal' : 'submenu');
    this.id = template.id ?? '';
    this.label = template.label ?? role?.label ?? '';
    this.accelerator = template.accelerator ?? role?.accelerator;
    this.enabled = template.enabled ?? true;
    this.visible = template.visible ?? true;
    this.checked = template.checked ?? false;
    this.clicked = template.click;
    // lib/browser/api/menu.ts: "Invalid template for MenuItem".
    if (this.type !== 'separator' && this.label === '') {
      throw new TypeError('Invalid template for MenuItem: must have at least one of label, role or type');
    }
  }

  /** What a person's click does; "click will be ignored when the role property is specified". */
  click(): void {
    if (!this.enabled) throw new Error(`The menu item ${this.label} is disabled.`);
    const window = BrowserWindow.getFocusedWindow();
    const role = this.role === undefined ? undefined : ROLES[this.role];
    if (role !== undefined) role.act?.(window);
    else {
      const event = { triggeredByAccelerator: false };
      Reflect.apply(this.clicked ?? (() => undefined), undefined, [this, window ?? undefined, event]);
    }
  }

  entry(): MenuEntry {
    const { label, type, role, accelerator, enabled, visible } = this;
    return { label, type, role, accelerator, enabled, visible, items: this.submenu?.entries() ?? [] };
  }
}

/** docs/api/menu.md */
export class Menu extends ElectronEmitter implements Pick<Electron.Menu, 'popup' | 'closePopup'> {
  readonly items: MenuItem[];

  constructor(items: readonly MenuItem[] = []) {
    super('Menu', ['menu-will-show', 'menu-will-close']);
    this.items = [...items];
  }

  static buildFromTemplate(template: readonly (Template | MenuItem)[]): Menu {
    return new Menu(template.map((item) => (item instanceof MenuItem ? item : new MenuItem(item))));
  }

  static setApplicationMenu(menu: Menu | null): void {
    shown.application = menu;
  }

  static getApplicationMenu(): Menu | null {
    return shown.application;
  }

  append(item: MenuItem): void {
    this.items.push(item);
  }

  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id);
      if (found) return found;
    }
    return null;
  }

  popup(): void {
    shown.popup = this;
    unawaited(chromium().record({ what: 'popup-menu', items: this.entries() }));
    emitNatively(this, 'menu-will-show', preventableEvent({}));
  }

  closePopup(): void {
    shown.popup = null;
  }

  entries(): readonly MenuEntry[] {
    return this.items.map((item) => item.entry());
  }
}

const shown: { application: Menu | null; popup: Menu | null } = { application: null, popup: null };

/** Clicks an item of the application's menu by its labels, from the bar down. */
export function clickMenu(path: readonly string[]): void {
  itemOf(shown.application, path).click();
}

/** Clicks an item of the menu that popped up. */
export function clickPopup(label: string): void {
  const item = itemOf(shown.popup, [label]);
  shown.popup = null;
  item.click();
}

function itemOf(menu: Menu | null | undefined, [label, ...rest]: readonly string[]): MenuItem {
  const item = menu?.items.find((each) => each.label === label && each.visible);
  if (item === undefined) {
    const labels = menu?.items.map((each) => each.label).join(', ') ?? 'no menu';
    throw new Error(`There is no menu item ${label}; there are: ${labels}.`);
  }
  return rest.length === 0 ? item : itemOf(item.submenu, rest);
}

function zoomBy(window: BrowserWindow | null, step: number): void {
  window?.webContents.setZoomLevel(window.webContents.getZoomLevel() + step);
}
