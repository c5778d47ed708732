import { cleanup, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { SlipwayError } from '../../../shared/errors.ts';
import { useEngineQuery } from '../lib/queries.ts';
import { renderWithEngine } from '../testing/engine.tsx';
import { ErrorNotice, ErrorPage, StaleNotice } from '../ui/error-notice.tsx';
import { ConnectionNotice } from './connection-notice.tsx';

afterEach(cleanup);

const SCOPE = { account: 'dev', region: 'us-east-1' };
const UNREACHABLE = new SlipwayError('UNAVAILABLE', "Couldn't reach ecs.example to list clusters.", {
  detail: { unreachable: 'ecs.example' },
});

function Page() {
  const clusters = useEngineQuery('clusters.list', SCOPE, { pollMs: 20 });
  const repositories = useEngineQuery('repositories.list', SCOPE);
  const retry = (): void => undefined;
  return (
    <>
      <ConnectionNotice />
      {clusters.error && <ErrorPage error={clusters.error} onRetry={retry} />}
      {repositories.error && <ErrorNotice error={repositories.error} onRetry={retry} />}
      <StaleNotice error={clusters.error} onRetry={retry} />
      {clusters.data && <p>{clusters.data.length} clusters</p>}
    </>
  );
}

it('a lost network is reported once for the whole page, and all of its parts are read again on request', async () => {
  let isCut = true;
  let reads = 0;
  const read = (): [] => {
    reads += 1;
    if (isCut) throw UNREACHABLE;
    return [];
  };
  renderWithEngine(<Page />, { 'clusters.list': read, 'repositories.list': read });
  expect((await screen.findByRole('alert')).textContent).toBe(UNREACHABLE.message);
  expect(await screen.findByText(/^Next try in \d+ s$/)).toBeTruthy();
  expect(screen.getAllByText(/Couldn't reach/)).toHaveLength(1);
  expect(screen.getAllByText('No connection to AWS.')).toHaveLength(2);
  expect(reads).toBe(2);

  isCut = false;
  await userEvent.click(screen.getByRole('button', { name: 'Try again now' }));
  expect(await screen.findByText('0 clusters')).toBeTruthy();
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
});

it('an error of a change stays where it happened, although AWS could not be reached', async () => {
  renderWithEngine(<ErrorNotice error={UNREACHABLE} />, {});
  expect(screen.getByRole('alert').textContent).toContain(UNREACHABLE.message);
});
