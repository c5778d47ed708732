import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../shared/testing/eventually.ts';
import * as standIn from '../testing/electron-stand-in.ts';
import { endWithErrorBox } from './error-box.ts';

vi.mock('electron', () => import('../testing/electron-stand-in.ts'));

describe('a start that failed', () => {
  const written: string[] = [];

  beforeEach(() => {
    vi.clearAllMocks();
    written.length = 0;
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('shows one sentence in a native dialog and on standard error, and ends with code 1', () => {
    endWithErrorBox('The disk is full.', { canShow: true });
    expect(standIn.dialog.showErrorBox).toHaveBeenCalledExactlyOnceWith('Slipway', 'The disk is full.');
    expect(written).toEqual(['The disk is full.\n']);
    expect(standIn.app.exit).toHaveBeenCalledExactlyOnceWith(1);
  });

  it.runIf(process.platform === 'linux')('shows its dialog on Linux only when the app is ready', async () => {
    const ready = Promise.withResolvers<void>();
    standIn.app.isReady.mockReturnValueOnce(false);
    standIn.app.whenReady.mockReturnValueOnce(ready.promise);
    endWithErrorBox('The disk is full.', { canShow: true });
    expect(standIn.dialog.showErrorBox).not.toHaveBeenCalled();
    expect(standIn.app.exit).not.toHaveBeenCalled();
    ready.resolve();
    await eventually(() => expect(standIn.app.exit).toHaveBeenCalledExactlyOnceWith(1));
    expect(standIn.dialog.showErrorBox).toHaveBeenCalledOnce();
  });

  it('shows characters that steer a terminal or turn the direction of text as escapes', () => {
    endWithErrorBox('Slipway has no option --\u009b31m\u202etxt\u001b]0;x.', { canShow: true });
    const shown = String.raw`Slipway has no option --\u009b31m\u202etxt\u001b]0;x.`;
    expect(written).toEqual([`${shown}\n`]);
    expect(standIn.dialog.showErrorBox).toHaveBeenCalledExactlyOnceWith('Slipway', shown);
  });

  it('ends at once where there is no display for a dialog', () => {
    endWithErrorBox('There is no display.', { canShow: false });
    expect(standIn.dialog.showErrorBox).not.toHaveBeenCalled();
    expect(standIn.app.exit).toHaveBeenCalledExactlyOnceWith(1);
  });

  it('ends even if the dialog cannot be shown', () => {
    standIn.dialog.showErrorBox.mockImplementationOnce(() => {
      throw new Error('No toolkit.');
    });
    expect(() => endWithErrorBox('The disk is full.', { canShow: true })).toThrow('No toolkit.');
    expect(standIn.app.exit).toHaveBeenCalledExactlyOnceWith(1);
  });
});
