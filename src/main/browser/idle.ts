import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import { setImmediate, setTimeout } from 'node:timers/promises';

/** A connection is accepted in one turn of the event loop, and its request is read in the next. */
const TURNS_TO_ARRIVE = 3;

/** An incomplete request must not keep the process alive. */
const LONGEST_WAIT_MS = 100;

/** A function that settles once a server has answered the requests that have reached this machine, or after 100 ms. */
export function watchIdle(server: Pick<Server, 'on'>): () => Promise<void> {
  const open = new Set<ServerResponse>();
  server.on('request', (_request, response) => {
    open.add(response);
    response.once('close', () => open.delete(response));
  });
  return async () => {
    for (let turn = 0; turn < TURNS_TO_ARRIVE; turn += 1) await setImmediate();
    if (open.size === 0) return;
    const ended = new AbortController();
    const answered = [...open].map((response) => once(response, 'close', { signal: ended.signal }));
    const tooLong = setTimeout(LONGEST_WAIT_MS, undefined, { signal: ended.signal });
    try {
      await Promise.race([Promise.all(answered), tooLong]);
    } finally {
      ended.abort();
      await Promise.allSettled([...answered, tooLong]);
    }
  };
}
