import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { PushEvent, PushLayer } from '../../../../shared/model/docker.ts';
import { renderWithEngine } from '../../testing/engine.tsx';
import { PushOutcome } from './push-outcome.tsx';
import type { Push } from './use-push.ts';

afterEach(cleanup);

function running(progress: PushEvent | undefined): Push {
  return {
    current: { state: 'running' },
    progress,
    start: async () => undefined,
    cancel: () => undefined,
  };
}

it.each([
  ['exists', 0, 10, 1],
  ['pushing', 4, 10, 0.4],
  ['pushing', 12, 10, 1],
  ['waiting', 0, 0, 0],
] as const)(
  'the bar of a layer that is %s with %d of %d bytes is filled to %d',
  (state, sentBytes, totalBytes, share) => {
    const layer: PushLayer = { id: 'a', state, sentBytes, totalBytes };
    renderWithEngine(<PushOutcome push={running({ layers: [layer], sentBytes })} />, {});
    expect(screen.getByRole<HTMLProgressElement>('progressbar', { name: 'Layer a' }).value).toBe(share);
  },
);

it('a push shows its bytes with their speed and the time that is left, and announces only the layers', () => {
  const layers: readonly PushLayer[] = [
    { id: 'a', state: 'pushed', sentBytes: 30_000_000, totalBytes: 30_000_000 },
    { id: 'b', state: 'retrying', sentBytes: 0, totalBytes: 70_000_000, retryInSeconds: 5 },
  ];
  const progress = {
    layers,
    sentBytes: 30_000_000,
    totalBytes: 100_000_000,
    bytesPerSecond: 8_400_000,
    secondsLeft: 9,
  };
  renderWithEngine(<PushOutcome push={running(progress)} />, {});
  expect(screen.getByRole('status').textContent).toBe('1 of 2 layers are in the registry');
  expect(screen.getByText('30.0 MB of 100 MB, 8.4 MB/s, about 9 s left')).toBeTruthy();
  expect(screen.getByText('failed, retrying in 5 s')).toBeTruthy();
});

it('a push that has asked the registry for nothing yet says that it signs in', () => {
  renderWithEngine(<PushOutcome push={running(undefined)} />, {});
  expect(screen.getByRole('status').textContent).toBe('Signing in to the registry…');
});
