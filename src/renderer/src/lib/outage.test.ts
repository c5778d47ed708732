import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, it, vi } from 'vitest';
import { SlipwayError } from '../../../shared/errors.ts';
import { outageStore } from './outage.ts';

const UNREACHABLE = new SlipwayError('UNAVAILABLE', "AWS can't be reached.", {
  detail: { unreachable: 'aws' },
});

// With some hundred accounts, a store that is told every change takes seconds of each change of the AWS files.
it('an outage is told by the reads that fail and that are tried again, and by no other change of the cache', async () => {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: 'always' } } });
  const store = outageStore(client.getQueryCache());
  const listener = vi.fn<() => void>();
  expect(store.current()).toBeUndefined();
  store.subscribe(listener);
  for (let index = 0; index < 50; index += 1) client.setQueryData(['environments.of', index], index);
  expect(listener).not.toHaveBeenCalled();

  const answers = [() => Promise.reject(UNREACHABLE), () => Promise.resolve('read')];
  const observer = new QueryObserver(client, { queryKey: ['clusters'], queryFn: () => answers.shift()?.() });
  observer.subscribe(() => undefined);
  await vi.waitFor(() => expect(listener).toHaveBeenCalled());
  expect(store.current()).toEqual({ error: UNREACHABLE, isTrying: false });

  store.tryAgain();
  expect(store.current()).toEqual({ error: UNREACHABLE, isTrying: true });
  listener.mockClear();
  await vi.waitFor(() => expect(listener).toHaveBeenCalled());
  await vi.waitFor(() => expect(store.current()).toBeUndefined());
  client.clear();
});
