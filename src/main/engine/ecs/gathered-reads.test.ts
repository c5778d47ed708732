import { expect, it } from 'vitest';
import { gatherReads } from './gathered-reads.ts';

/** Reads that are answered when the test lets them. */
function heldReads() {
  const sent: { readonly keys: readonly string[]; readonly settle: (error?: Error) => void }[] = [];
  const read = (keys: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    const { promise, resolve, reject } = Promise.withResolvers<ReadonlyMap<string, string>>();
    const settle = (error?: Error): void =>
      error === undefined ? resolve(new Map(keys.map((key) => [key, `value of ${key}`]))) : reject(error);
    sent.push({ keys, settle });
    return promise;
  };
  return { sent, gathered: gatherReads({ size: 3, read }) };
}

it('sends what is asked in the same turn, or while requests are in progress, together up to the size of a request', async () => {
  const { sent, gathered } = heldReads();
  const reads = [gathered(['a']), gathered(['b']), gathered(['c', 'd']), gathered(['e']), gathered(['f'])];
  await Promise.resolve();
  expect(sent.map(({ keys }) => keys)).toEqual([
    ['a', 'b'],
    ['c', 'd', 'e'],
  ]);
  const late = gathered(['g']);
  sent[0]?.settle();
  expect((await reads[1])?.get('b')).toBe('value of b');
  await Promise.resolve();
  expect(sent[2]?.keys).toEqual(['f', 'g']);
  for (const each of sent) each.settle();
  expect((await late).get('g')).toBe('value of g');
  await Promise.all(reads);
});

it('fails the reads of a failed request and no others', async () => {
  const { sent, gathered } = heldReads();
  const first = gathered(['a', 'b', 'c']);
  const second = gathered(['d']);
  await Promise.resolve();
  sent[0]?.settle(new Error('refused'));
  sent[1]?.settle();
  await expect(first).rejects.toThrow('refused');
  expect((await second).get('d')).toBe('value of d');
});
