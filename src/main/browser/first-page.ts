import type { Server } from 'node:http';

/** How long no file of the page may be asked for until the page counts as sent. */
const QUIET_MS = 40;

/**
 * Settles once a browser has been sent the first page with its files, at the latest after `longestMs`. Loading the
 * engine blocks the process for some hundred milliseconds; done at this moment, the browser runs the page meanwhile.
 */
export function firstPageSent(server: Pick<Server, 'on' | 'off'>, longestMs: number): Promise<void> {
  const sent = Promise.withResolvers<void>();
  let underWay = 0;
  let quiet: NodeJS.Timeout | undefined;
  const deadline = setTimeout(sent.resolve, longestMs);
  const onRequest: Parameters<typeof server.on>[1] = (_request, response) => {
    underWay += 1;
    clearTimeout(quiet);
    response.once('close', () => {
      underWay -= 1;
      if (underWay === 0) quiet = setTimeout(sent.resolve, QUIET_MS);
    });
  };
  server.on('request', onRequest);
  return sent.promise.finally(() => {
    clearTimeout(deadline);
    clearTimeout(quiet);
    server.off('request', onRequest);
  });
}
