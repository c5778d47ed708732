import { SlipwayError, toWire } from '../../../shared/errors.ts';
import type { RequestFrame, ResponseFrame } from '../../../shared/frames.ts';
import type { CallAnswer, CallRequest, Transport } from '../../../shared/transport.ts';
import { LockedOut, type LockReason } from './page-session.ts';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

/** The part of a WebSocket that the transport needs. */
type Socket = Pick<WebSocket, 'send' | 'addEventListener'>;

export interface SocketTransport extends Transport {
  /** Listens to the connection coming back after a loss; answers a function that stops listening. */
  readonly onReconnect: (listener: () => void) => () => void;
  /** Listens to the host refusing this page, also where it has already. Nothing is tried again after that. */
  readonly onLockedOut: (listener: (reason: LockReason) => void) => void;
}

interface SocketPorts {
  /** Begins a connection. Rejects with LockedOut when the host refuses this page. */
  readonly open: () => Promise<Socket>;
  /** Called each time that a connection is open. */
  readonly opened: () => void;
}

function connectionLost(): CallAnswer {
  const error = new SlipwayError(
    'UNAVAILABLE',
    "The connection to Slipway's engine was lost. Slipway reconnects automatically. If it doesn't, restart Slipway and open the address that it prints.",
    { retryable: true },
  );
  return { ok: false, error: toWire(error) };
}

/**
 * The three channels over a WebSocket of the browser host. Calls made while the first connection opens wait for
 * it; calls in flight when it is lost, and calls made until it is back, answer UNAVAILABLE.
 */
export function createSocketTransport(ports: SocketPorts): SocketTransport {
  const inFlight = new Map<string, (answer: CallAnswer) => void>();
  const listeners = new Set<(id: string, event: unknown) => void>();
  const reconnectListeners = new Set<() => void>();
  const lockListeners = new Set<(reason: LockReason) => void>();
  let state: 'connecting' | 'open' | 'lost' = 'connecting';
  let waiting: RequestFrame[] = [];
  let wait = FIRST_WAIT_MS;
  let wasOpen = false;
  let lockReason: LockReason | undefined;
  let socket: Socket | undefined;

  function connect(): void {
    ports.open().then(attach, (error: unknown) => {
      if (error instanceof LockedOut) lockOut(error.reason);
      else lose();
    });
  }

  function attach(next: Socket): void {
    socket = next;
    next.addEventListener('open', () => {
      state = 'open';
      wait = FIRST_WAIT_MS;
      ports.opened();
      for (const frame of waiting) next.send(JSON.stringify(frame));
      waiting = [];
      if (wasOpen) for (const listener of reconnectListeners) listener();
      wasOpen = true;
    });
    next.addEventListener('message', (message) => receive(String(message.data)));
    next.addEventListener('close', lose);
  }

  function lose(): void {
    answerAllLost();
    setTimeout(connect, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }

  function lockOut(reason: LockReason): void {
    answerAllLost();
    lockReason = reason;
    for (const listener of lockListeners) listener(reason);
  }

  function answerAllLost(): void {
    state = 'lost';
    waiting = [];
    for (const answer of inFlight.values()) answer(connectionLost());
    inFlight.clear();
  }

  function receive(text: string): void {
    // The host is ours and checks what it sends against the contract.
    const frame = JSON.parse(text) as ResponseFrame;
    if (frame.type === 'event') {
      for (const listener of listeners) listener(frame.id, frame.event);
      return;
    }
    inFlight.get(frame.id)?.(frame.answer);
    inFlight.delete(frame.id);
  }

  function send(frame: RequestFrame): void {
    if (state === 'open' && socket !== undefined) socket.send(JSON.stringify(frame));
    else waiting.push(frame);
  }

  connect();
  return {
    call(request: CallRequest) {
      if (state === 'lost') return Promise.resolve(connectionLost());
      return new Promise((resolve) => {
        inFlight.set(request.id, resolve);
        send({ type: 'call', ...request });
      });
    },
    cancel(id) {
      if (inFlight.delete(id)) send({ type: 'cancel', id });
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onReconnect(listener) {
      reconnectListeners.add(listener);
      return () => reconnectListeners.delete(listener);
    },
    onLockedOut(listener) {
      lockListeners.add(listener);
      if (lockReason !== undefined) listener(lockReason);
    },
  };
}
