import { createContext, useContext } from 'react';
import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';

const EngineContext = createContext<Client | undefined>(undefined);
export const EngineProvider = EngineContext.Provider;

/** The client of the engine. */
export function useEngine(): Client {
  const client = useContext(EngineContext);
  if (!client) throw new Error('useEngine needs an EngineProvider above it.');
  return client;
}

/** What a call threw, as the error that views show. Anything but a SlipwayError is a broken bridge. */
export function toSlipwayError(thrown: unknown): SlipwayError {
  if (thrown instanceof SlipwayError) return thrown;
  return new SlipwayError(
    'UNAVAILABLE',
    "Slipway's engine did not respond. Try again. If the error persists, restart Slipway.",
    {
      retryable: true,
      cause: thrown,
    },
  );
}
