import { readFile, stat } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Ports } from '../ports/ports.ts';
import { type Machine, readDockerConfig } from './docker-config.ts';
import { type DockerEndpoint, findDockerEndpoint } from './endpoint.ts';
import { createEngineClient, type EngineClient } from './engine-client.ts';

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

/** Answers in a row. An Engine whose disk is busy may miss one, and a build of an hour is not lost for that. */
const MOST_MISSED = 3;

/** See findDockerEndpoint for the rules. The connection is made with the first request, not here. */
export function createDockerConnection(
  { environment }: Pick<Ports, 'environment'>,
  limits: DockerLimits = LIMITS,
): ConnectDocker {
  const machine = dockerMachine(environment);
  return async () => {
    const [endpoint, { httpHeaders }] = await Promise.all([
      findDockerEndpoint(machine),
      readDockerConfig(machine),
    ]);
    return openConnection(endpoint, httpHeaders ?? {}, limits);
  };
}

/** The machine whose Docker configuration counts. */
export function dockerMachine(environment: Ports['environment']): Machine {
  return { environment, platform: process.platform, home: homedir() };
}

function openConnection(
  endpoint: DockerEndpoint,
  configured: Readonly<Record<string, string>>,
  limits: DockerLimits,
): DockerConnection {
  const ask: DockerConnection['ask'] = (signal, request) =>
    withDeadline(signal, limits.answer, (limited) =>
      withEngine({ endpoint, headers: configured }, limited, request),
    );
  return {
    endpoint,
    ask,
    async follow(signal, work, headers) {
      await ask(signal, (engine) => engine.ping());
      const ended = new AbortController();
      const silent = new AbortController();
      const heartbeat = watchEngine(ask, limits.heartbeat, ended.signal).catch((error: unknown) => {
        if (!ended.signal.aborted) silent.abort(error);
      });
      try {
        const followed = AbortSignal.any([signal, silent.signal]);
        const target = { endpoint, headers: { ...configured, ...headers } };
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

function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const stop = (): void => {
    clearTimeout(timer);
    resolve();
  };
  signal.addEventListener('abort', stop, { once: true });
  return promise.finally(() => signal.removeEventListener('abort', stop));
}

async function withDeadline<T>(
  signal: AbortSignal,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(silentEngine()), ms);
  try {
    return await work(AbortSignal.any([signal, deadline.signal]));
  } finally {
    clearTimeout(timer);
  }
}

function silentEngine(): SlipwayError {
  return new SlipwayError(
    'DOCKER_UNAVAILABLE',
    "The Docker Engine on this machine accepted the connection but doesn't answer. Restart Docker and try again.",
    { retryable: true },
  );
}

interface EngineTarget {
  readonly endpoint: DockerEndpoint;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
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
  const options = { keepAlive: false };
  const { endpoint } = target;
  const isSecure = endpoint.kind === 'tcp' && endpoint.protocol === 'https';
  const agent = isSecure ? new HttpsAgent(options) : new HttpAgent(options);
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
  } finally {
    signal.removeEventListener('abort', stop);
    agent.destroy();
  }
}

async function openEngine({ endpoint, headers = {} }: EngineTarget, agent: HttpAgent): Promise<EngineClient> {
  if (endpoint.kind === 'socket') {
    await requireSocket(endpoint.path, endpoint.from);
    return createEngineClient({ protocol: 'http', target: { socketPath: endpoint.path }, agent, headers });
  }
  const { protocol, host, port, pathPrefix, certificates: folder } = endpoint;
  const certificates = folder === undefined ? undefined : await readCertificates(folder);
  return createEngineClient({ protocol, target: { host, port }, pathPrefix, certificates, agent, headers });
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

async function readCertificates(folder: string): Promise<{ ca: Buffer; cert: Buffer; key: Buffer }> {
  try {
    const [ca, cert, key] = await Promise.all(
      ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFile(join(folder, name))),
    );
    if (ca === undefined || cert === undefined || key === undefined)
      throw new Error('A certificate is missing.');
    return { ca, cert, key };
  } catch (cause) {
    throw new SlipwayError(
      'DOCKER_UNAVAILABLE',
      'The certificates of the Docker Engine cannot be read: ca.pem, cert.pem and key.pem must be in the folder ' +
        'of DOCKER_CERT_PATH or of the context.',
      { cause },
    );
  }
}
