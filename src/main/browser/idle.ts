import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { LAUNCH_PATH } from '../../shared/page-session.ts';

/** A connection is accepted in one turn of the event loop, and its request is read in the next. */
const TURNS_TO_ARRIVE = 3;

/** An incomplete request must not keep the process alive. */
const LONGEST_WAIT_MS = 100;

interface PageWaits {
  /** A browser that has just read the document asks for the files of the page within this time, one after the other. */
  readonly nextFileMs: number;
  /** A page that takes longer does not hold up the rest. */
  readonly longestPageMs: number;
}

const PAGE_WAITS: PageWaits = { nextFileMs: 12, longestPageMs: 150 };

/**
 * A function that settles once a server has answered the requests that have reached this machine, or after 100 ms. A page
 * that is being opened has its files first: its browser runs them while this process goes on.
 */
export function watchIdle(
  server: Pick<Server, 'on'>,
  { nextFileMs, longestPageMs }: PageWaits = PAGE_WAITS,
): () => Promise<void> {
  const open = new Set<ServerResponse>();
  let pageSince = Number.NEGATIVE_INFINITY;
  let arrivals = 0;
  let arrived = Promise.withResolvers<void>();
  server.on('request', (request, response) => {
    open.add(response);
    response.once('close', () => open.delete(response));
    if (request.url === LAUNCH_PATH) pageSince = performance.now();
    arrivals += 1;
    arrived.resolve();
    arrived = Promise.withResolvers();
  });

  async function answerAll(): Promise<void> {
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
  }

  return async () => {
    await answerAll();
    while (performance.now() - pageSince < longestPageMs) {
      const before = arrivals;
      await Promise.race([arrived.promise, setTimeout(nextFileMs, undefined, { ref: false })]);
      // What has arrived since is read in the next turns, also where this process had to wait for the processor.
      await answerAll();
      if (arrivals === before) return;
    }
  };
}
