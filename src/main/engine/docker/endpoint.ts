import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { assertNever } from '../../../shared/assert-never.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import { trimEndOf } from '../../../shared/trim-end.ts';
import { dockerConfigFolder, type Machine, readDockerConfig, readDockerFile } from './docker-config.ts';

/** Where a Docker Engine listens, and where that was found (`from`, for people). */
export type DockerEndpoint = (
  | { readonly kind: 'socket'; readonly path: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      /** What stands before the paths of the Engine's API, such as `docker/build`, behind a proxy. */
      readonly pathPrefix?: string;
      /** Missing where the Engine is asked without TLS. */
      readonly tls?: EngineTls;
    }
  | {
      readonly kind: 'ssh';
      readonly address: string;
      readonly host: string;
      readonly args: readonly string[];
    }
) & {
  readonly from: string;
  /** Why the Docker configuration was not used for it, as a sentence. */
  readonly problem?: string;
};

/** How an Engine is asked over TLS. Paths of PEM files; without a certificate authority those of the system count. */
export interface EngineTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Whether the certificate of the Engine has to be valid. */
  readonly verify: boolean;
}

/**
 * Finds the Docker Engine by the rules of the Docker command line: DOCKER_HOST, else the context that DOCKER_CONTEXT or
 * the configuration names, else the default socket. Throws DOCKER_UNAVAILABLE, with what to do, for a context that
 * doesn't exist and for an address that Slipway cannot reach.
 * https://docs.docker.com/reference/cli/docker/#environment-variables
 */
export async function findDockerEndpoint(machine: Machine): Promise<DockerEndpoint> {
  const { environment } = machine;
  if (environment.DOCKER_HOST) return endpointOfEnvironment(machine, 'DOCKER_HOST');
  if (environment.DOCKER_CONTEXT) return endpointOfContext(machine, environment.DOCKER_CONTEXT);
  const { currentContext, problem } = await readDockerConfig(machine);
  const endpoint = await endpointOfContext(machine, currentContext ?? 'default');
  return problem === undefined ? endpoint : { ...endpoint, problem };
}

/** The context `default`: DOCKER_HOST, DOCKER_TLS, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH say what it is. */
function endpointOfEnvironment(machine: Machine, from: string): DockerEndpoint {
  const { DOCKER_HOST = '', DOCKER_TLS, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH } = machine.environment;
  const folder = DOCKER_CERT_PATH || dockerConfigFolder(machine);
  const tls: EngineTls | undefined =
    DOCKER_TLS || DOCKER_TLS_VERIFY
      ? {
          ...keyPair(folder),
          ca: join(folder, 'ca.pem'),
          verify: Boolean(DOCKER_TLS_VERIFY),
        }
      : undefined;
  return endpointOfHost(machine, DOCKER_HOST.trim(), { from, tls, defaultPort: DEFAULT_PORT });
}

const ContextFile = lazyObject(() => ({
  Endpoints: z
    .object({
      docker: z.object({ Host: z.string().optional(), SkipTLSVerify: z.boolean().optional() }).optional(),
    })
    .optional(),
}));

/** Where a context is kept: under the SHA-256 of its name. */
export function contextPaths(
  configuration: string,
  name: string,
): { readonly meta: string; readonly files: string } {
  const id = createHash('sha256').update(name).digest('hex');
  const contexts = join(configuration, 'contexts');
  return { meta: join(contexts, 'meta', id, 'meta.json'), files: join(contexts, 'tls', id, 'docker') };
}

/** One without an address is the default socket. */
async function endpointOfContext(machine: Machine, name: string): Promise<DockerEndpoint> {
  if (name === 'default') return endpointOfEnvironment(machine, DEFAULT_SOCKET);
  const { meta, files } = contextPaths(dockerConfigFolder(machine), name);
  const text = await readIfThere(meta);
  if (text === undefined) {
    throw unavailable(
      `The Docker context “${name}” does not exist. Choose another with “docker context use”.`,
    );
  }
  const from = `context ${name}`;
  const { docker } = parseFile(ContextFile, text, `The Docker context “${name}”`).Endpoints ?? {};
  if (!docker?.Host) return defaultSocket(machine, from);
  const skipsVerification = docker.SkipTLSVerify === true;
  const ca = existing(join(files, 'ca.pem'));
  const tls: EngineTls | undefined =
    existsSync(files) || skipsVerification
      ? { ...keyPair(files), ...(ca && { ca }), verify: !skipsVerification }
      : undefined;
  // Docker leaves the port of a context to HTTP, unlike that of DOCKER_HOST.
  const defaultPort = tls === undefined ? 80 : 443;
  return endpointOfHost(machine, docker.Host, { from, tls, defaultPort });
}

