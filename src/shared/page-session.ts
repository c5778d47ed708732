/**
 * How a page of the browser host earns the right to call the engine. The address that opens a browser holds a ticket
 * that works once. The page makes a key, has the ticket accepted for it, and shows the key with each WebSocket.
 * Neither stands in a request's URL or in a cookie: cookies know no ports, so every other server of the machine
 * would be sent them (RFC 6265, section 8.5).
 */

/** The path of an address that opens a browser. The ticket is in the fragment, which no request carries. */
export const LAUNCH_PATH = '/launch';

/** The field of the fragment: `#ticket=`. */
export const TICKET_PARAMETER = 'ticket';

/** Where a page has its ticket or its key accepted, by POST. */
export const SESSION_PATH = '/session';

/** The path of the browser host's WebSocket. */
export const SOCKET_PATH = '/bridge';

/** The subprotocol of the WebSocket. A page can set no header there, so the key stands beside it. */
export const SOCKET_PROTOCOL = 'slipway';
export const KEY_PROTOCOL_PREFIX = 'key.';

/** What a page sends to `SESSION_PATH` as JSON. Without a ticket it asks whether its key is still accepted. */
export interface SessionRequest {
  readonly key: string;
  readonly ticket?: string;
}

/** Why a page may not call the engine, as the answer of `SESSION_PATH` says it in `reason`. */
export const SESSION_REFUSALS = ['used-ticket', 'unknown-ticket', 'unknown-key', 'too-many-tries'] as const;
export type SessionRefusal = (typeof SESSION_REFUSALS)[number];

/** Whether a text has the form of a ticket or a key: 256 random bits in base64url. */
export function isSecret(text: unknown): text is string {
  return typeof text === 'string' && /^[\w-]{43}$/.test(text);
}
