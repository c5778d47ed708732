import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createClient } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import { createDispatcher } from './dispatcher.ts';
import { transportTo } from './dispatcher-transport.ts';
import type { Handlers } from './handlers.ts';

const SCOPE = { account: 'sandbox', region: 'us-east-1' };
const silent = pino({ level: 'silent' });

it('a client call returns its value and receives only its own events', async () => {
  const handlers: Partial<Handlers> = {
    'services.list': async ({ cluster }, { emit }) => {
      emit({ kind: 'names', names: [cluster] });
      return [];
    },
  };
  const client = createClient(transportTo(createDispatcher(handlers, silent)));
  const seen: Record<string, unknown[]> = { one: [], two: [] };
  const list = (cluster: string) =>
    client.call('services.list', { ...SCOPE, cluster }, { onEvent: (event) => seen[cluster]?.push(event) });
  await expect(Promise.all([list('one'), list('two')])).resolves.toEqual([[], []]);
  expect(seen).toEqual({
    one: [{ kind: 'names', names: ['one'] }],
    two: [{ kind: 'names', names: ['two'] }],
  });
});

it('a client call rejects with the engine’s error', async () => {
  const error = new SlipwayError('THROTTLED', 'Slowly.', {
    retryable: true,
    detail: { bucket: 'service read' },
  });
  const handlers: Partial<Handlers> = { 'clusters.list': () => Promise.reject(error) };
  const client = createClient(transportTo(createDispatcher(handlers, silent)));
  await expect(client.call('clusters.list', SCOPE)).rejects.toMatchObject({
    code: 'THROTTLED',
    message: 'Slowly.',
    retryable: true,
    detail: { bucket: 'service read' },
  });
});

it('a client call is cancelled in the engine when its signal aborts', async () => {
  const started: AbortSignal[] = [];
  const handlers: Partial<Handlers> = {
    'clusters.list': (_input, { signal }) => {
      started.push(signal);
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => reject(new Error('aborted by the SDK')));
      return promise;
    },
  };
  const client = createClient(transportTo(createDispatcher(handlers, silent)));
  const controller = new AbortController();
  const call = client.call('clusters.list', SCOPE, { signal: controller.signal });
  controller.abort();
  await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(started.map((signal) => signal.aborted)).toEqual([true]);
});
