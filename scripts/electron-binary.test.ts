import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { electronEnvironment, findElectron } from './electron-binary.ts';

describe('the Electron binary', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'slipway-electron-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function put(...path: readonly string[]): string {
    const file = join(root, ...path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, '');
    return file;
  }

  /** What the installer of the electron package writes when everything is unpacked. */
  function finish(executable: string): void {
    writeFileSync(join(root, 'node_modules', 'electron', 'path.txt'), executable);
  }

  it('is the one that the electron package has fetched, under its name on each platform', () => {
    const environment = {};
    expect(findElectron(root, { platform: 'linux', environment })).toBeUndefined();
    const linux = put('node_modules', 'electron', 'dist', 'electron');
    const windows = put('node_modules', 'electron', 'dist', 'electron.exe');
    finish('electron');
    expect(findElectron(root, { platform: 'linux', environment })).toBe(linux);
    finish('electron.exe');
    expect(findElectron(root, { platform: 'win32', environment })).toBe(windows);
  });

  it('is not there when its unpacking was interrupted, even where the executable is', () => {
    put('node_modules', 'electron', 'dist', 'electron');
    expect(findElectron(root, { platform: 'linux', environment: {} })).toBeUndefined();
    finish('electron');
    expect(findElectron(root, { platform: 'linux', environment: {} })).toBeDefined();
  });

  it('is started as Electron, also from a shell that runs Electron as Node', () => {
    expect(electronEnvironment({ PATH: '/bin', ELECTRON_RUN_AS_NODE: '1' })).toEqual({ PATH: '/bin' });
    expect(electronEnvironment({ Electron_Run_As_Node: '1' })).toEqual({});
  });

  it('is another where ELECTRON_OVERRIDE_DIST_PATH names one', () => {
    put('node_modules', 'electron', 'dist', 'electron');
    const environment = { ELECTRON_OVERRIDE_DIST_PATH: join(root, 'other') };
    expect(findElectron(root, { platform: 'linux', environment })).toBeUndefined();
    const other = put('other', 'electron');
    expect(findElectron(root, { platform: 'linux', environment })).toBe(other);
  });
});
