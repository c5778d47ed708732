import type { Transport } from '../../../shared/transport.ts';
import type { Dispatcher } from './dispatcher.ts';

/** What carries the calls of a client to a dispatcher of the same process, and its events back. */
export function transportTo(dispatcher: Dispatcher): Transport {
  const listeners = new Set<(id: string, event: unknown) => void>();
  const connection = dispatcher.connect((id, event) => {
    for (const listener of listeners) listener(id, event);
  });
  return {
    call: (request) => connection.call(request),
    cancel: (id) => connection.cancel(id),
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
