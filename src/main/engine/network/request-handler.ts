import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createSecureContext } from 'node:tls';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Ports } from '../ports/ports.ts';
import { isNoConnection, ProxyUnreachable } from './connect-errors.ts';
import { hasProxies, type ProxyVariables, proxyForAll, proxyOfEnvironment } from './proxy-rules.ts';
import type { TrustedCertificates } from './trusted-certificates.ts';

const CONNECTION_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** A registry may take minutes for the end of a large upload, and says nothing meanwhile. */
const SILENCE_MS = 300_000;
const MOST_SOCKETS = 50;

interface NetworkOptions extends Pick<Ports, 'environment' | 'systemProxy'> {
  readonly certificates: TrustedCertificates;
  /** The `ca_bundle` of the account's profile. */
  readonly caBundle: string | undefined;
  /** After how many milliseconds without a byte a request ends, whatever its own limit is. */
  readonly silenceMs?: number;
}

/** What sends the requests of an account: the part of the SDK's HttpHandler that clients use. */
export type RequestHandler = Pick<
  NodeHttpHandler,
  'handle' | 'destroy' | 'metadata' | 'updateHttpClientConfig' | 'httpHandlerConfigs'
>;

/** The same, and what opens other connections the same way. */
export type NetworkHandler = RequestHandler & {
  /** An agent of its own for one connection to this address, such as a WebSocket. */
  agentFor(url: URL): Promise<HttpAgent>;
};

/**
 * Sends requests over the proxy of the environment (HTTPS_PROXY, NO_PROXY) or else of the system, and trusts the
 * certificates of the machine and of the account. The SDK for JavaScript does neither by itself:
 * https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/node-configuring-proxies.html
 */
export function createRequestHandler(options: NetworkOptions): NetworkHandler {
  const { environment, systemProxy, certificates, caBundle, silenceMs = SILENCE_MS } = options;
  const handlers = new Map<string, NodeHttpHandler>();

  async function proxiesFor(url: string): Promise<ProxyVariables | undefined> {
    const proxy = hasProxies(environment) ? proxyOfEnvironment(environment, url) : await systemProxy?.(url);
    return proxy === undefined ? undefined : proxyForAll(proxy);
  }

  /** One context for all connections: reading hundreds of certificates takes its time. */
  const secureContext = async () => createSecureContext({ ca: [...(await certificates(caBundle))] });

  async function handlerFor(protocol: string, hostname: string, port: number | undefined) {
    const proxies = await proxiesFor(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}/`);
    const key = `${protocol} ${proxies?.HTTPS_PROXY ?? proxies?.HTTP_PROXY ?? ''}`;
    const isOverProxy = proxies !== undefined;
    const known = handlers.get(key);
    if (known !== undefined) return { handler: known, isOverProxy };
    const secure = protocol === 'https:' ? { secureContext: await secureContext() } : {};
    const agent = {
      keepAlive: true,
      maxSockets: MOST_SOCKETS,
      ...(proxies === undefined ? {} : { proxyEnv: proxies }),
    };
    const handler = new NodeHttpHandler({
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      socketTimeout: silenceMs,
      throwOnRequestTimeout: true,
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent({ ...agent, ...secure }),
    });
    handlers.set(key, handler);
    return { handler, isOverProxy };
  }

  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request, requestOptions) {
      const { handler, isOverProxy } = await handlerFor(request.protocol, request.hostname, request.port);
      try {
        return await handler.handle(request, requestOptions);
      } catch (error) {
        throw isOverProxy && isNoConnection(error) ? new ProxyUnreachable(error) : error;
      }
    },
    async agentFor({ protocol, host }) {
      const isSecure = protocol === 'wss:' || protocol === 'https:';
      const proxies = await proxiesFor(`${isSecure ? 'https:' : 'http:'}//${host}/`);
      const agent = proxies === undefined ? {} : { proxyEnv: proxies };
      return isSecure
        ? new HttpsAgent({ ...agent, secureContext: await secureContext() })
        : new HttpAgent(agent);
    },
    // The options above are for all clients of the account; none may change them for the others.
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
    destroy() {
      for (const handler of handlers.values()) handler.destroy();
      handlers.clear();
    },
  };
}
