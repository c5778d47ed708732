import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataFolder } from './data-folder.ts';

describe('the data folder', () => {
  it('is the one that SLIPWAY_DATA names, on every platform', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      expect(dataFolder({ SLIPWAY_DATA: '/data', LOCALAPPDATA: '/local' }, platform)).toBe('/data');
    }
  });

  it('is otherwise where the platform keeps such data', () => {
    expect(dataFolder({ XDG_DATA_HOME: '/xdg' }, 'linux')).toBe(join('/xdg', 'slipway'));
    expect(dataFolder({ XDG_DATA_HOME: '' }, 'linux')).toBe(join(homedir(), '.local', 'share', 'slipway'));
    expect(dataFolder({ LOCALAPPDATA: '/local' }, 'win32')).toBe(join('/local', 'Slipway'));
    expect(dataFolder({}, 'darwin')).toBe(join(homedir(), 'Library', 'Application Support', 'Slipway'));
  });
});
