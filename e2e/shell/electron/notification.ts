import { setImmediate } from 'node:timers/promises';
import type { NotificationConstructorOptions } from 'electron';
import { app } from './app.ts';
import { chromium, unawaited } from './chromium.ts';
import { ElectronEmitter, emitNatively, preventableEvent, strict } from './strict.ts';

/** Weakly held, as Electron does: what the app releases is never clicked (electron/electron#12690). */
const shown: WeakRef<Notification>[] = [];

/** docs/api/notification.md */
export class Notification
  extends ElectronEmitter
  implements Pick<Electron.Notification, 'body' | 'close' | 'show' | 'title'>
{
  title: string;
  body: string;

  constructor({ title = '', body = '' }: NotificationConstructorOptions = {}) {
    super('Notification', ['show', 'click', 'close', 'failed', 'reply', 'action']);
    if (!app.isReady()) throw new Error('Cannot create Notification before app is ready');
    this.title = title;
    this.body = body;
    // biome-ignore lint/correctness/noConstructorReturn: the app gets one that refuses what is unknown.
    return strict('Notification', this);
  }

  static isSupported(): boolean {
    return true;
  }

  show(): void {
    const id = shown.push(new WeakRef(this)) - 1;
    const { title, body } = this;
    unawaited(chromium().record({ what: 'notification', id, title, body }));
    emitNatively(this, 'show', preventableEvent({}));
  }

  close(): void {
    emitNatively(this, 'close', preventableEvent({}));
  }
}

/** Clicks a notification after everything that nobody holds was collected. */
export async function clickNotification(id: number): Promise<void> {
  await setImmediate();
  globalThis.gc?.();
  const notification = shown[id]?.deref();
  if (notification === undefined)
    throw new Error('The app let go of that notification, and it was collected.');
  emitNatively(notification, 'click', preventableEvent({}));
}
