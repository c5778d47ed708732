import type { IncomingHttpHeaders } from 'node:http';

/** Names of this machine that no other site can have in DNS. */
const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Why a request is refused for where it comes from, or nothing. The keys of the sandbox are public, so it takes no
 * request of a web page: a page of another site that has pointed its own name at 127.0.0.1 (DNS rebinding) shows in
 * `Host`, every other page in `Origin` or `Sec-Fetch-Site`. An address that somebody has typed is `none`
 * (Fetch Metadata Request Headers, W3C). Tools that speak to AWS or to registries send neither.
 *
 * @param hosts names that requests may be sent to as well
 */
export function originRefusal(headers: IncomingHttpHeaders, hosts: readonly string[]): string | undefined {
  const { host = '', origin } = headers;
  if (!isOwnName(host, hosts)) {
    return 'The sandbox answers only at 127.0.0.1 and localhost. If another name leads to it on purpose, start it with --allow-host and that name.';
  }
  const site = headers['sec-fetch-site'] ?? 'none';
  if (origin === undefined && site === 'none') return undefined;
  return 'The sandbox does not answer web pages. Send requests from a program.';
}

/** Whether `name` or `name:port` is one that leads to this machine, whatever the port. */
export function isOwnName(host: string, hosts: readonly string[]): boolean {
  const name = host.replace(/:\d{1,5}$/, '').toLowerCase();
  return LOOPBACK_NAMES.has(name) || hosts.some((each) => each.toLowerCase() === name);
}
