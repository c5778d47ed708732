import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** A status and the sentence that goes with it. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 415 | 429 | 500;
  readonly sentence: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Names of this machine that no other site can have in DNS. */
const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Why a request is refused before anything else is looked at, or nothing. A page of another site that has pointed
 * its own name at 127.0.0.1 (DNS rebinding) shows in `Host`, any other page in `Origin` and `Sec-Fetch-Site`, also
 * one on another port of this machine. The port of `Host` is free, because an SSH tunnel may end on another one;
 * page and host must then agree on it.
 *
 * @param kind a page and its files are opened without an Origin; calls, and what leads to them, always have one
 */
export function refusalOf(request: IncomingMessage, kind: 'page' | 'call'): Refusal | undefined {
  // RFC 9112, section 3.2: a server that is no proxy is asked in origin form, and Host is there once.
  if (!request.url?.startsWith('/')) return { status: 400, sentence: 'The request target is not a path.' };
  if (hostsOf(request.rawHeaders) > 1) {
    return { status: 400, sentence: 'The request has more than one Host header.' };
  }
  const sentence = foreignSentence(request.headers, kind);
  return sentence === undefined ? undefined : { status: 403, sentence };
}

function foreignSentence(headers: IncomingHttpHeaders, kind: 'page' | 'call'): string | undefined {
  const { host, origin } = headers;
  if (host === undefined || !isLoopback(host)) {
    return 'Slipway answers only at 127.0.0.1 and localhost. Open the address that Slipway printed.';
  }
  if (origin === undefined && kind === 'call') return 'Slipway accepts calls only from its own page.';
  if (origin !== undefined && origin !== `http://${host}`) {
    return 'Slipway answers only its own page, not the page of another site.';
  }
  return isForeignFetch(headers)
    ? 'Slipway answers only its own page, not the page of another site.'
    : undefined;
}

/**
 * Whether a browser says that another site or port wants this as a part of its page. Links to Slipway are fine.
 * Fetch Metadata Request Headers, W3C: `same-site` leaves the port out of account.
 */
function isForeignFetch(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return false;
  return !(headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document');
}

function isLoopback(host: string): boolean {
  return LOOPBACK_NAMES.has(host.replace(/:\d{1,5}$/, '').toLowerCase());
}

/** Node keeps the first of several Host headers and drops the others; the raw ones tell. */
function hostsOf(rawHeaders: readonly string[]): number {
  return rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host').length;
}
