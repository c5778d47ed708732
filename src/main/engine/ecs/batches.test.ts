import { expect, it } from 'vitest';
import { eachOfFew, inBatches } from './batches.ts';

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
