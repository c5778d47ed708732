import { randomUUID } from 'node:crypto';
import { SlipwayError } from '../../../shared/errors.ts';
import type { SessionEnd } from '../../../shared/model/session.ts';
import type { OpenSocket, SocketHandlers } from '../network/web-socket.ts';
import { CLIENT_VERSION, createDataChannel, type DataChannel } from './data-channel.ts';
import type { SessionCipher } from './session-cipher.ts';

/** What AWS answers to ExecuteCommand, StartSession and ResumeSession. The token never leaves the engine. */
export interface OpenedSession {
  readonly sessionId: string;
  readonly streamUrl: string;
  readonly tokenValue: string;
}

type ConnectSocket = (url: string, handlers: SocketHandlers, signal: AbortSignal) => Promise<OpenSocket>;

export interface SessionOptions {
  readonly session: OpenedSession;
  readonly connect: ConnectSocket;
  /** Asks AWS for a new token. Undefined where the session has ended; rejects where AWS can't be reached. */
  readonly resume: (signal: AbortSignal) => Promise<OpenedSession | undefined>;
  /** Gets a data key where the agent wants the session encrypted with a KMS key. */
  readonly openCipher: (keyId: string, signal: AbortSignal) => Promise<SessionCipher>;
  readonly onReady: () => void;
  readonly onOutput: (bytes: Uint8Array) => void;
  readonly onPortRefused?: () => void;
  readonly onState: (state: 'reconnecting' | 'reconnected') => void;
}

export interface SessionConnection {
  readonly ended: Promise<SessionEnd>;
  /** False where too much of what was sent is not acknowledged yet. */
  send: DataChannel['send'];
  resize: DataChannel['resize'];
  waiting: DataChannel['waiting'];
  /** Reads nothing more until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends it from this side. AWS is told by TerminateSession. */
  leave(): void;
}

const RESEND_MS = 100;
const PING_MS = 5_000;
/** A network that is gone often closes no connection. */
const SILENCE_MS = 12_000;
/** How long a lost connection is tried again. */
const LONGEST_RECONNECT_MS = 120_000;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 4_000;
const LONGEST_CONNECT_MS = 10_000;
/** The agent greets within a second or two. */
const LONGEST_START_MS = 30_000;

