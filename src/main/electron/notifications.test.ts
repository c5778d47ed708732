import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { pino } from 'pino';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as standIn from '../testing/electron-stand-in.ts';
import { createNotifier } from './notifications.ts';

vi.mock('electron', () => import('../testing/electron-stand-in.ts'));

const NOTICE = { title: 'Deploy web:1.9.0 to web: done', body: 'All 6 tasks run web:42.' };

/** Runs the garbage collector; nothing of the test or of its mocks refers to a notification by then. */
function collectGarbage(): void {
  vi.clearAllMocks();
  standIn.Notification.made.length = 0;
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
}

const nextTask = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('notifications', () => {
  const showWindow = vi.fn<() => void>();
  const logged: string[] = [];
  const logger = pino({ base: null }, { write: (line) => void logged.push(line) });

  beforeEach(() => {
    vi.clearAllMocks();
    standIn.Notification.made.length = 0;
    logged.length = 0;
  });

  it('show how a job ended, and open the window when they are clicked', () => {
    createNotifier({ logger, showWindow })(NOTICE);
    const [notification] = standIn.Notification.made;
    expect(notification?.options).toEqual(NOTICE);
    expect(notification?.show).toHaveBeenCalledOnce();
    notification?.emit('click');
    expect(showWindow).toHaveBeenCalledOnce();
  });

  it.each(['click', 'close', 'failed'])('are referenced until %s, and no longer', async (end) => {
    const notify = createNotifier({ logger, showWindow });
    const show = (): WeakRef<standIn.Notification> => {
      notify(NOTICE);
      const [made] = standIn.Notification.made;
      if (made === undefined) throw new Error('No notification was made.');
      return new WeakRef(made);
    };
    const notification = show();
    // What a WeakRef has given is kept until the job has ended.
    await nextTask();
    collectGarbage();
    expect(notification.deref()).toBeDefined();
    notification.deref()?.emit(end, {}, 'unsigned');
    await nextTask();
    collectGarbage();
    expect(notification.deref()).toBeUndefined();
    expect(notify).toBeTypeOf('function');
  });

  it('that the system does not show are logged with its reason', () => {
    createNotifier({ logger, showWindow })(NOTICE);
    standIn.Notification.made[0]?.emit('failed', {}, 'The app is not signed.');
    expect(logged.join('')).toContain('The app is not signed.');
  });

  it('are not shown while the window has the focus, or where the system has none', () => {
    const notify = createNotifier({ logger, showWindow });
    standIn.BrowserWindow.getFocusedWindow.mockReturnValueOnce(new standIn.BrowserWindow({}));
    notify(NOTICE);
    standIn.Notification.isSupported.mockReturnValueOnce(false);
    notify(NOTICE);
    expect(standIn.Notification.made).toEqual([]);
  });
});
