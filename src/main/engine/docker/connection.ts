import { stat } from 'node:fs/promises';
import { Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { homedir } from 'node:os';
import { assertNever } from '../../../shared/assert-never.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Ports } from '../ports/ports.ts';
import { type Machine, readDockerConfig, readDockerFile } from './docker-config.ts';
import { connectionFailure } from './docker-errors.ts';
import {
  type DockerEndpoint,
  type EngineTls,
  findDockerEndpoint,
  isElsewhere,
  nameOfEngine,
} from './endpoint.ts';
import { createEngineClient, type EngineClient, type TlsOfEngine } from './engine-client.ts';
import { SshAgent } from './ssh-agent.ts';

/** A Docker Engine to talk to, and where its address was found. Nothing is open between two requests. */
export interface DockerConnection {
  readonly endpoint: DockerEndpoint;
  /**
   * Requests that the Engine answers at once. Rejects with the signal's reason when it aborts, with DOCKER_UNAVAILABLE
   * when the Engine is silent for too long; either way every socket is closed.
   */
  ask<T>(signal: AbortSignal, request: (engine: EngineClient) => Promise<T>): Promise<T>;
  /**
   * Work that takes as long as it takes, such as a build. Meanwhile the Engine is asked whether it is still there; when
   * it no longer answers, the work ends with DOCKER_UNAVAILABLE and its signal aborts. `headers` go along with its
   * requests.
   */
  follow<T>(
    signal: AbortSignal,
    work: (engine: EngineClient, signal: AbortSignal) => Promise<T>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<T>;
  /**
   * Reads an answer that goes on for as long as the Engine runs, and is silent while nothing happens. The Engine has to begin it
   * in time; afterwards it is asked for nothing, and the system finds out whether the other machine is still there.
   */
  listen(
    signal: AbortSignal,
    open: (engine: EngineClient) => Promise<IncomingMessage>,
    read: (answer: IncomingMessage) => Promise<void>,
  ): Promise<void>;
}

/** Finds the Docker Engine again at every call, so that a context which is changed meanwhile counts. */
export type ConnectDocker = () => Promise<DockerConnection>;

/** In milliseconds. */
export interface DockerLimits {
  /** For one answer of an Engine that accepts the connection. */
  readonly answer: number;
  /** Between two questions whether the Engine still exists. */
  readonly heartbeat: number;
}

const LIMITS: DockerLimits = { answer: 10_000, heartbeat: 15_000 };

const SSH_TAKES = 3;
/** The first probe of TCP on a connection that is silent. */
const KEEP_ALIVE_MS = 30_000;

/** Answers in a row. An Engine whose disk is busy may miss one, and a build of an hour is not lost for that. */
const MOST_MISSED = 3;

/** See findDockerEndpoint for the rules. The connection is made with the first request, not here. */
export function createDockerConnection(
  { environment, secrets }: Pick<Ports, 'environment' | 'secrets'>,
  limits: DockerLimits = LIMITS,
): ConnectDocker {
  const machine = dockerMachine(environment);
  return async () => {
    const [endpoint, { httpHeaders }] = await Promise.all([
      findDockerEndpoint(machine),
      readDockerConfig(machine),
    ]);
    const headers = httpHeaders ?? {};
    // An Engine, or a proxy before it, repeats what it refuses.
    secrets.add(...Object.values(headers));
    return openConnection({ endpoint, environment, headers }, limits);
  };
}

/** The machine whose Docker configuration counts. */
export function dockerMachine(environment: Ports['environment']): Machine {
  return { environment, platform: process.platform, home: homedir() };
}

function openConnection(configured: EngineTarget, limits: DockerLimits): DockerConnection {
  const { endpoint } = configured;
  const ask: DockerConnection['ask'] = (signal, request) =>
    withDeadline(signal, deadlineOf(endpoint, limits), (limited) => withEngine(configured, limited, request));
  return {
    endpoint,
    ask,
    async listen(signal, open, read) {
      const { endpoint: of, ms } = deadlineOf(endpoint, limits);
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(silentEngine(of)), ms);
      try {
        await withEngine(configured, AbortSignal.any([signal, late.signal]), async (engine) => {
          const answer = await open(engine);
          clearTimeout(timer);
          answer.socket.setKeepAlive(true, KEEP_ALIVE_MS);
          await read(answer);
        });
      } finally {
        clearTimeout(timer);
      }
    },
    async follow(signal, work, headers) {
      await ask(signal, (engine) => engine.ping());
      const ended = new AbortController();
      const silent = new AbortController();
      const heartbeat = watchEngine(ask, limits.heartbeat, ended.signal).catch((error: unknown) => {
        if (!ended.signal.aborted) silent.abort(error);
      });
      try {
        const followed = AbortSignal.any([signal, silent.signal]);
        const target = { ...configured, headers: { ...configured.headers, ...headers } };
        return await withEngine(target, followed, (engine) => work(engine, followed));
      } finally {
        ended.abort();
        await heartbeat;
      }
    },
  };
}

/** Rejects when the Engine has not answered several times in a row; ends only with the signal. */
async function watchEngine(
  ask: DockerConnection['ask'],
  heartbeatMs: number,
  signal: AbortSignal,
): Promise<void> {
  let missed = 0;
  while (!signal.aborted) {
    await pause(heartbeatMs, signal);
    if (signal.aborted) return;
    try {
      await ask(signal, (engine) => engine.ping());
      missed = 0;
    } catch (error) {
      missed += 1;
      if (missed === MOST_MISSED) throw error;
    }
  }
}

/** Resolves after some time, and at once when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const stop = (): void => {
    clearTimeout(timer);
    resolve();
  };
  signal.addEventListener('abort', stop, { once: true });
  return promise.finally(() => signal.removeEventListener('abort', stop));
}

interface Deadline {
  readonly endpoint: DockerEndpoint;
  readonly ms: number;
}

async function withDeadline<T>(
  signal: AbortSignal,
  { endpoint, ms }: Deadline,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(silentEngine(endpoint)), ms);
  try {
    return await work(AbortSignal.any([signal, deadline.signal]));
  } finally {
    clearTimeout(timer);
  }
}

/** A connection through `ssh` signs in first, and starts a program there. */
function deadlineOf(endpoint: DockerEndpoint, { answer }: DockerLimits): Deadline {
  return { endpoint, ms: endpoint.kind === 'ssh' ? answer * SSH_TAKES : answer };
}

function silentEngine(endpoint: DockerEndpoint): SlipwayError {
  return new SlipwayError(
    'DOCKER_UNAVAILABLE',
    `${nameOfEngine(endpoint)} accepted the connection but doesn't answer. Restart Docker${isElsewhere(endpoint) ? ' there' : ''} and try again.`,
    { retryable: true },
  );
}

interface EngineTarget {
  readonly endpoint: DockerEndpoint;
  /** Of a program that makes the connection. */
  readonly environment: Ports['environment'];
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A client for this work alone. When the signal aborts, its agent is destroyed: that closes every socket, whether a request
 * is sent or its answer read, and the work is not waited for.
 */
async function withEngine<T>(
  target: EngineTarget,
  signal: AbortSignal,
  work: (engine: EngineClient) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const { endpoint } = target;
  const agent = agentFor(target);
  const aborted = Promise.withResolvers<never>();
  // It may reject before anything waits for it.
  aborted.promise.catch(() => undefined);
  const stop = (): void => {
    aborted.reject(signal.reason);
    agent.destroy();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const engine = await openEngine(target, agent);
    signal.throwIfAborted();
    return await Promise.race([work(engine), aborted.promise]);
  } catch (error) {
    throw connectionFailure(error, endpoint) ?? error;
  } finally {
    signal.removeEventListener('abort', stop);
    agent.destroy();
  }
}

/** Each request has a connection of its own. */
function agentFor({ endpoint, environment }: EngineTarget): HttpAgent {
  const options = { keepAlive: false };
  if (endpoint.kind === 'ssh') return new SshAgent(endpoint, environment, options);
  const isSecure = endpoint.kind === 'tcp' && endpoint.tls !== undefined;
  return isSecure ? new HttpsAgent(options) : new HttpAgent(options);
}

async function openEngine({ endpoint, headers }: EngineTarget, agent: HttpAgent): Promise<EngineClient> {
  switch (endpoint.kind) {
    case 'socket':
      await requireSocket(endpoint.path, endpoint.from);
      return createEngineClient({ target: { socketPath: endpoint.path }, agent, headers });
    case 'tcp': {
      const { host, port, pathPrefix } = endpoint;
      const tls = endpoint.tls === undefined ? undefined : await readTlsFiles(endpoint.tls);
      return createEngineClient({ target: { host, port }, pathPrefix, tls, agent, headers });
    }
    case 'ssh':
      return createEngineClient({ target: { host: 'docker' }, agent, headers });
    default:
      return assertNever(endpoint);
  }
}

/** The system answers for a file that nobody listens on what it answers for a socket of an Engine that has ended. */
async function requireSocket(path: string, from: string): Promise<void> {
  const found = process.platform === 'win32' ? undefined : await stat(path).catch(() => undefined);
  if (found === undefined || found.isSocket()) return;
  throw new SlipwayError(
    'DOCKER_UNAVAILABLE',
    `${from} leads to ${path}, which is ${found.isDirectory() ? 'a folder' : 'a file'} and not a socket. ` +
      'Set DOCKER_HOST to the socket of a Docker Engine.',
  );
}

async function readTlsFiles({ ca, cert, key, verify }: EngineTls): Promise<TlsOfEngine> {
  let failed = 'of TLS';
  const read = async (path: string | undefined): Promise<Buffer | undefined> => {
    if (path === undefined) return undefined;
    failed = path;
    const text = await readDockerFile(path);
    if (text === undefined) throw new Error(`There is no file ${path}.`);
    return Buffer.from(text);
  };
  try {
    const [caPem, certPem, keyPem] = [await read(ca), await read(cert), await read(key)];
    return {
      ...(caPem && { ca: caPem }),
      ...(certPem && { cert: certPem }),
      ...(keyPem && { key: keyPem }),
      rejectUnauthorized: verify,
    };
  } catch (cause) {
    throw new SlipwayError(
      'DOCKER_UNAVAILABLE',
      `The file ${failed} for the Docker Engine cannot be read. Put it there, or correct DOCKER_CERT_PATH or the context.`,
      { cause },
    );
  }
}
