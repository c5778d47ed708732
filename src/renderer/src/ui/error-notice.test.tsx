import { MantineProvider } from '@mantine/core';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { SlipwayError } from '../../../shared/errors.ts';
import { installMissingBrowserParts } from '../testing/engine.tsx';
import { ErrorNotice } from './error-notice.tsx';

function show(error: SlipwayError, onRetry?: () => void): void {
  render(
    <MantineProvider>
      <ErrorNotice error={error} {...(onRetry && { onRetry })} />
    </MantineProvider>,
  );
}

afterEach(cleanup);

describe('an error notice', () => {
  beforeAll(installMissingBrowserParts);

  it('shows the sentence, and tries again when asked', async () => {
    const retry = vi.fn<() => void>();
    show(new SlipwayError('UNAVAILABLE', 'AWS did not answer for the cluster main. Try again.'), retry);
    expect(screen.getByRole('alert').textContent).toContain('AWS did not answer for the cluster main.');
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(retry).toHaveBeenCalledOnce();
  });

  it('names the permission that is missing', () => {
    show(
      new SlipwayError('FORBIDDEN', 'You may not read the services of main.', {
        detail: { action: 'ecs:DescribeServices' },
      }),
    );
    expect(screen.getByText('ecs:DescribeServices')).toBeDefined();
  });

  it('names the entry of the log for an error without a cause to show', () => {
    show(
      new SlipwayError('INTERNAL', 'Something broke in Slipway.', { detail: { correlationId: 'c0ffee' } }),
    );
    expect(screen.getByText('c0ffee')).toBeDefined();
  });
});