/** Runs a session over WebSockets until it ends: a lost connection is resumed with a new token. */
export function runSession(options: SessionOptions): SessionConnection {
  const { session, onReady, onOutput, onPortRefused, onState } = options;
  const leaving = new AbortController();
  const { promise: ended, resolve } = Promise.withResolvers<SessionEnd>();
  let socket: OpenSocket | undefined;
  let exitCode: number | undefined;
  let isOver = false;
  let isHeld = false;
  let heardAt = performance.now();
  let connection = 0;

  const channel = createDataChannel({
    now: () => performance.now(),
    transmit: (frame) => socket?.send(frame),
    openCipher: (keyId) => options.openCipher(keyId, leaving.signal),
    onEvent(event) {
      switch (event.kind) {
        case 'ready':
          clearTimeout(waiting);
          onReady();
          return;
        case 'output':
          onOutput(event.bytes);
          return;
        case 'port-refused':
          onPortRefused?.();
          return;
        case 'exit-code':
          exitCode = event.code;
          return;
        case 'closed':
          finish(endOf(event.output, exitCode));
          return;
        case 'broken':
          finish({ reason: 'refused', sentence: event.sentence });
      }
    },
  });
  const resending = setInterval(() => {
    if (socket !== undefined) channel.resendLate();
  }, RESEND_MS);
  const pinging = setInterval(() => {
    if (socket === undefined || isHeld) return;
    if (performance.now() - heardAt > SILENCE_MS) lose(connection);
    else socket.ping();
  }, PING_MS);

  const waiting = setTimeout(() => finish({ reason: 'refused', sentence: SILENT }), LONGEST_START_MS);

  function finish(end: SessionEnd): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(waiting);
    clearInterval(resending);
    clearInterval(pinging);
    leaving.abort();
    socket?.close();
    socket = undefined;
    resolve(end);
  }

  async function connect({ streamUrl, tokenValue }: OpenedSession): Promise<void> {
    connection += 1;
    const own = connection;
    const heard = (): void => {
      heardAt = performance.now();
    };
    const limit = AbortSignal.any([leaving.signal, AbortSignal.timeout(LONGEST_CONNECT_MS)]);
    const events: SocketHandlers = {
      onMessage(data) {
        heard();
        if (own === connection) channel.receive(data);
      },
      onPong: heard,
      onClose: () => lose(own),
    };
    const opened = await options.connect(streamUrl, events, limit);
    if (isOver || own !== connection) {
      opened.close();
      return;
    }
    socket = opened;
    heard();
    if (isHeld) opened.pause();
    // https://github.com/aws/session-manager-plugin: the first message is text, and carries the token.
    opened.send(
      JSON.stringify({
        MessageSchemaVersion: '1.0',
        RequestId: randomUUID(),
        TokenValue: tokenValue,
        ClientId: clientId,
        ClientVersion: CLIENT_VERSION,
      }),
    );
    channel.resendAll();
  }

  function lose(which: number): void {
    if (isOver || which !== connection) return;
    connection += 1;
    socket?.close();
    socket = undefined;
    onState('reconnecting');
    void reconnect();
  }

  async function reconnect(): Promise<void> {
    const since = performance.now();
    for (let wait = FIRST_RETRY_MS; !isOver; wait = Math.min(2 * wait, LONGEST_RETRY_MS)) {
      try {
        const resumed = await options.resume(leaving.signal);
        if (resumed === undefined) {
          finish({ reason: 'idle', sentence: ENDED_MEANWHILE });
          return;
        }
        await connect(resumed);
        onState('reconnected');
        return;
      } catch (error) {
        if (isOver) return;
        if (error instanceof SlipwayError && !isWorthRetrying(error)) {
          finish({ reason: 'lost', sentence: `The session could not be resumed. ${error.message}` });
          return;
        }
      }
      if (performance.now() - since > LONGEST_RECONNECT_MS) break;
      await new Promise((done) => setTimeout(done, wait));
    }
    finish({ reason: 'lost', sentence: LOST });
  }

  const clientId = randomUUID();
  connect(session).catch((error: unknown) => {
    const why = error instanceof SlipwayError ? error.message : 'The connection could not be opened.';
    finish({ reason: 'refused', sentence: `Slipway couldn't connect to the session server of AWS. ${why}` });
  });
  return {
    ended,
    send: (data) => channel.send(data),
    resize: (size) => channel.resize(size),
    waiting: () => channel.waiting(),
    pause() {
      isHeld = true;
      socket?.pause();
    },
    resume() {
      isHeld = false;
      heardAt = performance.now();
      socket?.resume();
    },
    leave() {
      if (!isOver) channel.terminate();
      finish({ reason: 'left', sentence: 'The session was ended in Slipway.' });
    },
  };
}

const SILENT =
  "The ECS Exec agent of the container didn't answer within 30 seconds. It may have stopped, or its task role lost ssmmessages. Start a new task and try again.";
const ENDED_MEANWHILE =
  'AWS ended the session while the connection was lost: it was idle, or the task stopped. Open it again.';
const LOST = 'The connection was lost for 2 minutes, so Slipway gave up the session. Open it again.';

function isWorthRetrying({ code }: SlipwayError): boolean {
  return code === 'UNAVAILABLE' || code === 'THROTTLED' || code === 'INTERNAL';
}

/** The longest part of what AWS says about an end that is shown. */
const LONGEST_SAID = 500;

/** What the words of a channel_closed message mean. */
function endOf(output: string, exitCode: number | undefined): SessionEnd {
  const said = output
    .replace(/[\s\p{C}]+/gu, ' ')
    // The agent's heading of an error.
    .replace(/^ ?-{4,}ERROR-{4,} ?/, '')
    .trim()
    .slice(0, LONGEST_SAID);
  if (/unable to start|no such file or directory/i.test(said)) {
    return {
      reason: 'refused',
      sentence: `The command could not be started in the container: it may have no such program, as images without a shell do. AWS says: ${said}`,
    };
  }
  if (/timed out|idle/i.test(said)) {
    return { reason: 'idle', sentence: 'AWS ended the session, because it was idle for too long.' };
  }
  if (said !== '') return { reason: 'exited', sentence: `The session ended. AWS says: ${said}` };
  if (exitCode !== undefined)
    return { reason: 'exited', sentence: `The command ended with exit code ${exitCode}.`, exitCode };
  return { reason: 'exited', sentence: 'The session ended.' };
}
