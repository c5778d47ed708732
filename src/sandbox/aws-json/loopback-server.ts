import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** An HTTP server that only this machine can reach. */
export interface LoopbackServer {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Says what answers requests; until then they get 503. */
  handle(handler: RequestHandler): void;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1; port 0 takes a free one.
 *
 * @throws Error that names the port, when it is taken or not allowed.
 */
export async function listenOnLoopback(port: number): Promise<LoopbackServer> {
  let handler: RequestHandler = (_request, response) => {
    response.writeHead(503).end();
  };
  const server = createServer((request, response) => handler(request, response));
  // Pushing a large layer over a slow link takes longer than Node's five minutes for a request.
  server.requestTimeout = 0;
  // HTTP that cannot be parsed; without this the socket would be left open.
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    else socket.destroy();
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(port, error)));
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;

  return {
    host: `127.0.0.1:${bound}`,
    handle(next) {
      handler = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function cannotListen(port: number, error: NodeJS.ErrnoException): Error {
  if (error.code === 'EADDRINUSE') {
    return new Error(
      `Port ${port} of 127.0.0.1 is taken. Choose another one with --port, or 0 for a free one.`,
      {
        cause: error,
      },
    );
  }
  return new Error(`The sandbox cannot listen on port ${port} of 127.0.0.1: ${error.message}.`, {
    cause: error,
  });
}
