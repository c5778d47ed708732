import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { PushLayer } from '../../../../shared/model/docker.ts';
import { renderWithEngine } from '../../testing/engine.tsx';
import { PushOutcome } from './push-outcome.tsx';

afterEach(cleanup);

it.each([
  ['exists', 0, 10, 1],
  ['pushing', 4, 10, 0.4],
  ['pushing', 12, 10, 1],
  ['waiting', 0, 0, 0],
] as const)(
  'the bar of a layer that is %s with %d of %d bytes is filled to %d',
  (state, sentBytes, totalBytes, share) => {
    const layer: PushLayer = { id: 'a', state, sentBytes, totalBytes };
    const push = {
      current: { state: 'running' },
      layers: [layer],
      start: async () => undefined,
      cancel: () => undefined,
    } as const;
    renderWithEngine(<PushOutcome push={push} />, {});
    expect(screen.getByRole<HTMLProgressElement>('progressbar', { name: 'Layer a' }).value).toBe(share);
  },
);
