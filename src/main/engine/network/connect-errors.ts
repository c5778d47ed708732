/** Error codes of Node.js for a connection that could not be made. Nothing was sent, so a retry is safe. */
export const NO_CONNECTION: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

export const PROXY_UNREACHABLE = 'PROXY_UNREACHABLE';

/** With a proxy, a connection that can't be made is the one to the proxy: the proxy connects to the endpoint. */
export class ProxyUnreachable extends Error {
  readonly code = PROXY_UNREACHABLE;

  constructor(cause: unknown) {
    super('The proxy cannot be reached.', { cause });
  }
}

export function isNoConnection(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NO_CONNECTION.has(error.code);
}
