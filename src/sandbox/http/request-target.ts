import { isOwnName } from './request-origin.ts';

const BASE = 'http://sandbox';

/**
 * The path and the query of a request's target, at a host that means nothing. A target is a path, or a whole address
 * of this server as a client with a proxy sends it (RFC 9112, sections 3.2.1 and 3.2.2); of all others, such as `*`,
 * the result is undefined.
 *
 * @param hosts names that this server may be called by besides the loopback ones
 */
export function readTarget(target: string, hosts: readonly string[]): URL | undefined {
  // Never resolved against the base: `//other` would be another host, and `http://[::1` throws.
  if (target.startsWith('/')) return URL.parse(`${BASE}${target}`) ?? undefined;
  if (!/^http:\/\//i.test(target)) return undefined;
  const address = URL.parse(target);
  if (address === null || !isOwnName(address.host, hosts)) return undefined;
  return URL.parse(`${BASE}${address.pathname}${address.search}`) ?? undefined;
}
