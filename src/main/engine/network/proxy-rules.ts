import { BlockList, isIP, isIPv6 } from 'node:net';
import { SlipwayError } from '../../../shared/errors.ts';

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

type Environment = Readonly<Record<string, string | undefined>>;

interface ProxyVariable {
  readonly variable: string;
  readonly value: string;
}

/** Whether a variable of the environment names a proxy, for whatever protocol. */
export function hasProxies(environment: Environment): boolean {
  return ['http', 'https'].some((protocol) => proxyVariable(environment, protocol) !== undefined);
}

/**
 * The proxy that the environment names for an address; undefined for a direct connection. As the AWS CLI reads them: the
 * variable in lower case counts first, `http://` can be left out, and NO_PROXY names hosts with everything below them,
 * with or without `.` or `*.`, a port, a range of addresses (CIDR or `FIRST-LAST`), or `*`. Loopback and metadata addresses
 * are always excepted. Throws INVALID_INPUT, without the value, for a variable that names no HTTP proxy.
 *
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-proxy.html
 */
export function proxyOfEnvironment(environment: Environment, url: string): string | undefined {
  const { protocol, hostname, port } = new URL(url);
  const named = proxyVariable(environment, protocol.slice(0, -1));
  if (named === undefined) return undefined;
  const host = hostname.replace(/^\[|\]$/g, '');
  const at = { host, port: port || (protocol === 'https:' ? '443' : '80') };
  const exceptions = (environment.no_proxy ?? environment.NO_PROXY ?? '').toLowerCase().split(/[\s,]+/);
  return [...NEVER_PROXIED, ...exceptions].some((each) => isExcepted(each, at)) ? undefined : checked(named);
}

function proxyVariable(environment: Environment, protocol: string): ProxyVariable | undefined {
  const variables = [`${protocol}_proxy`, `${protocol.toUpperCase()}_PROXY`];
  const variable = variables.find((each) => environment[each] !== undefined);
  const value = environment[variable ?? '']?.trim() ?? '';
  return variable === undefined || value === '' ? undefined : { variable, value };
}

function isExcepted(exception: string, { host, port }: { host: string; port: string }): boolean {
  if (exception === '*') return true;
  if (exception === '') return false;
  if (isIP(host) !== 0) return ownAddress(exception, port) === host || isInRange(exception, host);
  const name = ownAddress(exception, port)?.replace(/^\*?\./, '');
  return name !== undefined && name !== '' && (host === name || host.endsWith(`.${name}`));
}

/** An exception without its port; undefined where it is for another port. */
function ownAddress(exception: string, port: string): string | undefined {
  if (isIPv6(exception)) return exception;
  const [, address = '', own] = /^(.*?)(?::(\d+))?$/.exec(exception) ?? [];
  return own === undefined || own === port ? address.replace(/^\[|\]$/g, '') : undefined;
}

function isInRange(exception: string, address: string): boolean {
  const type = isIPv6(address) ? 'ipv6' : 'ipv4';
  const [first = '', last = ''] = exception.split(/[/-]/, 2);
  const list = new BlockList();
  try {
    if (exception.includes('/')) list.addSubnet(first, Number(last), type);
    else if (exception.includes('-')) list.addRange(first, last, type);
  } catch {
    // It is no range of such addresses.
    return false;
  }
  return list.check(address, type);
}

/** The proxy as a URL that Node takes: it would connect directly, silently, for what it cannot read. */
function checked({ variable, value }: ProxyVariable): string {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(value)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
    throw unusable(variable, 'names a proxy that is neither an HTTP nor an HTTPS proxy');
  }
  const url = URL.parse(scheme === undefined ? `http://${value}` : value);
  if (url === null || url.hostname === '' || !['', '/'].includes(url.pathname + url.search + url.hash)) {
    throw unusable(variable, 'is not the address of a proxy');
  }
  return url.href;
}

function unusable(variable: string, problem: string): SlipwayError {
  return new SlipwayError(
    'INVALID_INPUT',
    `The variable ${variable} ${problem}. Set it to an address such as http://proxy.example:3128, or remove it. Characters such as # and / of a user name or password are written as %23 and %2F.`,
  );
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
