import { addAbortSignal, Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { HttpRequest } from '@smithy/core/protocols';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import { httpRequest } from '../network/http-request.ts';
import type { RequestHandler } from '../network/request-handler.ts';
import { percentDecoded } from '../ports/known-secrets.ts';

export interface WebhookOptions {
  readonly requests: Pick<RequestHandler, 'handle'>;
  /** The time that one attempt has. Tests end it by hand. */
  readonly timeLimit?: () => AbortSignal;
  /** Milliseconds before each further attempt. */
  readonly pausesMs?: readonly number[];
}

const TIME_LIMIT_MS = 10_000;
const PAUSES_MS = [1_000, 5_000];
/** Slack answers with a word. */
const MOST_READ_BYTES = 1_000;

/**
 * Sends messages as Slack's incoming webhooks take them. Redirects are not followed: the address is a secret that no
 * other host gets. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
export interface Webhook {
  /** Sends once. Throws UNAVAILABLE, or FORBIDDEN for what the other side refuses, with a sentence that names the host. */
  send(address: URL, text: string, signal: AbortSignal): Promise<void>;
  /** The same, with further attempts where they may help. */
  sendWithRetry(address: URL, text: string, signal: AbortSignal): Promise<void>;
}

export function createWebhook(options: WebhookOptions): Webhook {
  const { requests, timeLimit = () => AbortSignal.timeout(TIME_LIMIT_MS), pausesMs = PAUSES_MS } = options;

  async function send(address: URL, text: string, signal: AbortSignal): Promise<void> {
    const limit = timeLimit();
    const abortSignal = AbortSignal.any([signal, limit]);
    try {
      const { response } = await requests.handle(requestOf(address, text), { abortSignal });
      const answer = await readStart(response.body, abortSignal);
      if (response.statusCode >= 200 && response.statusCode < 300) return;
      throw refusal(address, response.statusCode, answer);
    } catch (error) {
      if (error instanceof SlipwayError) throw error;
      if (signal.aborted) throw cancelled('The message to the webhook');
      const why = limit.aborted ? 'did not answer in time' : `cannot be reached (${codeOf(error)})`;
      throw new SlipwayError('UNAVAILABLE', `${address.host} ${why}. Check the network and the proxy.`, {
        retryable: true,
        cause: error,
      });
    }
  }

  return {
    send,
    async sendWithRetry(address, text, signal) {
      for (const pauseMs of pausesMs) {
        try {
          return await send(address, text, signal);
        } catch (error) {
          if (!(error instanceof SlipwayError) || !error.retryable) throw error;
        }
        await wait(pauseMs, undefined, { signal, ref: false });
      }
      return send(address, text, signal);
    },
  };
}

function requestOf(address: URL, text: string): HttpRequest {
  const body = JSON.stringify({ text });
  const login = `${percentDecoded(address.username)}:${percentDecoded(address.password)}`;
  return httpRequest(address, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      ...(login === ':' ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` }),
    },
    body,
  });
}

/** What the other side says first; the rest is not read. */
async function readStart(body: unknown, signal: AbortSignal): Promise<string> {
  if (!(body instanceof Readable)) return '';
  let start = '';
  for await (const chunk of addAbortSignal(signal, body)) {
    start += String(chunk);
    if (start.length > MOST_READ_BYTES) break;
  }
  return start.slice(0, MOST_READ_BYTES);
}

/** Only a word such as Slack's `no_service` is repeated: an answer may repeat the address. */
function refusal(address: URL, status: number, answer: string): SlipwayError {
  const word = /^[a-z_]{2,40}$/.test(answer.trim()) ? `, ${answer.trim()}` : '';
  const isTemporary = status >= 500 || status === 429 || status === 408;
  return new SlipwayError(
    isTemporary ? 'UNAVAILABLE' : 'FORBIDDEN',
    `${address.host} did not take the message (HTTP ${status}${word}). ` +
      (isTemporary ? 'Send a test later.' : 'Check the address of the webhook.'),
    { retryable: isTemporary },
  );
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  return 'code' in error ? String(error.code) : error.name;
}
