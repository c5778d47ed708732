import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../../shared/testing/eventually.ts';
import { createRequestHandler, type RequestHandler } from '../network/request-handler.ts';
import { createTrustedCertificates } from '../network/trusted-certificates.ts';
import { makeCompanyCertificates } from '../testing/certificates.ts';
import { startWebhookServer, type WebhookServer } from '../testing/webhook-server.ts';
import { createWebhook } from './webhook.ts';

const NEVER = new AbortController().signal;

let server: WebhookServer;
const closes: (() => unknown)[] = [];
beforeEach(async () => {
  server = await startWebhookServer();
});
afterEach(async () => {
  for (const close of closes.splice(0).toReversed()) await close();
  await server.close();
});

function requestsWith(environment: Readonly<Record<string, string>>): RequestHandler {
  const certificates = createTrustedCertificates(environment);
  const requests = createRequestHandler({ environment, certificates, caBundle: undefined });
  closes.push(() => requests.destroy());
  return requests;
}

function webhookWith(timeLimit: () => AbortSignal = () => NEVER) {
  return createWebhook({ requests: requestsWith({}), timeLimit, pausesMs: [0, 0] });
}

describe('a message to a webhook', () => {
  it('is one POST of its text as JSON to the address', async () => {
    await webhookWith().send(server.address, 'Failed: Deploy “web”', NEVER);
    expect(server.posted).toEqual([
      {
        path: server.address.pathname,
        type: 'application/json; charset=utf-8',
        body: { text: 'Failed: Deploy “web”' },
      },
    ]);
  });

  it('is sent again, three times in all, while the other side cannot take it', async () => {
    server.answerWith({ status: 503 }, { status: 429 });
    await webhookWith().sendWithRetry(server.address, 'hello', NEVER);
    expect(server.posted).toHaveLength(3);
    server.answerWith({ status: 500 }, { status: 500 }, { status: 500 }, { status: 500 });
    await expect(webhookWith().sendWithRetry(server.address, 'hello', NEVER)).rejects.toThrow(
      `${server.address.host} did not take the message (HTTP 500). Send a test later.`,
    );
    expect(server.posted).toHaveLength(6);
  });

  it('that is refused is not sent again, and says why as Slack says it', async () => {
    server.answerWith({ status: 404, body: 'no_service' });
    await expect(webhookWith().sendWithRetry(server.address, 'hello', NEVER)).rejects.toThrow(
      '(HTTP 404, no_service). Check the address of the webhook.',
    );
    expect(server.posted).toHaveLength(1);
  });

  it.each([
    { status: 404, body: '' },
    { status: 302, body: '' },
    { status: 500, body: '' },
  ])('that is answered with $status and its own address says neither', async ({ status }) => {
    server.answerWith({ status, body: `No webhook at ${server.address.href}` });
    const error: unknown = await webhookWith()
      .send(server.address, 'hello', NEVER)
      .catch((thrown: unknown) => thrown);
    expect(String(error)).toContain(`HTTP ${status}`);
    expect(String(error)).not.toContain('T0SECRET0');
    expect(server.posted).toHaveLength(1);
  });

  it('is sent with a login that is not encoded well as it is', async () => {
    const address = new URL(server.address);
    address.username = 'ana%zz';
    address.password = 'hush%E0';
    await webhookWith().send(address, 'hello', NEVER);
    expect(server.posted).toHaveLength(1);
  });

  it('that is not answered ends with its time limit', async () => {
    server.answerWith('hang');
    const limit = new AbortController();
    const sent = webhookWith(() => limit.signal).send(server.address, 'hello', NEVER);
    await Promise.all([
      expect(sent).rejects.toThrow(`${server.address.host} did not answer in time`),
      eventually(() => expect(server.posted).toHaveLength(1)).then(() => limit.abort()),
    ]);
  });

  it('to a port where nobody listens says that the host cannot be reached', async () => {
    await server.close();
    await expect(webhookWith().send(server.address, 'hello', NEVER)).rejects.toThrow(
      `${server.address.host} cannot be reached (ECONNREFUSED)`,
    );
    server = await startWebhookServer();
  });

  it('goes through the proxy, to a certificate of the company', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'webhook-'));
    closes.push(() => rmSync(folder, { recursive: true }));
    const { caFile, key, certificate } = makeCompanyCertificates(folder);
    const asked: (string | undefined)[] = [];
    const inside = createHttpsServer({ key, cert: certificate }, (request, response) => {
      asked.push(request.url);
      response.end('ok');
    });
    const port = await listen(inside);
    const proxy = createHttpServer();
    proxy.on('connect', (request, socket, head) => {
      asked.push(request.url);
      const onward = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        onward.write(head);
        onward.pipe(socket).pipe(onward);
      });
      for (const end of [socket, onward]) end.on('error', () => end.destroy());
      closes.push(() => socket.destroy());
    });
    const requests = requestsWith({
      HTTPS_PROXY: `http://127.0.0.1:${await listen(proxy)}`,
      NODE_EXTRA_CA_CERTS: caFile,
    });
    const webhook = createWebhook({ requests, timeLimit: () => NEVER });
    await webhook.send(new URL('https://aws.company.example/services/x'), 'hello', NEVER);
    expect(asked).toEqual(['aws.company.example:443', '/services/x']);
  });
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  closes.push(() => server.close());
  return (server.address() as AddressInfo).port;
}
