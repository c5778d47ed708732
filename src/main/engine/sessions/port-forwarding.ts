import { createServer, type Server, type Socket } from 'node:net';
import { SlipwayError } from '../../../shared/errors.ts';
import type { SessionEnd } from '../../../shared/model/session.ts';
import type { CallContext, Handlers } from '../ports/handlers.ts';
import type { SessionConnection } from './session-connection.ts';
import { findTarget, holdSession, type SessionDependencies, startPortSession } from './session-start.ts';
import { createSmuxClient } from './smux.ts';

type ForwardRequest = Parameters<Handlers['sessions.forward']>[0];

const HOST = '127.0.0.1';
const MOST_CONNECTIONS = 64;
/** Of messages that AWS has not acknowledged: local programs wait until it has. */
const MOST_WAITING = 256;
/** Of bytes that a local program does not read: the container waits then. */
const MOST_UNREAD_BYTES = 4 * 1024 * 1024;
const LOOK_AGAIN_MS = 20;

/**
 * Forwards a port of this machine, to which only this machine can connect, to one of a container, or through it to
 * one of a host that it reaches, until the call is cancelled. Throws CONFLICT where the local port is in use.
 */
export async function forwardPort(
  dependencies: SessionDependencies,
  request: ForwardRequest,
  { signal, emit }: CallContext<'sessions.forward'>,
): Promise<SessionEnd> {
  const target = await findTarget(dependencies, request, signal);
  const { container } = target;
  const { port, host, localPort = 0 } = request;
  const local = await listen(localPort);
  const sockets = new Map<number, Socket>();
  let total = 0;
  let connection: SessionConnection | undefined;
  let waiting: NodeJS.Timeout | undefined;
  const count = (): void => emit({ kind: 'connections', open: sockets.size, total });

  const mux = createSmuxClient(
    (bytes) => {
      if (connection?.send(bytes) === false) connection.leave();
    },
    {
      onData(stream, data) {
        const socket = sockets.get(stream);
        if (socket === undefined) return;
        socket.write(data);
        if (socket.writableLength <= MOST_UNREAD_BYTES) return;
        connection?.pause();
        socket.once('drain', () => connection?.resume());
      },
      onEnd: (stream) => sockets.get(stream)?.end(),
      onBroken: () => connection?.leave(),
    },
  );

  /** Lets local programs go on once AWS has acknowledged what they have sent. */
  function waitForRoom(): void {
    for (const socket of sockets.values()) socket.pause();
    waiting ??= setInterval(() => {
      if ((connection?.waiting() ?? 0) > MOST_WAITING / 2) return;
      clearInterval(waiting);
      waiting = undefined;
      for (const socket of sockets.values()) socket.resume();
    }, LOOK_AGAIN_MS);
  }

  function accept(socket: Socket): void {
    if (connection === undefined || sockets.size >= MOST_CONNECTIONS) {
      socket.destroy();
      return;
    }
    const stream = mux.open();
    sockets.set(stream, socket);
    total += 1;
    count();
    socket.on('data', (data) => {
      mux.write(stream, data);
      if ((connection?.waiting() ?? 0) > MOST_WAITING) waitForRoom();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (!sockets.delete(stream)) return;
      mux.end(stream);
      connection?.resume();
      count();
    });
  }

  // At once: the end of the session in AWS may take some seconds.
  signal.addEventListener('abort', () => local.close(), { once: true });
  try {
    return await holdSession(
      dependencies,
      {
        target,
        request,
        title:
          host === undefined
            ? `Forward port ${port} of ${container} of task ${target.id}`
            : `Forward port ${port} of ${host} through ${container} of task ${target.id}`,
        operation: 'StartSession',
        start: () => startPortSession(dependencies, target, { port, host }),
        events: {
          onReady() {
            local.on('connection', accept);
            emit({ kind: 'listening', localPort: portOf(local) });
          },
          onOutput: (bytes) => mux.receive(bytes),
          onPortRefused: () =>
            emit({
              kind: 'refused',
              sentence:
                host === undefined
                  ? `Nothing listens at port ${port} in ${container}, or it refused the connection.`
                  : `${container} could not connect to port ${port} of ${host}. Check the name, and the security groups.`,
            }),
          onState: (state) => emit({ kind: state }),
        },
        onStart(started) {
          connection = started;
        },
      },
      signal,
    );
  } finally {
    clearInterval(waiting);
    const open = [...sockets.values()];
    sockets.clear();
    for (const socket of open) socket.destroy();
    local.close();
  }
}

/** Listens on this machine only; 0 takes a free port. */
function listen(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(port, error)));
    server.listen(port, HOST, () => resolve(server));
  });
}

function cannotListen(port: number, error: NodeJS.ErrnoException): SlipwayError {
  const problem =
    error.code === 'EADDRINUSE'
      ? `Port ${port} of ${HOST} is in use.`
      : `Slipway can't listen on port ${port} of ${HOST} (${error.code ?? error.message}).`;
  return new SlipwayError(
    'CONFLICT',
    `${problem} Choose another local port, or leave it empty for a free one.`,
    {
      detail: { field: 'localPort' },
      cause: error,
    },
  );
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
