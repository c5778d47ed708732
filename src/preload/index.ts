import { contextBridge, ipcRenderer } from 'electron';
import { CALL, CANCEL, EVENT } from '../shared/channels.ts';
import type { Transport } from '../shared/transport.ts';

/** All that the page may reach of the outside world; see Transport. Main checks the sender and the input. */
const slipway: Transport = {
  call: (request) => ipcRenderer.invoke(CALL, request),
  cancel: (id) => ipcRenderer.send(CANCEL, id),
  onEvent: (listener) => {
    const forward = (_event: unknown, id: string, event: unknown): void => listener(id, event);
    ipcRenderer.on(EVENT, forward);
    return () => {
      // What it answers would be ipcRenderer itself, given to the page.
      ipcRenderer.off(EVENT, forward);
    };
  },
};

contextBridge.exposeInMainWorld('slipway', slipway);
