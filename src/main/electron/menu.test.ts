import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import * as standIn from '../testing/electron-stand-in.ts';
import { installMenu } from './menu.ts';

vi.mock('electron', () => import('../testing/electron-stand-in.ts'));

const PLATFORMS = ['linux', 'darwin', 'win32'] as const;
const help = {
  openDocumentation: vi.fn<() => void>(),
  reportProblem: vi.fn<() => void>(),
  showLog: vi.fn<() => void>(),
};

function menusOf(options: Parameters<typeof installMenu>[0]): readonly MenuItemConstructorOptions[] {
  installMenu(options);
  return standIn.lastMenu();
}

function itemsOf(platform: NodeJS.Platform, isPackaged = true): readonly MenuItemConstructorOptions[] {
  return menusOf({ platform, isPackaged, help }).flatMap((menu) => [
    menu,
    ...(Array.isArray(menu.submenu) ? menu.submenu : []),
  ]);
}
const rolesOf = (...args: Parameters<typeof itemsOf>) => itemsOf(...args).map(({ role }) => role);

describe.each(PLATFORMS)('the menu on %s', (platform) => {
  it('has developer tools only in a checkout, and Reload always', () => {
    expect(rolesOf(platform, false)).toContain('toggleDevTools');
    expect(rolesOf(platform)).not.toContain('toggleDevTools');
    expect(rolesOf(platform)).toContain('reload');
  });

  it('has the file menu, whose Close is the only Cmd+W on macOS', () => {
    expect(rolesOf(platform)).toContain('fileMenu');
  });

  it('zooms in without Shift', () => {
    expect(itemsOf(platform)).toContainEqual(
      expect.objectContaining({
        role: 'zoomIn',
        accelerator: 'CmdOrCtrl+=',
        visible: false,
        acceleratorWorksWhenHidden: true,
      }),
    );
  });

  it('has About once: in the app menu on macOS, in Help elsewhere', () => {
    const roles = rolesOf(platform);
    expect(roles.includes('about')).toBe(platform !== 'darwin');
    expect(roles.includes('appMenu')).toBe(platform === 'darwin');
  });

  it('shows the log, the documentation and how to report a problem', () => {
    const click = (label: string): void => {
      const item = itemsOf(platform).find((each) => each.label === label);
      Reflect.apply(item?.click ?? (() => undefined), undefined, []);
    };
    vi.clearAllMocks();
    click('Show the log');
    expect(help.showLog).toHaveBeenCalledOnce();
    click('Report a problem…');
    expect(help.reportProblem).toHaveBeenCalledOnce();
    click('Documentation');
    expect(help.openDocumentation).toHaveBeenCalledOnce();
  });
});

it('the Help menu has no documentation entry when the package names none', () => {
  const items = menusOf({
    platform: 'linux',
    isPackaged: true,
    help: { ...help, openDocumentation: undefined },
  });
  expect(JSON.stringify(items)).not.toContain('Documentation');
});
