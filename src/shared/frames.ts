import { z } from 'zod';
import { lazyStrictObject } from './model/lazy-objects.ts';
import type { CallAnswer } from './transport.ts';

const CallId = z.string().min(1).max(100);

/** What a page sends over the WebSocket of the browser host, as JSON text. */
export const RequestFrame = z.discriminatedUnion('type', [
  lazyStrictObject(() => ({
    type: z.literal('call'),
    id: CallId,
    method: z.string().max(200),
    input: z.unknown(),
  })),
  lazyStrictObject(() => ({ type: z.literal('cancel'), id: CallId })),
]);
export type RequestFrame = Readonly<z.infer<typeof RequestFrame>>;

/** What the browser host sends to a page, as JSON text. */
export type ResponseFrame =
  | { readonly type: 'answer'; readonly id: string; readonly answer: CallAnswer }
  | { readonly type: 'event'; readonly id: string; readonly event: unknown };
