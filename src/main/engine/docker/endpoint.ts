import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import { dockerConfigFolder, type Machine, readDockerConfig } from './docker-config.ts';

/** Where a Docker Engine listens, and where that was found (`from`, for people). */
export type DockerEndpoint = (
  | { readonly kind: 'socket'; readonly path: string }
  | {
      readonly kind: 'tcp';
      readonly protocol: 'http' | 'https';
      readonly host: string;
      readonly port: number;
      /** What stands before the paths of the Engine's API, such as `docker/build`, behind a proxy. */
      readonly pathPrefix?: string;
      /** The folder of ca.pem, cert.pem and key.pem. */
      readonly certificates?: string;
    }
) & {
  readonly from: string;
  /** Why the Docker configuration was not used for it, as a sentence. */
  readonly problem?: string;
};

/**
 * Finds the Docker Engine by the rules of the Docker command line: DOCKER_HOST, else the context that DOCKER_CONTEXT or
 * the configuration names, else the default socket. Throws DOCKER_UNAVAILABLE, with what to do, for a context that
 * doesn't exist and for an address that Slipway cannot reach.
 */
export async function findDockerEndpoint(machine: Machine): Promise<DockerEndpoint> {
  const { environment } = machine;
  if (environment.DOCKER_HOST) {
    const certificates = environment.DOCKER_TLS_VERIFY
      ? environment.DOCKER_CERT_PATH || dockerConfigFolder(machine)
      : undefined;
    return endpointOfHost(machine, environment.DOCKER_HOST.trim(), 'DOCKER_HOST', certificates);
  }
  if (environment.DOCKER_CONTEXT) return endpointOfContext(machine, environment.DOCKER_CONTEXT);
  const { currentContext, problem } = await readDockerConfig(machine);
  const endpoint = await endpointOfContext(machine, currentContext ?? 'default');
  return problem === undefined ? endpoint : { ...endpoint, problem };
}

const ContextFile = z.object({
  Endpoints: z.object({ docker: z.object({ Host: z.string().optional() }).optional() }).optional(),
});

/** Contexts are kept under the SHA-256 of their name. One without an address is the default socket. */
async function endpointOfContext(machine: Machine, name: string): Promise<DockerEndpoint> {
  if (name === 'default') return defaultSocket(machine, 'default socket');
  const key = createHash('sha256').update(name).digest('hex');
  const contexts = join(dockerConfigFolder(machine), 'contexts');
  const text = await readIfThere(join(contexts, 'meta', key, 'meta.json'));
  if (text === undefined) {
    throw unavailable(
      `The Docker context “${name}” does not exist. Choose another with “docker context use”.`,
    );
  }
  const host = parseFile(ContextFile, text, `The Docker context “${name}”`).Endpoints?.docker?.Host ?? '';
  const certificates = join(contexts, 'tls', key, 'docker');
  const known = existsSync(certificates) ? certificates : undefined;
  return endpointOfHost(machine, host, `context ${name}`, known);
}

const DEFAULT_PORT = 2375;
/** Only where TLS is wanted and no address is given. */
const DEFAULT_TLS_PORT = 2376;

/**
 * Takes an address apart as the Docker command line does: `unix:///run/docker.sock`, `tcp://10.0.0.5:2376/prefix`,
 * `10.0.0.5`, `:23750`. Without a scheme it is tcp, without a host this machine, without a port 2375.
 */
function endpointOfHost(
  machine: Machine,
  address: string,
  from: string,
  certificates: string | undefined,
): DockerEndpoint {
  if (address === '') {
    if (certificates === undefined) return defaultSocket(machine, from);
    return { kind: 'tcp', protocol: 'https', host: 'localhost', port: DEFAULT_TLS_PORT, certificates, from };
  }
  const [, scheme = 'tcp', rest = address] = /^([^:]*):\/\/(.*)$/s.exec(address) ?? [];
  switch (scheme) {
    case 'unix':
    case 'npipe':
      if (rest.includes('://')) break;
      return rest === '' ? defaultSocket(machine, from) : { kind: 'socket', path: rest, from };
    case 'tcp':
      return endpointOfTcp(rest, address, from, certificates);
    case 'ssh':
      throw unavailable(
        `The Docker Engine of ${from} is reached over SSH, which Slipway doesn't support. Forward its socket with ` +
          '“ssh -L /tmp/docker.sock:/var/run/docker.sock” and set DOCKER_HOST=unix:///tmp/docker.sock.',
      );
    default:
      break;
  }
  throw badAddress(address, from);
}

function endpointOfTcp(
  rest: string,
  address: string,
  from: string,
  certificates: string | undefined,
): DockerEndpoint {
  const parts =
    /^(?:[^@/]*@)?(?<host>\[[^\]]*\]|[^:/?#]*)(?::(?<port>\d*))?(?<path>\/[^?#]*)?(?:[?#].*)?$/s.exec(rest);
  const { host = '', port = '', path = '' } = parts?.groups ?? {};
  const number = port === '' ? DEFAULT_PORT : Number(port);
  const url = URL.parse(`tcp://${host || 'localhost'}`);
  if (parts === null || url === null || number > 65_535) throw badAddress(address, from);
  const pathPrefix = path.replace(/^\/+|\/+$/g, '');
  return {
    kind: 'tcp',
    protocol: certificates === undefined ? 'http' : 'https',
    host: host.replace(/^\[|\]$/g, '') || 'localhost',
    port: number,
    ...(pathPrefix === '' ? {} : { pathPrefix }),
    ...(certificates === undefined ? {} : { certificates }),
    from,
  };
}

function badAddress(address: string, from: string): SlipwayError {
  return unavailable(
    `${from} has the address “${address}”, which is none of a Docker Engine. ` +
      'Set it to unix:///path/to/docker.sock or tcp://host:port.',
  );
}

function defaultSocket({ environment, platform, home }: Machine, from: string): DockerEndpoint {
  if (platform === 'win32') return { kind: 'socket', path: '//./pipe/docker_engine', from };
  const system = '/var/run/docker.sock';
  const own =
    platform === 'darwin'
      ? join(home, '.docker', 'run', 'docker.sock')
      : join(environment.XDG_RUNTIME_DIR ?? `/run/user/${process.getuid?.() ?? 0}`, 'docker.sock');
  return { kind: 'socket', path: !existsSync(system) && existsSync(own) ? own : system, from };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw unavailable("The Docker configuration can't be read. Check that you can read it.", error);
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
