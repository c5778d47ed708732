import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { lazyStrictObject } from '../../shared/model/lazy-objects.ts';
import { isSecret, type SessionRefusal } from '../../shared/page-session.ts';
import type { PageKeys } from './page-keys.ts';
import type { Refusal } from './request-refusal.ts';

const LARGEST_BODY_BYTES = 1024;

const Secret = z.custom<string>(isSecret);
const Body = lazyStrictObject(() => ({ key: Secret, ticket: Secret.optional() }));

/** Why the key of a page is not accepted; `refused` where the request itself was wrong. */
export type SessionAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'locked-out'; readonly reason: SessionRefusal }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Answers a page that shows its ticket or its key. Rejects when the page goes away before its body is read. */
export async function answerSession(request: IncomingMessage, keys: PageKeys): Promise<SessionAnswer> {
  if (request.method !== 'POST') {
    return refused({ status: 405, sentence: 'Only POST is accepted here.', headers: { Allow: 'POST' } });
  }
  // A page of another site cannot send this type without asking first (CORS preflight).
  if (request.headers['content-type'] !== 'application/json') {
    return refused({ status: 415, sentence: 'Only application/json is accepted here.' });
  }
  const text = await readSmallBody(request);
  if (text === undefined)
    return refused({ status: 413, sentence: 'The request body is larger than a ticket and a key.' });
  const body = parsedBody(text);
  if (body === undefined)
    return refused({ status: 400, sentence: 'The request body is not a ticket and a key.' });
  const { key, ticket } = body;
  const reason = keys.admit(ticket === undefined ? { key } : { key, ticket });
  return reason === undefined ? { kind: 'accepted' } : { kind: 'locked-out', reason };
}

function refused(refusal: Refusal): SessionAnswer {
  return { kind: 'refused', refusal };
}

/** The body, or nothing when it is larger than a ticket and a key can be. */
async function readSmallBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > LARGEST_BODY_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

function parsedBody(text: string): z.infer<typeof Body> | undefined {
  try {
    return Body.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
