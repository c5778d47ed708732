import type { CallAnswer, Transport } from '../../../shared/transport.ts';

/** How long an answer is held back for the others that the first view needs too: it is then drawn once and not in steps. */
const LONGEST_HOLD_MS = 100;

export interface HeadStart {
  /** Carries calls as the transport below it does; the first call that was asked already gets that answer. */
  readonly transport: Transport;
  /** Asks at once what the window will call later. Answers what the engine said. */
  readonly ask: (method: string, input: unknown, onEvent?: (event: unknown) => void) => Promise<CallAnswer>;
  /** The answers so far are handed to the views that wait for them. */
  readonly release: () => void;
  /** From now on every call is sent: an answer that nothing has taken by then is old. */
  readonly end: () => void;
}

/** A call that was asked early. Its events are kept until somebody takes it. */
interface EarlyCall {
  readonly id: string;
  readonly answer: Promise<CallAnswer>;
  readonly onEvent: ((event: unknown) => void) | undefined;
  readonly events: unknown[];
  takenBy: string | undefined;
}

/**
 * Lets the engine work while the code of the window is loaded: its first reads are asked before React is there, and the
 * views that make the same calls get those answers, with their events.
 */
export function startAhead(below: Transport): HeadStart {
  const early = new Map<string, EarlyCall>();
  const untaken = new Map<string, EarlyCall>();
  const taken = new Map<string, EarlyCall>();
  const listeners = new Set<(id: string, event: unknown) => void>();
  const released = Promise.withResolvers<void>();

  function emit(id: string, event: unknown): void {
    for (const listener of listeners) listener(id, event);
  }

  below.onEvent((id, event) => {
    const call = early.get(id);
    if (call === undefined) return emit(id, event);
    call.onEvent?.(event);
    if (call.takenBy === undefined) call.events.push(event);
    else emit(call.takenBy, event);
  });

  async function take(call: EarlyCall, id: string): Promise<CallAnswer> {
    // Its caller has not begun to wait yet, as with a transport that sends.
    await Promise.resolve();
    for (const event of call.events.splice(0)) emit(id, event);
    call.takenBy = id;
    const answer = await call.answer;
    await released.promise;
    taken.delete(id);
    return answer;
  }

  return {
    transport: {
      call(request) {
        const key = keyOf(request.method, request.input);
        const call = untaken.get(key);
        if (call === undefined) return below.call(request);
        untaken.delete(key);
        taken.set(request.id, call);
        return take(call, request.id);
      },
      cancel(id) {
        below.cancel(taken.get(id)?.id ?? id);
        taken.delete(id);
      },
      onEvent(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    async ask(method, input, onEvent) {
      const key = keyOf(method, input);
      const id = crypto.randomUUID();
      const { promise: answer, resolve, reject } = Promise.withResolvers<CallAnswer>();
      const call: EarlyCall = { id, answer, onEvent, events: [], takenBy: undefined };
      early.set(id, call);
      untaken.set(key, call);
      below.call({ id, method, input }).then(resolve, reject);
      const said = await answer;
      // A view asks again and shows why that fails.
      if (!said.ok && untaken.get(key) === call) untaken.delete(key);
      setTimeout(released.resolve, LONGEST_HOLD_MS);
      return said;
    },
    release: released.resolve,
    end() {
      released.resolve();
      for (const { id } of untaken.values()) below.cancel(id);
      untaken.clear();
    },
  };
}

function keyOf(method: string, input: unknown): string {
  return JSON.stringify([method, input]);
}
