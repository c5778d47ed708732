import type { IncomingMessage } from 'node:http';

/** The outcome of the body of a request. */
export type Body =
  | { readonly outcome: 'whole'; readonly bytes: Buffer }
  | { readonly outcome: 'too-long' }
  /** The rest of it is not read: the connection must end with the answer. */
  | { readonly outcome: 'too-slow' };

export interface BodyLimits {
  readonly bytes: number;
  /** For the whole body, in real time. */
  readonly milliseconds?: number;
}

/** Far more than a few megabytes take on a loopback. */
const USUAL_MILLISECONDS = 60_000;

/**
 * Reads a request's body into memory within limits. One that is too long is read to its end but not kept, because a
 * client that is still sending does not see the answer.
 *
 * @throws Error `ECONNRESET` when the client goes away before the end.
 */
export function readBody(
  request: IncomingMessage,
  { bytes: limit, milliseconds = USUAL_MILLISECONDS }: BodyLimits,
): Promise<Body> {
  const { promise, resolve, reject } = Promise.withResolvers<Body>();
  const chunks: Buffer[] = [];
  let size = 0;
  const timer = setTimeout(() => resolve({ outcome: 'too-slow' }), milliseconds);
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else chunks.length = 0;
  });
  request.once('end', () => {
    resolve(size <= limit ? { outcome: 'whole', bytes: Buffer.concat(chunks) } : { outcome: 'too-long' });
  });
  request.once('error', reject);
  return promise.finally(() => clearTimeout(timer));
}
