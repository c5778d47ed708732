import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import { serviceListFolding } from '../../lib/service-list.ts';
import { useEngineFold, useFoldedError } from '../../lib/streams.ts';
import { renderWithEngine } from '../../testing/engine.tsx';
import { WatchedAccounts } from './watched-accounts.tsx';

afterEach(cleanup);

const CLUSTER = { account: 'profile:new', region: 'us-east-1', cluster: 'production' };

/** Like the page of a cluster: the error replaces the part that reads. */
function ClusterView() {
  const error = useFoldedError('services.list', CLUSTER);
  return error === null ? <Services /> : <p>{error.message}</p>;
}

function Services() {
  const { data } = useEngineFold('services.list', CLUSTER, serviceListFolding);
  return <p>{data?.names === undefined ? 'Reading' : 'Services were read'}</p>;
}

it('a view that asked for an account before the engine had read it asks again, also without its reader', async () => {
  const files = Promise.withResolvers<void>();
  let isRead = false;
  renderWithEngine(
    <>
      <WatchedAccounts />
      <ClusterView />
    </>,
    {
      'services.list': () => {
        if (!isRead) throw new SlipwayError('NOT_FOUND', "The account profile:new doesn't exist.");
        return [];
      },
      async 'accounts.watch'(_input, { emit, signal }) {
        await files.promise;
        isRead = true;
        emit({ accounts: [] });
        const ended = Promise.withResolvers<never>();
        signal.addEventListener('abort', () => ended.reject(new SlipwayError('CANCELLED', 'Cancelled.')));
        return ended.promise;
      },
    },
  );
  await screen.findByText("The account profile:new doesn't exist.");
  files.resolve();
  await screen.findByText('Services were read');
  expect(screen.queryByText(/doesn't exist/)).toBeNull();
});
