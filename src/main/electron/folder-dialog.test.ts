import { describe, expect, it, vi } from 'vitest';
import * as standIn from '../testing/electron-stand-in.ts';
import type { DesktopState } from './desktop-state.ts';
import { chooseFolder } from './folder-dialog.ts';

vi.mock('electron', () => import('../testing/electron-stand-in.ts'));

function stateWith(folder?: string) {
  return {
    read: () => (folder === undefined ? {} : { folder }),
    remember: vi.fn<DesktopState['remember']>(),
  };
}

describe('the folder dialog', () => {
  it('returns the chosen folder, and opens there the next time', async () => {
    standIn.dialog.showOpenDialog.mockResolvedValueOnce({ canceled: false, filePaths: ['/src/web'] });
    const state = stateWith();
    expect(await chooseFolder(state)).toBe('/src/web');
    expect(standIn.dialog.showOpenDialog.mock.lastCall?.[0]).not.toHaveProperty('defaultPath');
    expect(state.remember).toHaveBeenCalledExactlyOnceWith({ folder: '/src/web' });

    await chooseFolder(stateWith('/src/web'));
    expect(standIn.dialog.showOpenDialog.mock.lastCall?.[0]).toMatchObject({ defaultPath: '/src/web' });
  });

  it('returns and remembers nothing when it was cancelled', async () => {
    const state = stateWith('/src/web');
    expect(await chooseFolder(state)).toBeUndefined();
    expect(state.remember).not.toHaveBeenCalled();
  });
});
