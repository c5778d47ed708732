/** The far end of a connection: its methods, each answered by a promise. */
export type Remote<Api> = {
  readonly [Name in keyof Api]: Api[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;
};

/** A channel that copies by structured clone, such as that of a Node child process with advanced serialization. */
export interface Channel {
  /** Throws when the message cannot be cloned or the channel is closed. */
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
}

type Message =
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly args: readonly unknown[] }
  | { readonly kind: 'value'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly message: string };

/** A message that means nothing. */
export const NOTHING: object = { kind: 'value', id: 0, value: undefined } satisfies Message;

/**
 * Connects the two processes of the simulation. Messages arrive in the order in which they were sent; a call of a
 * closed connection rejects.
 *
 * @param local answers the calls of the far end
 */
export function connectPeer<Local extends object, Far>(channel: Channel, local: Local): Remote<Far> {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const methods = new Map<string, unknown>(Object.entries(local));
  let lastId = 0;
  let isClosed = false;

  /** Node may hand over several at once, before what the first has set off runs; a message is a task of its own. */
  const arrived: Message[] = [];
  let isDraining = false;
  function drain(): void {
    const message = arrived.shift();
    isDraining = message !== undefined;
    if (message === undefined) return;
    receive(message);
    setImmediate(drain);
  }
  channel.onMessage((message) => {
    arrived.push(message as Message);
    if (!isDraining) drain();
  });
  channel.onClose(() => {
    isClosed = true;
    for (const { reject } of waiting.values()) reject(new ConnectionClosed());
    waiting.clear();
  });

  function receive(message: Message): void {
    if (message.kind === 'call') {
      void answer(message.id, message.method, message.args);
      return;
    }
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.kind === 'value') call?.resolve(message.value);
    else call?.reject(new Error(message.message));
  }

  async function answer(id: number, name: string, args: readonly unknown[]): Promise<void> {
    try {
      const method = methods.get(name);
      if (typeof method !== 'function') throw new Error(`The simulated shell has no method ${name}.`);
      post({ kind: 'value', id, value: await method(...args) });
    } catch (error) {
      post({ kind: 'error', id, message: error instanceof Error ? error.message : String(error) });
    }
  }

  function post(message: Message): void {
    if (!isClosed) channel.send(message);
  }

  function call(method: string, args: readonly unknown[]): Promise<unknown> {
    if (isClosed) return Promise.reject(new ConnectionClosed());
    const id = ++lastId;
    const answered = Promise.withResolvers<unknown>();
    waiting.set(id, answered);
    try {
      channel.send({ kind: 'call', id, method, args } satisfies Message);
    } catch (error) {
      waiting.delete(id);
      answered.reject(error);
    }
    return answered.promise;
  }

  // One property for each method is not known here, so the far end is a proxy; its type has them.
  return new Proxy<Record<string, unknown>>(
    {},
    {
      get: (_target, name) =>
        typeof name === 'string' && name !== 'then'
          ? (...args: readonly unknown[]) => call(name, args)
          : undefined,
    },
  ) as Remote<Far>;
}

export class ConnectionClosed extends Error {
  constructor() {
    super('The process at the other end of the simulated shell has ended.');
  }
}
