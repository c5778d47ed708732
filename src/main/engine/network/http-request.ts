import { HttpRequest } from '@smithy/core/protocols';

interface RequestParts {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A request to an address, as the clients of the SDK send it; without the login that the address may have in it. */
export function httpRequest(
  { protocol, hostname, port, host, pathname, searchParams }: URL,
  parts: RequestParts = {},
): HttpRequest {
  const { method = 'GET', headers = {}, body } = parts;
  return new HttpRequest({
    method,
    protocol,
    hostname,
    ...(port === '' ? {} : { port: Number(port) }),
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: { host, ...headers },
    ...(body === undefined ? {} : { body }),
  });
}
