import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the server answers one request; `hang` takes the message and never answers. */
export type WebhookAnswer = { readonly status: number; readonly body?: string } | 'hang';

/** What somebody posted. */
interface PostedMessage {
  readonly path: string;
  readonly type: string | undefined;
  readonly body: unknown;
}

/** A server on this machine that takes messages as Slack's webhooks do. */
export interface WebhookServer {
  readonly address: URL;
  readonly posted: PostedMessage[];
  /** The answers to the next requests, in their order; `ok` after the last one. */
  answerWith(...answers: readonly WebhookAnswer[]): void;
  close(): Promise<void>;
}

/** Its address has a path that no text of the engine may show. */
export async function startWebhookServer(): Promise<WebhookServer> {
  const posted: PostedMessage[] = [];
  let answers: readonly WebhookAnswer[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((text) => {
      posted.push({
        path: request.url ?? '',
        type: request.headers['content-type'],
        body: JSON.parse(text),
      });
      const [answer = { status: 200, body: 'ok' }, ...rest] = answers;
      answers = rest;
      if (answer === 'hang') return;
      response.writeHead(answer.status).end(answer.body ?? '');
    });
  });
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: new URL(`http://127.0.0.1:${port}/services/T0SECRET0/B0SECRET0/abcdefghijklmnopWXYZ`),
    posted,
    answerWith(...next) {
      answers = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => {
        server.close(closed);
      });
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
