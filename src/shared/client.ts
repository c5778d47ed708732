import type { Event, Input, MethodName, Output } from './contract.ts';
import { cancelled, fromWire } from './errors.ts';
import type { Immutable } from './model/immutable.ts';
import type { Transport } from './transport.ts';

export interface CallOptions<N extends MethodName> {
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: Immutable<Event<N>>) => void;
}

export interface Client {
  /** Calls a method of the engine. Rejects with a SlipwayError; with CANCELLED as soon as the signal aborts. */
  call<N extends MethodName>(
    method: N,
    input: Immutable<Input<N>>,
    options?: CallOptions<N>,
  ): Promise<Immutable<Output<N>>>;
}

/** A typed client over the three channels. The engine checks every value, so nothing is parsed again here. */
export function createClient(transport: Transport): Client {
  const listeners = new Map<string, (event: never) => void>();
  transport.onEvent((id, event) => listeners.get(id)?.(event as never));

  return {
    async call(method, input, options = {}) {
      const { signal, onEvent } = options;
      if (signal?.aborted) throw cancelled(method);

      const id = crypto.randomUUID();
      if (onEvent) listeners.set(id, onEvent);
      const stopped = Promise.withResolvers<never>();
      const stop = (): void => {
        transport.cancel(id);
        stopped.reject(cancelled(method));
      };
      signal?.addEventListener('abort', stop, { once: true });
      try {
        const answer = await Promise.race([transport.call({ id, method, input }), stopped.promise]);
        if (!answer.ok) throw fromWire(answer.error);
        return answer.value as Immutable<Output<typeof method>>;
      } finally {
        listeners.delete(id);
        signal?.removeEventListener('abort', stop);
      }
    },
  };
}
