import { cleanup, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import type { Answer } from '../testing/engine.tsx';
import { openWindow } from '../testing/window.tsx';

afterEach(cleanup);

it('the host gets the theme that is chosen in the page, and keeps its own until one is', async () => {
  const setTheme = vi.fn<Answer<'app.setTheme'>>(() => ({}));
  openWindow('/a/sandbox/us-east-1', { 'app.setTheme': setTheme });
  const button = await screen.findByRole('button', { name: 'Change to the dark theme' });
  expect(setTheme).not.toHaveBeenCalled();
  await userEvent.click(button);
  await vi.waitFor(() => expect(setTheme.mock.calls.map(([input]) => input)).toEqual([{ theme: 'dark' }]));
});
