import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

type Verdict = 'pass' | 'swallow';

/** Told of each call when it comes, and when AWS has answered it. What it answers decides the outcome of the call. */
export interface Bystander {
  /** `swallow`: the call never reaches AWS. */
  readonly onCall: (operation: string) => Verdict | Promise<Verdict>;
  /** `swallow`: the answer never reaches the caller. */
  readonly onAnswer: (operation: string) => Verdict | Promise<Verdict>;
  /** What the caller reads instead of what AWS has answered. */
  readonly rewrite?: (operation: string, answer: string) => string;
}

export interface Proxy {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Stands between a client and an AWS on this machine, so that a test can end the client at a call of its choice. */
export async function startProxy(target: string, bystander: Bystander): Promise<Proxy> {
  const server = createServer((incoming, outgoing) => void carry(incoming, outgoing));

  async function carry(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const operation = String(incoming.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
    const body = await buffer(incoming);
    if ((await bystander.onCall(operation)) === 'swallow') return void outgoing.destroy();
    const { method = 'GET', headers, url = '/' } = incoming;
    // The Host header stays as it is: it is signed.
    const passed = request(new URL(url, target), { method, headers }, (answer) => {
      void buffer(answer).then(async (content) => {
        if ((await bystander.onAnswer(operation)) === 'swallow') return void outgoing.destroy();
        const said = bystander.rewrite?.(operation, content.toString()) ?? content;
        const length = { 'content-length': String(Buffer.byteLength(said)) };
        outgoing.writeHead(answer.statusCode ?? 500, { ...answer.headers, ...length });
        outgoing.end(said);
      });
    });
    passed.on('error', () => outgoing.destroy());
    passed.end(body);
  }

  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}
