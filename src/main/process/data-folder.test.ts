import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFifo } from '../engine/testing/crafted-repositories.ts';
import { dataFolder, makeDataFolder } from './data-folder.ts';
import { StartFailure } from './start-failure.ts';

/** One that can be read without end. */
function linkToDevice(path: string): void {
  symlinkSync('/dev/zero', path);
}

describe('the data folder', () => {
  it('is the one that SLIPWAY_DATA names, on every platform', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      expect(dataFolder({ SLIPWAY_DATA: '/data', LOCALAPPDATA: '/local' }, platform)).toBe('/data');
    }
  });

  it('is named from the working folder where SLIPWAY_DATA is relative, for every host', () => {
    expect(dataFolder({ SLIPWAY_DATA: 'data' }, 'linux')).toBe(resolve('data'));
    expect(dataFolder({ SLIPWAY_DATA: '../data' }, 'darwin')).toBe(resolve('..', 'data'));
  });

  it('ignores a relative XDG_DATA_HOME, which is invalid', () => {
    const usual = join(homedir(), '.local', 'share', 'slipway');
    expect(dataFolder({ XDG_DATA_HOME: 'data' }, 'linux')).toBe(usual);
  });

  it('is created for its owner only', () => {
    const root = mkdtempSync(join(tmpdir(), 'slipway-data-'));
    const folder = join(root, 'new', 'data');
    makeDataFolder(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    rmSync(root, { recursive: true });
  });

  it('is refused in one sentence when there is a file in its place', () => {
    const root = mkdtempSync(join(tmpdir(), 'slipway-data-'));
    const file = join(root, 'file');
    writeFileSync(file, '');
    for (const folder of [file, join(file, 'data')]) {
      expect(() => makeDataFolder(folder)).toThrow(
        `Slipway can't write its data folder ${folder}: there is a file or a broken link where a folder is needed. Correct that, or set SLIPWAY_DATA to another folder, and start Slipway again.`,
      );
    }
    rmSync(root, { recursive: true });
  });

  it.runIf(process.platform !== 'win32')(
    'is refused in one sentence when something else is in the place of one of its files',
    async () => {
      const root = mkdtempSync(join(tmpdir(), 'slipway-data-'));
      const cases = [
        ['slipway.log', 'a pipe', makeFifo],
        ['cache.key', 'a pipe', makeFifo],
        ['settings.json', 'a pipe', makeFifo],
        ['journal.sqlite', 'a folder', mkdirSync],
        ['slipway.old.log', 'a folder', mkdirSync],
        ['desktop.json', 'a device', linkToDevice],
        ['browser-port.json', 'a device', linkToDevice],
      ] as const;
      for (const [name, what, make] of cases) {
        const folder = join(root, name);
        mkdirSync(folder);
        await make(join(folder, name));
        expect(() => makeDataFolder(folder)).toThrow(
          `Slipway can't use ${join(folder, name)}: there is ${what} in its place. Correct that, or set SLIPWAY_DATA to another folder, and start Slipway again.`,
        );
      }
      rmSync(root, { recursive: true });
    },
  );

  it.runIf(process.platform !== 'win32')(
    'is refused in one sentence when one of its files is a link that leads back to itself',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'slipway-data-'));
      symlinkSync('slipway.log', join(folder, 'slipway.log'));
      expect(() => makeDataFolder(folder)).toThrow(
        `Slipway can't use ${join(folder, 'slipway.log')}: the link leads back to itself. Correct that, or set SLIPWAY_DATA to another folder, and start Slipway again.`,
      );
      rmSync(folder, { recursive: true });
    },
  );

  it.runIf(process.platform === 'linux')(
    'is refused in one sentence where no folder can be made, and no start hangs',
    () => {
      const root = mkdtempSync(join(tmpdir(), 'slipway-data-'));
      mkdirSync(join(root, 'read-only'), { mode: 0o500 });
      symlinkSync('missing', join(root, 'broken'));
      symlinkSync('loop', join(root, 'loop'));
      symlinkSync('/proc/slipway', join(root, 'elsewhere'));
      const cases = [
        ['/proc/slipway', 'the file system does not allow it there'],
        ['/proc/slipway/data', 'the file system does not allow it there'],
        ['/sys/slipway/data', /permission denied|read-only/],
        [join(root, 'broken'), 'there is a file or a broken link where a folder is needed'],
        [join(root, 'broken', 'data'), 'there is a file or a broken link where a folder is needed'],
        [join(root, 'elsewhere', 'data'), 'there is a file or a broken link where a folder is needed'],
        [join(root, 'loop', 'data'), 'the link leads back to itself'],
        [join(root, 'n'.repeat(256), 'data'), 'its name is too long'],
        [join(root, 'n/'.repeat(50_000)), 'its name is too long'],
        [join(root, 'a\0b'), 'without null bytes'],
        // Nothing is read-only for root.
        ...(process.getuid?.() === 0
          ? []
          : [[join(root, 'read-only', 'data'), 'permission denied'] as const]),
      ] as const;
      for (const [folder, reason] of cases) {
        expect(() => makeDataFolder(folder)).toThrow(reason);
        expect(() => makeDataFolder(folder)).toThrow(StartFailure);
      }
      rmSync(root, { recursive: true });
    },
  );

  it('defaults to the platform’s location', () => {
    expect(dataFolder({ XDG_DATA_HOME: '/xdg' }, 'linux')).toBe(join('/xdg', 'slipway'));
    expect(dataFolder({ XDG_DATA_HOME: '' }, 'linux')).toBe(join(homedir(), '.local', 'share', 'slipway'));
    expect(dataFolder({ LOCALAPPDATA: '/local' }, 'win32')).toBe(join('/local', 'Slipway'));
    expect(dataFolder({}, 'darwin')).toBe(join(homedir(), 'Library', 'Application Support', 'Slipway'));
  });
});