/** The certificate of this client, where both files of it are there. */
function keyPair(folder: string): Pick<EngineTls, 'cert' | 'key'> {
  const cert = existing(join(folder, 'cert.pem'));
  const key = existing(join(folder, 'key.pem'));
  return cert !== undefined && key !== undefined ? { cert, key } : {};
}

function existing(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}

const DEFAULT_SOCKET = 'default socket';
const DEFAULT_PORT = 2375;
/** Only where TLS is wanted and no address is given. */
const DEFAULT_TLS_PORT = 2376;

/** What an address alone does not tell. */
interface Found {
  readonly from: string;
  readonly tls: EngineTls | undefined;
  /** Of tcp. */
  readonly defaultPort: number;
}

/**
 * Takes an address apart as the Docker command line does: `unix:///run/docker.sock`, `tcp://10.0.0.5:2376/prefix`,
 * `10.0.0.5`, `:23750`, `ssh://user@host`. Without a scheme it is tcp, without a host this machine.
 */
function endpointOfHost(machine: Machine, address: string, found: Found): DockerEndpoint {
  const { from, tls } = found;
  if (address === '') {
    if (tls === undefined) return defaultSocket(machine, from);
    const wanted = from === DEFAULT_SOCKET ? 'DOCKER_TLS' : from;
    return { kind: 'tcp', host: 'localhost', port: DEFAULT_TLS_PORT, tls, from: wanted };
  }
  const [, scheme = 'tcp', rest = address] = /^([^:]*):\/\/(.*)$/s.exec(address) ?? [];
  switch (scheme) {
    case 'unix':
    case 'npipe':
      if (rest.includes('://')) break;
      return rest === '' ? defaultSocket(machine, from) : { kind: 'socket', path: rest, from };
    case 'tcp':
      return endpointOfTcp(rest, address, found);
    case 'ssh':
      return endpointOfSsh(address, from);
    default:
      break;
  }
  throw badAddress(address, from);
}

