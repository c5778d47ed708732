import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';

/** A connection is accepted in one turn of the event loop, and its request is read in the next. */
const TURNS_TO_ARRIVE = 3;

/** A function that settles once a server has answered all requests that have reached this machine. */
export function watchIdle(server: Pick<Server, 'on'>): () => Promise<void> {
  const open = new Set<ServerResponse>();
  server.on('request', (_request, response) => {
    open.add(response);
    response.once('close', () => open.delete(response));
  });
  return async () => {
    for (let turn = 0; turn < TURNS_TO_ARRIVE; turn += 1) await setImmediate();
    await Promise.all([...open].map((response) => once(response, 'close')));
  };
}
