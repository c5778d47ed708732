/** What Node.js says of an address that no connection can be made to: nothing was sent, so sending it again does nothing twice. */
export const NO_CONNECTION: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

export const PROXY_UNREACHABLE = 'PROXY_UNREACHABLE';

/** Over a proxy, the address that no connection can be made to is the one of the proxy, which looks for the endpoint itself. */
export class ProxyUnreachable extends Error {
  readonly code = PROXY_UNREACHABLE;

  constructor(cause: unknown) {
    super('The proxy cannot be reached.', { cause });
  }
}

export function isNoConnection(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NO_CONNECTION.has(error.code);
}
