import { notifications } from '@mantine/notifications';
import { configure, prettyDOM } from '@testing-library/react';
import { afterEach } from 'vitest';

/** For an element that never comes. Slowness alone never takes this long. */
const HANGING_MS = 10 * 60_000;

configure({ asyncUtilTimeout: HANGING_MS, getElementError });

// Test files of one worker share modules and a page: nothing that one leaves may be in the next.
afterEach(() => {
  notifications.clean();
  window.localStorage.clear();
  window.sessionStorage.clear();
});

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
