import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** For tests: an answer as it came over the connection; status 0 when the connection ended without one. */
export interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

/** For tests: sends bytes as they are, such as no client would send, and waits until the server ends the connection. */
export async function sendRaw(endpoint: string, ...pieces: readonly (string | Buffer)[]): Promise<RawAnswer> {
  const { hostname, port } = new URL(endpoint);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  // A server that refuses may end the connection before it has read everything.
  const failed = new Promise<Buffer>((resolve) => socket.on('error', () => resolve(Buffer.alloc(0))));
  for (const piece of pieces) socket.write(piece);
  const text = (await Promise.race([buffer(socket).catch(() => Buffer.alloc(0)), failed])).toString('latin1');
  socket.destroy();
  // An answer may start with 100 Continue.
  const status = /^(?:HTTP\/1\.1 100 [^\r]*\r\n\r\n)?HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  return { status: Number(status ?? 0), text };
}

/** A GET of this target with its Host, after which the server ends the connection. */
export function getOf(target: string, headers: readonly string[] = ['host: localhost']): string {
  return [`GET ${target} HTTP/1.1`, ...headers, 'connection: close', '', ''].join('\r\n');
}
