import { cleanup, screen } from '@testing-library/react';
import axe from 'axe-core';
import { afterEach, expect, it } from 'vitest';
import { renderWithEngine } from '../../testing/engine.tsx';
import { BuildLog } from './build-log.tsx';

afterEach(cleanup);

const NOTHING = { context: undefined, step: undefined, lines: [], dropped: 0 };

it.each([
  [{ files: 1, bytes: 12 }, 'Sending the folder to Docker: 1 file, 12 B'],
  [{ files: 50_001, bytes: 300_000_000 }, 'Sending the folder to Docker: 50,001 files, 300 MB'],
])('a build shows the files and bytes that have been sent: %o', (context, line) => {
  renderWithEngine(<BuildLog progress={{ ...NOTHING, context }} />, {});
  expect(screen.getByRole('status').textContent).toBe(line);
});

it('the first step of a build replaces the line of the files sent, and axe finds nothing wrong in its log', async () => {
  const progress = {
    context: { files: 2, bytes: 12 },
    step: { step: 1, of: 3, instruction: 'FROM scratch' },
    lines: ['Step 1/3 : FROM scratch'],
    dropped: 1,
  };
  const { container } = renderWithEngine(<BuildLog progress={progress} />, {});
  expect(screen.getByRole('status').textContent).toBe('Step 1 of 3 FROM scratch');
  expect(screen.getByRole('log', { name: 'Build log' }).textContent).toContain('… 1 earlier line\n');
  // There are no colours without a layout.
  const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map(({ id }) => id)).toEqual([]);
});
