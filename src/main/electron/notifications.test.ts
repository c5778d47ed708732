import { expect, it, vi } from 'vitest';
import * as standIn from './electron-stand-in.ts';
import { notify } from './notifications.ts';

vi.mock('electron', () => import('./electron-stand-in.ts'));

const NOTICE = { title: 'Deploy web:1.9.0 to web: done', body: 'All 6 tasks run web:42.' };

it('shows how a job ended, and the window when it is clicked', () => {
  const window = new standIn.BrowserWindow({});
  notify(NOTICE);
  const [notification] = standIn.Notification.made.splice(0);
  expect(notification?.options).toEqual(NOTICE);
  expect(notification?.show).toHaveBeenCalledOnce();
  notification?.emit('click');
  expect(window.show).toHaveBeenCalledOnce();
});

it('is quiet while the window is looked at, and where there are no notifications', () => {
  standIn.BrowserWindow.getFocusedWindow.mockReturnValueOnce(new standIn.BrowserWindow({}));
  notify(NOTICE);
  standIn.Notification.isSupported.mockReturnValueOnce(false);
  notify(NOTICE);
  expect(standIn.Notification.made).toEqual([]);
});
