import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Plugin } from 'vite';
import { SESSION_PATH, SOCKET_PATH } from '../src/shared/page-session.ts';

const HOST = '127.0.0.1';

/**
 * Forwards what a page asks of the browser host, and its WebSocket, with the headers as they are: the host checks them.
 * Requests wait while the engine restarts, so that a page is connected again as soon as it is up.
 */
export function forwardToEngine(port: () => Promise<number>): Plugin {
  return {
    name: 'slipway-engine',
    configureServer(server) {
      server.middlewares.use((incoming, response, next) => {
        if (pathOf(incoming) !== SESSION_PATH) next();
        else port().then((number) => forwardRequest(incoming, response, number), next);
      });
      server.httpServer?.on('upgrade', (incoming: IncomingMessage, stream: Duplex, head: Buffer) => {
        if (pathOf(incoming) !== SOCKET_PATH) return;
        stream.on('error', () => stream.destroy());
        port().then(
          (number) => forwardUpgrade(incoming, stream, head, number),
          () => stream.destroy(),
        );
      });
    },
  };
}

function forwardRequest(incoming: IncomingMessage, response: ServerResponse, port: number): void {
  const { method, url, headers } = incoming;
  const outgoing = request({ host: HOST, port, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', () => {
    if (!response.headersSent) response.writeHead(502);
    response.end();
  });
  incoming.pipe(outgoing);
}

function forwardUpgrade(incoming: IncomingMessage, stream: Duplex, head: Buffer, port: number): void {
  if (stream.destroyed) return;
  const socket = connect(port, HOST, () => {
    const { rawHeaders } = incoming;
    const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`];
    for (let index = 0; index < rawHeaders.length; index += 2) {
      lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`);
    }
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    socket.write(head);
    socket.pipe(stream).pipe(socket);
  });
  socket.on('error', () => stream.destroy());
  socket.on('close', () => stream.destroy());
  stream.on('close', () => socket.destroy());
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/';
}
