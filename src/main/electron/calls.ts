import { type IpcMainEvent, type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron';
import { CALL, CANCEL, EVENT } from '../../shared/channels.ts';
import { SlipwayError, toWire } from '../../shared/errors.ts';
import type { CallAnswer, CallRequest } from '../../shared/transport.ts';
import type { Connection, Dispatcher } from '../engine/ports/dispatcher.ts';
import type { Logger } from '../engine/ports/ports.ts';
import { isAppUrl } from './app-origin.ts';

/** Carries the calls of one window's page. */
export interface PageCalls {
  /** Takes calls from this page. They are all cancelled when it is closed, left, reloaded or crashes. */
  accept(contents: WebContents): void;
}

/** Listens on the three channels. A call of a sender that was not accepted is answered with FORBIDDEN. */
export function carryPageCalls(dispatcher: Dispatcher, logger: Logger): PageCalls {
  const connections = new Map<WebContents, Connection>();

  function connectionOf(event: IpcMainEvent | IpcMainInvokeEvent): Connection | undefined {
    const frame = event.senderFrame;
    const isOurPage = frame !== null && frame === event.sender.mainFrame && isAppUrl(frame.url);
    return isOurPage ? connections.get(event.sender) : undefined;
  }

  ipcMain.handle(CALL, (event, request: CallRequest): CallAnswer | Promise<CallAnswer> => {
    const connection = connectionOf(event);
    if (connection !== undefined) return connection.call(request);
    logger.warn({ url: event.senderFrame?.url }, 'A call of a page that is not ours was refused');
    return { ok: false, error: toWire(new SlipwayError('FORBIDDEN', 'Slipway answers only its own page.')) };
  });
  ipcMain.on(CANCEL, (event, id: unknown) => {
    if (typeof id === 'string') connectionOf(event)?.cancel(id);
  });

  return {
    accept(contents) {
      const connect = (): void => {
        connections.get(contents)?.close();
        connections.set(
          contents,
          dispatcher.connect((id, event) => {
            if (!contents.isDestroyed()) contents.send(EVENT, id, event);
          }),
        );
      };
      connect();
      // A reload is a new page: what the old one asked for has nobody to answer to. Not did-start-navigation, which
      // comes before will-navigate can prevent it (https://www.electronjs.org/docs/latest/api/web-contents).
      contents.on('did-navigate', connect);
      contents.on('render-process-gone', connect);
      contents.once('destroyed', () => {
        connections.get(contents)?.close();
        connections.delete(contents);
      });
    },
  };
}
