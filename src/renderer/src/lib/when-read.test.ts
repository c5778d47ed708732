import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createQueryClient, whenDrawn, whenRead } from './queries.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A window that is idle whenever the test says so, a second after what was before. */
function stubIdleWindow(): { becomeIdle(): void } {
  let waiting: (() => void)[] = [];
  vi.stubGlobal('requestIdleCallback', (callback: () => void) => waiting.push(callback));
  return {
    becomeIdle() {
      vi.advanceTimersByTime(1000);
      const due = waiting;
      waiting = [];
      for (const callback of due) callback();
    },
  };
}

it('what waits for the first view is called once, and only when an answer has led to no other question', async () => {
  const browser = stubIdleWindow();
  const queries = createQueryClient();
  const then = vi.fn<() => void>();
  const second = Promise.withResolvers<string>();
  whenRead(queries, then);

  await queries.fetchQuery({ queryKey: ['accounts'], queryFn: async () => 'accounts' });
  const clusters = queries.fetchQuery({ queryKey: ['clusters'], queryFn: () => second.promise });
  browser.becomeIdle();
  expect(then).not.toHaveBeenCalled();

  second.resolve('clusters');
  await clusters;
  browser.becomeIdle();
  expect(then).toHaveBeenCalledTimes(1);

  await queries.fetchQuery({ queryKey: ['services'], queryFn: async () => 'services' });
  browser.becomeIdle();
  expect(then).toHaveBeenCalledTimes(1);
});

it('what waits for a list is called once its first rows are drawn, while the rest is read', async () => {
  const browser = stubIdleWindow();
  const queries = createQueryClient();
  const then = vi.fn<() => void>();
  const rest = Promise.withResolvers<string>();
  whenDrawn(queries, 'services.list', then);
  await queries.fetchQuery({ queryKey: ['clusters.list'], queryFn: async () => 'clusters' });
  const list = queries.fetchQuery({ queryKey: ['services.list'], queryFn: () => rest.promise });
  browser.becomeIdle();
  expect(then).not.toHaveBeenCalled();

  queries.setQueryData(['services.list'], 'first rows');
  browser.becomeIdle();
  expect(then).toHaveBeenCalledTimes(1);
  rest.resolve('all rows');
  await list;
  browser.becomeIdle();
  expect(then).toHaveBeenCalledTimes(1);
});
