import { notifications } from '@mantine/notifications';
import { configure } from '@testing-library/react';
import { afterEach } from 'vitest';

/** For an element that never comes. Slowness alone never takes this long. */
const HANGING_MS = 120_000;

configure({ asyncUtilTimeout: HANGING_MS });

// Test files of one worker share modules and a page: nothing that one leaves may be in the next.
afterEach(() => {
  notifications.clean();
  window.localStorage.clear();
  window.sessionStorage.clear();
});
