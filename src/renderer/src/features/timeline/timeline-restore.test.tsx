import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { Environment } from '../../../../shared/model/account.ts';
import type { Matrix } from '../../../../shared/model/timeline.ts';
import { createQueryClient } from '../../lib/queries.ts';
import { renderWithEngine } from '../../testing/engine.tsx';
import { TimelineRestore } from './timeline-restore.tsx';

afterEach(cleanup);

function matrixOf(...clusters: readonly (readonly [string, Environment])[]): Matrix {
  const place = { account: 'sandbox', region: 'us-east-1', accountName: 'sandbox' };
  const readAt = '2026-11-27T10:00:00.000Z';
  return {
    environments: clusters.map(([cluster, environment]) => ({ ...place, cluster, environment, readAt })),
    rows: [],
  };
}

it('proposes environments when they are known, and keeps them when more are read', async () => {
  let matrix = matrixOf(['east', 'production']);
  const queries = createQueryClient();
  const reading = { isReading: true, readAt: 0 };
  const search = { at: '2026-11-01T10:00:00.000Z' };
  renderWithEngine(
    <TimelineRestore search={search} onSearch={() => undefined} {...reading} />,
    { 'timeline.matrix': () => matrix },
    queries,
  );
  const from = await screen.findByLabelText<HTMLSelectElement>('Images of');
  const to = screen.getByLabelText<HTMLSelectElement>('Deploy them to');
  const review = screen.getByRole<HTMLButtonElement>('button', { name: 'Review changes' });
  expect([from.selectedOptions[0]?.text, to.selectedOptions[0]?.text]).toEqual([
    'east, us-east-1, sandbox',
    'Choose an environment',
  ]);
  expect(review.disabled).toBe(true);
  matrix = matrixOf(['central', 'production'], ['east', 'production'], ['staging', 'staging']);
  await queries.invalidateQueries();
  await expect.poll(() => to.selectedOptions[0]?.text).toBe('staging, us-east-1, sandbox');
  expect(from.selectedOptions[0]?.text).toBe('east, us-east-1, sandbox');
  expect(review.disabled).toBe(false);
});