function endpointOfTcp(rest: string, address: string, { from, tls, defaultPort }: Found): DockerEndpoint {
  const parts =
    /^(?:[^@/]*@)?(?<host>\[[^\]]*\]|[^:/?#]*)(?::(?<port>\d*))?(?<path>\/[^?#]*)?(?:[?#].*)?$/s.exec(rest);
  const { host = '', port = '', path = '' } = parts?.groups ?? {};
  const number = port === '' ? defaultPort : Number(port);
  const url = URL.parse(`tcp://${host || 'localhost'}`);
  if (parts === null || url === null || number > 65_535) throw badAddress(address, from);
  const pathPrefix = trimEndOf(path.replace(/^\/+/, ''), '/');
  return {
    kind: 'tcp',
    host: host.replace(/^\[|\]$/g, '') || 'localhost',
    port: number,
    ...(pathPrefix === '' ? {} : { pathPrefix }),
    ...(tls === undefined ? {} : { tls }),
    from,
  };
}

/** What a name of a user, a host or a socket may have: `ssh` gives the command to a shell of the other machine. */
const PLAIN = /^[\w.:~/@%+-]*$/;

/**
 * The command of the Docker command line for an Engine that is reached through `ssh`: `docker system dial-stdio` connects
 * its input and output with the Engine there.
 * https://docs.docker.com/engine/security/protect-access/#use-ssh-to-protect-the-docker-daemon-socket
 */
function endpointOfSsh(address: string, from: string): DockerEndpoint {
  const url = URL.parse(address);
  const isPlain = url !== null && url.password === '' && url.search === '' && url.hash === '';
  if (!isPlain || url.hostname === '') throw badAddress(address, from);
  const user = decodeURIComponent(url.username);
  const path = decodeURIComponent(url.pathname).replace(/^\/+$/, '');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (![user, path, host].every((text) => PLAIN.test(text) && !text.startsWith('-'))) {
    throw badAddress(address, from);
  }
  const command = path === '' ? 'docker system dial-stdio' : `docker --host=unix://${path} system dial-stdio`;
  const args = [
    '-T',
    '-o',
    'ConnectTimeout=30',
    // A question for a password would come from a program without a terminal.
    '-o',
    'BatchMode=yes',
    ...(user === '' ? [] : ['-l', user]),
    ...(url.port === '' ? [] : ['-p', url.port]),
    '--',
    host,
    command,
  ];
  return { kind: 'ssh', address, host, args, from };
}

const LONGEST_SHOWN = 200;

/** Without user and password, which an address may have although none of Docker's takes them. */
function badAddress(address: string, from: string): SlipwayError {
  const withoutLogin = address.replace(/^([^/:]*:\/\/)?.*@/s, '$1…@');
  const shown =
    withoutLogin.length > LONGEST_SHOWN ? `${withoutLogin.slice(0, LONGEST_SHOWN)}…` : withoutLogin;
  return unavailable(
    `${from} has the address “${shown}”, which is none of a Docker Engine. ` +
      'Set it to unix:///path/to/docker.sock, tcp://host:port or ssh://user@host.',
  );
}

/** The socket of Docker, or else the first of those that other programs with Docker's API make for a person. */
function defaultSocket(machine: Machine, from: string): DockerEndpoint {
  const { platform } = machine;
  if (platform === 'win32') return { kind: 'socket', path: '//./pipe/docker_engine', from };
  const system = '/var/run/docker.sock';
  if (existsSync(system)) return { kind: 'socket', path: system, from };
  const [owner, path] = ownSockets(machine).find(([, each]) => existsSync(each)) ?? [];
  if (owner === undefined || path === undefined) return { kind: 'socket', path: system, from };
  return { kind: 'socket', path, from: from === DEFAULT_SOCKET ? `socket of ${owner}` : from };
}

function ownSockets({
  environment,
  platform,
  home,
}: Machine): readonly (readonly [owner: string, path: string])[] {
  const runtime = environment.XDG_RUNTIME_DIR || `/run/user/${process.getuid?.() ?? 0}`;
  const ofMac = [
    ['Docker Desktop', join(home, '.docker', 'run', 'docker.sock')],
    ['OrbStack', join(home, '.orbstack', 'run', 'docker.sock')],
  ] as const;
  const ofLinux = [
    ['rootless Docker', join(runtime, 'docker.sock')],
    ['Docker Desktop', join(home, '.docker', 'desktop', 'docker.sock')],
  ] as const;
  const podmanOfMac = join(home, '.local', 'share', 'containers', 'podman', 'machine', 'podman.sock');
  return [
    ...(platform === 'darwin' ? ofMac : ofLinux),
    ['Colima', join(environment.COLIMA_HOME || join(home, '.colima'), 'default', 'docker.sock')],
    ['Colima', join(home, '.config', 'colima', 'default', 'docker.sock')],
    ['Rancher Desktop', join(home, '.rd', 'docker.sock')],
    ['Podman', platform === 'darwin' ? podmanOfMac : join(runtime, 'podman', 'podman.sock')],
    ...(platform === 'darwin' ? [] : [['Podman', '/run/podman/podman.sock'] as const]),
  ];
}

/** The Engine as the subject of a sentence: one of another machine with its address and where that was found. */
export function nameOfEngine(endpoint: DockerEndpoint): string {
  if (!isElsewhere(endpoint)) return 'The Docker Engine of this machine';
  return `The Docker Engine at ${addressOf(endpoint)} (${endpoint.from})`;
}

/** Whether the Engine is on another machine, as far as its address tells. */
export function isElsewhere(endpoint: DockerEndpoint): boolean {
  switch (endpoint.kind) {
    case 'socket':
      return false;
    case 'tcp':
      return !/^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i.test(endpoint.host);
    case 'ssh':
      return true;
    default:
      return assertNever(endpoint);
  }
}

/** As DOCKER_HOST takes it. */
export function addressOf(endpoint: DockerEndpoint, platform: NodeJS.Platform = process.platform): string {
  switch (endpoint.kind) {
    case 'socket':
      return `${platform === 'win32' ? 'npipe' : 'unix'}://${endpoint.path}`;
    case 'tcp': {
      const { host, port, pathPrefix } = endpoint;
      const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
      return `tcp://${address}${pathPrefix === undefined ? '' : `/${pathPrefix}`}`;
    }
    case 'ssh':
      return endpoint.address;
    default:
      return assertNever(endpoint);
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readDockerFile(path);
  } catch (error) {
    throw unavailable(
      `The Docker configuration ${path} can't be read. Check that it is a small file that you can read.`,
      error,
    );
  }
}

function parseFile<T extends z.ZodType>(schema: T, text: string, what: string): z.output<T> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw unavailable(`${what} is damaged. Repair it, or set DOCKER_HOST.`, error);
  }
}

function unavailable(message: string, cause?: unknown): SlipwayError {
  return new SlipwayError('DOCKER_UNAVAILABLE', message, { cause });
}
