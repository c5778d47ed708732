import type { IncomingMessage } from 'node:http';

/**
 * Frees the memory of bytes that nobody reads any more, at once. Node reads a connection into new memory each time, and only a
 * garbage collection would free it, which may be a hundred megabytes later. Bytes that share their memory with others stay.
 */
export function releaseMemory(bytes: Uint8Array): void {
  const { buffer, byteLength } = bytes;
  if (byteLength === 0 || byteLength !== buffer.byteLength || !(buffer instanceof ArrayBuffer)) return;
  // Node 20 does not have it.
  if ('transfer' in buffer) buffer.transfer(0);
}

/** Frees what the connection of a response reads: the parser, which is told first, copies the body out of it. */
export function releaseReads(response: IncomingMessage): void {
  const { socket } = response;
  const stop = (): void => {
    socket.off('data', releaseMemory);
  };
  socket.on('data', releaseMemory);
  // The connection is used again.
  response.once('end', stop);
  response.once('close', stop);
}
