import { SlipwayError, toWire } from '../shared/errors.ts';
import type { Connection, Dispatcher } from './engine/ports/dispatcher.ts';
import type { Logger } from './engine/ports/ports.ts';

/**
 * A dispatcher that can be connected to before the engine is there, so that a host shows its page at once. Calls
 * wait for the engine in their order; if it cannot start, each answers why.
 */
export function lateDispatcher(ready: Promise<Dispatcher>, logger: Logger): Dispatcher {
  ready.catch((error: unknown) => logger.fatal({ err: error }, 'The engine did not start'));
  return {
    connect(sendEvent) {
      const connection = ready.then((dispatcher) => dispatcher.connect(sendEvent));
      // A failed start is logged above and answered by every call; there may be none.
      const onceThere = (act: (connected: Connection) => void): void => {
        connection.then(act, () => undefined);
      };
      onceThere(() => undefined);
      return {
        async call(request) {
          try {
            return await (await connection).call(request);
          } catch (error) {
            return { ok: false, error: toWire(startFailure(error)) };
          }
        },
        cancel: (id) => onceThere((connected) => connected.cancel(id)),
        close: () => onceThere((connected) => connected.close()),
      };
    },
  };
}

function startFailure(error: unknown): SlipwayError {
  if (error instanceof SlipwayError) return error;
  const message =
    "Slipway's engine did not start. See the log in the data folder for the reason, then start Slipway again.";
  return new SlipwayError('INTERNAL', message, { cause: error });
}
