import React from 'react';
import { flushSync } from 'react-dom';

/**
 * React as it is built for people renders a page in half the processor time, but has no `act`, which Testing Library calls
 * around every event. What an event changes is on the page when `act` returns; what an effect then sets follows at the next
 * turn, which `setup.ts` waits for. Testing Library looks for it when it is loaded, so this file is loaded before.
 */
function act(callback: () => unknown): Promise<unknown> {
  return Promise.resolve(flushSync(callback));
}

Object.assign(React, { act });
