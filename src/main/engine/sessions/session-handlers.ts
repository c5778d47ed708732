import { randomUUID } from 'node:crypto';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Journal } from '../journal/journal.ts';
import type { CallContext, Handlers } from '../ports/handlers.ts';
import { readExecReadiness } from './exec-readiness.ts';
import { forwardPort } from './port-forwarding.ts';
import type { SessionConnection } from './session-connection.ts';
import { executeCommand, findTarget, holdSession, type SessionDependencies } from './session-start.ts';

type OpenRequest = Parameters<Handlers['sessions.open']>[0];

/** Of output that was sent to the window and that it has not confirmed. */
const MOST_UNREAD_BYTES = 1024 * 1024;
/** Of one event. */
const MOST_CHUNK_BYTES = 64 * 1024;

interface Shell {
  /** Who has opened it: nobody else can write to it. */
  readonly client: object | undefined;
  readonly connection: SessionConnection;
  readonly confirmRead: (total: number) => void;
}

/** Shells in containers, and ports of them. */
export function createSessionHandlers(
  dependencies: SessionDependencies,
): Pick<
  Handlers,
  'sessions.check' | 'sessions.open' | 'sessions.write' | 'sessions.resize' | 'sessions.forward'
> {
  const shells = new Map<string, Shell>();

  function shellOf(id: string, { client }: Pick<CallContext<'sessions.write'>, 'client'>): Shell {
    const shell = shells.get(id);
    if (shell !== undefined && shell.client === client) return shell;
    throw new SlipwayError('NOT_FOUND', 'The session has ended, or it was opened in another window.');
  }

  async function open(request: OpenRequest, { signal, emit, client }: CallContext<'sessions.open'>) {
    const target = await findTarget(dependencies, request, signal);
    const { container } = target;
    const { cols, rows } = request;
    const id = randomUUID();
    const output = createOutput((data) => emit({ kind: 'output', data }));
    let connection: SessionConnection | undefined;
    try {
      const end = await holdSession(
        dependencies,
        {
          target,
          request,
          title: `Open a shell in ${container} of task ${target.id}`,
          operation: 'ExecuteCommand',
          start: () => executeCommand(dependencies, target, request.command),
          events: {
            onReady() {
              const at = dependencies.clock.now().toISOString();
              emit({ kind: 'opened', session: id, container, at });
              connection?.resize({ cols, rows });
            },
            onOutput(bytes) {
              output.add(bytes);
              if (output.unread() > MOST_UNREAD_BYTES) connection?.pause();
            },
            onState: (state) => emit({ kind: state }),
          },
          onStart(started) {
            connection = started;
            const confirmRead = (total: number): void => {
              output.confirmRead(total);
              if (output.unread() < MOST_UNREAD_BYTES / 2) started.resume();
            };
            shells.set(id, { client, connection: started, confirmRead });
          },
        },
        signal,
      );
      output.flush();
      return end;
    } finally {
      shells.delete(id);
    }
  }

  return {
    'sessions.check': (ref, { signal }) => readExecReadiness(dependencies, ref, signal),
    'sessions.open': open,
    'sessions.write': async ({ session, data, read }, context) => {
      const shell = shellOf(session, context);
      if (read !== undefined) shell.confirmRead(read);
      if (data !== undefined && !shell.connection.send(Buffer.from(data, 'base64'))) {
        throw new SlipwayError(
          'CONFLICT',
          'The container does not read its input, so nothing more was sent. Wait, or end the session.',
        );
      }
      return {};
    },
    'sessions.resize': async ({ session, cols, rows }, context) => {
      shellOf(session, context).connection.resize({ cols, rows });
      return {};
    },
    'sessions.forward': (request, context) => forwardPort(dependencies, request, context),
  };
}

/** Settles the entries of sessions whose process was ended: their connection ended with it. */
export function recoverSessions({ entries }: Pick<Journal, 'entries'>): void {
  for (const { id, kind } of entries.interrupted()) {
    if (kind !== 'session' || !entries.takeOver(id)) continue;
    entries.update(id, { state: 'done', sentence: 'Slipway quit while the session was open.' });
  }
}

/** Puts what arrives at a time into few events, and counts what was not read yet. */
function createOutput(send: (data: string) => void) {
  let chunks: Uint8Array[] = [];
  let size = 0;
  let added = 0;
  let read = 0;
  let timer: NodeJS.Immediate | undefined;
  function flush(): void {
    clearImmediate(timer);
    timer = undefined;
    if (size === 0) return;
    const data = Buffer.concat(chunks);
    chunks = [];
    size = 0;
    for (let at = 0; at < data.length; at += MOST_CHUNK_BYTES)
      send(data.subarray(at, at + MOST_CHUNK_BYTES).toString('base64'));
  }
  return {
    add(bytes: Uint8Array): void {
      chunks.push(bytes);
      size += bytes.length;
      added += bytes.length;
      if (size >= MOST_CHUNK_BYTES) flush();
      else timer ??= setImmediate(flush);
    },
    flush,
    confirmRead(total: number): void {
      read = Math.max(read, Math.min(total, added));
    },
    unread: () => added - read,
  };
}
