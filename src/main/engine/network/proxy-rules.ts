/** Variables of the environment, as Node's agents take them for `proxyEnv`. */
export type ProxyVariables = Readonly<Partial<Record<'HTTP_PROXY' | 'HTTPS_PROXY' | 'NO_PROXY', string>>>;

/** This machine and the metadata services of EC2, ECS and EKS: a proxy cannot reach them for us. */
const NEVER_PROXIED = [
  'localhost',
  '127.0.0.1',
  '::1',
  '[::1]',
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
];

/**
 * The proxies that the environment names, in either case of the variables' names; nothing where it names none.
 * Loopback and metadata addresses are always excepted, as the AWS CLI's documentation asks for.
 *
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-proxy.html
 */
export function proxiesOfEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): ProxyVariables | undefined {
  const http = environment.HTTP_PROXY || environment.http_proxy;
  const https = environment.HTTPS_PROXY || environment.https_proxy;
  if (!http && !https) return undefined;
  const exceptions = environment.NO_PROXY || environment.no_proxy;
  return {
    ...(http ? { HTTP_PROXY: http } : {}),
    ...(https ? { HTTPS_PROXY: https } : {}),
    NO_PROXY: [...NEVER_PROXIED, ...(exceptions ? [exceptions] : [])].join(','),
  };
}

/** One proxy for everything, as the system's settings name it for an address. */
export function proxyForAll(proxy: string): ProxyVariables {
  return { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, NO_PROXY: NEVER_PROXIED.join(',') };
}

/**
 * The proxy of an answer such as `PROXY proxy.corp:8080; DIRECT`, the format of PAC files, as a URL. The first entry
 * that Slipway can use counts; nothing stands for a direct connection. SOCKS is not supported and passed over.
 *
 * https://www.electronjs.org/docs/latest/api/session#sesresolveproxyurl
 */
export function proxyOfPacResult(result: string): string | undefined {
  for (const entry of result.slice(0, 2_000).split(';')) {
    const [kind = '', host = ''] = entry.trim().split(/\s+/, 2);
    if (kind.toUpperCase() === 'DIRECT') return undefined;
    if (host === '') continue;
    if (kind.toUpperCase() === 'PROXY' || kind.toUpperCase() === 'HTTP') return `http://${host}`;
    if (kind.toUpperCase() === 'HTTPS') return `https://${host}`;
  }
  return undefined;
}
