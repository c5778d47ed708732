import { expect, it } from 'vitest';
import { createReadingOrder, eachOfFew, inBatches } from './batches.ts';

it('batches are read and returned in the order of the items', async () => {
  const sizes: number[] = [];
  const items = Array.from({ length: 25 }, (_, index) => index);
  const answers = await inBatches(items, 10, async (batch) => {
    sizes.push(batch.length);
    return batch.map((item) => item * 2);
  });
  expect(answers).toEqual(items.map((item) => item * 2));
  expect(sizes).toEqual([10, 10, 5]);
});

it('only a few batches are read at a time', async () => {
  let inProgress = 0;
  let most = 0;
  await eachOfFew(Array.from({ length: 50 }), async () => {
    inProgress += 1;
    most = Math.max(most, inProgress);
    await Promise.resolve();
    inProgress -= 1;
  });
  expect(most).toBe(6);
});

it('an empty list sends nothing', async () => {
  await expect(inBatches([], 10, () => Promise.reject(new Error('sent')))).resolves.toEqual([]);
});

it('a long read waits while a page is read, goes on when that has ended or failed, and ends when it is cancelled', async () => {
  const order = createReadingOrder();
  const running = new AbortController();
  await order.turn(running.signal);

  const said: string[] = [];
  const page = Promise.withResolvers<void>();
  const pages = [
    order.first(() => page.promise).catch(() => said.push('page')),
    order.turn(running.signal).then(() => said.push('list')),
  ];
  page.reject(new Error('refused'));
  await Promise.all(pages);
  expect(said.toSorted()).toEqual(['list', 'page']);

  const other = Promise.withResolvers<void>();
  const open = order.first(() => other.promise);
  const waits = order.turn(running.signal);
  running.abort();
  await expect(waits).rejects.toMatchObject({ name: 'AbortError' });
  other.resolve();
  await open;
});
