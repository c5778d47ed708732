import type { IncomingMessage } from 'node:http';

/**
 * Reads a request's body into memory, if it has at most `limit` bytes. A longer one is read to its end but not kept,
 * because a client that is still sending does not see the answer; then the result is undefined.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size <= limit ? Buffer.concat(chunks) : undefined;
}
