import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';

/** Where a Docker Engine listens, and where that was found (`from`, for people). */
export type DockerEndpoint =
  | { readonly kind: 'socket'; readonly path: string; readonly from: string }
  | {
      readonly kind: 'tcp';
      readonly protocol: 'http' | 'https';
      readonly host: string;
      readonly port: number;
      /** The folder of ca.pem, cert.pem and key.pem. */
      readonly certificates?: string;
      readonly from: string;
    };

/** What the rules below need to know of the machine. */
export interface Machine {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
}

/**
 * Finds the Docker Engine by the rules of the Docker command line: DOCKER_HOST, else the context that DOCKER_CONTEXT or
 * the configuration names, else the default socket. Throws DOCKER_UNAVAILABLE, with what to do, for a context that
 * is not there and for an address that Slipway cannot reach.
 */
export async function findDockerEndpoint(machine: Machine): Promise<DockerEndpoint> {
  const { environment } = machine;
  if (environment.DOCKER_HOST) {
    const certificates = environment.DOCKER_TLS_VERIFY
      ? environment.DOCKER_CERT_PATH || dockerFolder(machine)
      : undefined;
    return endpointOf(environment.DOCKER_HOST, 'DOCKER_HOST', certificates);
  }
  const context = environment.DOCKER_CONTEXT || (await currentContext(machine));
  if (context === undefined || context === 'default') return defaultSocket(machine);
  return endpointOfContext(machine, context);
}

function dockerFolder({ environment, home }: Machine): string {
  return environment.DOCKER_CONFIG || join(home, '.docker');
}

const ConfigurationFile = z.object({ currentContext: z.string().optional() });

async function currentContext(machine: Machine): Promise<string | undefined> {
  const text = await readIfThere(join(dockerFolder(machine), 'config.json'));
  if (text === undefined) return undefined;
  return parseFile(ConfigurationFile, text, 'The Docker configuration (config.json)').currentContext;
}

const ContextFile = z.object({ Endpoints: z.object({ docker: z.object({ Host: z.string() }) }) });

/** Contexts are kept under the SHA-256 of their name. */
async function endpointOfContext(machine: Machine, name: string): Promise<DockerEndpoint> {
  const key = createHash('sha256').update(name).digest('hex');
  const contexts = join(dockerFolder(machine), 'contexts');
  const text = await readIfThere(join(contexts, 'meta', key, 'meta.json'));
  if (text === undefined) {
    throw unavailable(
      `The Docker context “${name}” does not exist. Choose another with “docker context use”.`,
    );
  }
  const { Host } = parseFile(ContextFile, text, `The Docker context “${name}”`).Endpoints.docker;
  const certificates = join(contexts, 'tls', key, 'docker');
  return endpointOf(Host, `context ${name}`, existsSync(certificates) ? certificates : undefined);
}

/** Takes an address such as `unix:///var/run/docker.sock` or `tcp://10.0.0.5:2376` apart. */
function endpointOf(address: string, from: string, certificates: string | undefined): DockerEndpoint {
  const [, scheme = 'tcp', rest = address] = /^([a-z]+):\/\/(.*)$/s.exec(address) ?? [];
  switch (scheme) {
    case 'unix':
    case 'npipe':
      if (rest === '') break;
      return { kind: 'socket', path: rest, from };
    case 'tcp':
    case 'http':
    case 'https': {
      const url = URL.parse(`http://${rest}`);
      if (url === null || url.hostname === '') break;
      const secure = certificates !== undefined || scheme === 'https';
      return {
        kind: 'tcp',
        protocol: secure ? 'https' : 'http',
        host: url.hostname,
        port: portOf(rest) ?? (secure ? 2376 : 2375),
        ...(certificates === undefined ? {} : { certificates }),
        from,
      };
    }
    case 'ssh':
      throw unavailable(
        `The Docker Engine of ${from} is reached over SSH, which Slipway doesn't support. Forward its socket with ` +
          '“ssh -L /tmp/docker.sock:/var/run/docker.sock” and set DOCKER_HOST=unix:///tmp/docker.sock.',
      );
    default:
      break;
  }
  throw unavailable(
    `${from} names a Docker Engine at an address that Slipway doesn't support (“${scheme}”). ` +
      'Set DOCKER_HOST to unix:///path/to/docker.sock or tcp://host:port.',
  );
}

/** The port as it is written: a URL hides the one that is its scheme's default. */
function portOf(rest: string): number | undefined {
  const [, port] = /:(\d+)\/?$/.exec(rest) ?? [];
  return port === undefined ? undefined : Number(port);
}

function defaultSocket({ environment, platform, home }: Machine): DockerEndpoint {
  const from = 'default socket';
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
