import type { IncomingHttpHeaders } from 'node:http';

/** Names of this machine that no other site can have in DNS. */
const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Why a request is refused before anything else is looked at, or nothing. A page of another site that has pointed
 * its own name at 127.0.0.1 (DNS rebinding) shows in `Host`, any other page in `Origin`. The port is free,
 * because an SSH tunnel may end on another one; page and host must then agree on it.
 *
 * @param kind a WebSocket always has an Origin; a page that is opened has none
 */
export function refusalOf(headers: IncomingHttpHeaders, kind: 'page' | 'socket'): string | undefined {
  const { host, origin } = headers;
  if (host === undefined || !isLoopback(host)) {
    return 'Slipway answers only at 127.0.0.1 and localhost. Open the address that Slipway printed.';
  }
  if (origin === undefined) {
    return kind === 'socket' ? 'Slipway takes a WebSocket only from its own page.' : undefined;
  }
  if (origin !== `http://${host}`) return 'Slipway answers only its own page, not the page of another site.';
  return undefined;
}

function isLoopback(host: string): boolean {
  return LOOPBACK_NAMES.has(host.replace(/:\d{1,5}$/, '').toLowerCase());
}
