import { notifications } from '@mantine/notifications';
import { configure, prettyDOM } from '@testing-library/react';
import { afterEach } from 'vitest';

/** For an element that never comes. Slowness alone never takes this long. */
const HANGING_MS = 10 * 60_000;

/** A change that an effect makes, drawn and with its own effects, takes React a turn each; two such changes take these. */
const TURNS_OF_REACT = 4;

configure({ asyncUtilTimeout: HANGING_MS, asyncWrapper: untilReactHasDrawn, getElementError });

// Test files of one worker share modules and a page: nothing that one leaves may be in the next.
afterEach(() => {
  notifications.clean();
  window.localStorage.clear();
  window.sessionStorage.clear();
});

/** Of Node, whose types are not those of the page. React's scheduler runs its work with it, in the order of the calls. */
declare function setImmediate(callback: () => void): unknown;

/** A query that waits, and a click or a key of a person, end with the page as React leaves it. */
async function untilReactHasDrawn<T>(interaction: (...args: readonly unknown[]) => Promise<T>): Promise<T> {
  const result = await interaction();
  // As in Testing Library: answers that are already there come first.
  await new Promise<void>((resolve) => setTimeout(resolve, 0));
  for (let turn = 0; turn < TURNS_OF_REACT; turn++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return result;
}

/**
 * The error for an element that was not found. A query that waits creates one on every poll and shows only the last, so the
 * page is printed only when the message is read.
 */
function getElementError(reason: string | null, container: Element): Error {
  const error = new Error(reason ?? '');
  error.name = 'TestingLibraryElementError';
  return Object.defineProperty(error, 'message', {
    get: () => [reason, prettyDOM(container)].filter(Boolean).join('\n\n'),
  });
}
