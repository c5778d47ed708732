import { describe, expect, it, vi } from 'vitest';
import * as standIn from './electron-stand-in.ts';
import { chooseFolder } from './folder-dialog.ts';

vi.mock('electron', () => import('./electron-stand-in.ts'));

describe('the folder dialog', () => {
  it('answers the folder that was chosen', async () => {
    standIn.dialog.showOpenDialog.mockResolvedValueOnce({ canceled: false, filePaths: ['/src/web'] });
    expect(await chooseFolder()).toBe('/src/web');
  });

  it('answers nothing when it was closed', async () => {
    standIn.dialog.showOpenDialog.mockResolvedValueOnce({ canceled: true, filePaths: [] });
    expect(await chooseFolder()).toBeUndefined();
  });
});
