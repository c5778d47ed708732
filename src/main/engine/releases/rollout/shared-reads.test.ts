import { describe, expect, it, vi } from 'vitest';
import { createSharedRead, createTurns } from './shared-reads.ts';

const { signal } = new AbortController();

function shared(most: number) {
  const read = vi.fn<(keys: readonly string[]) => Promise<ReadonlyMap<string, string>>>(async (keys) =>
    Promise.resolve(new Map(keys.filter((key) => key !== 'gone').map((key) => [key, key.toUpperCase()]))),
  );
  return { read, ask: createSharedRead({ most, read }) };
}

describe('a shared read', () => {
  it('asks once for all that ask together, and once for each that AWS takes at most', async () => {
    const { read, ask } = shared(2);
    const answers = await Promise.all(['a', 'b', 'a', 'c', 'gone'].map((key) => ask(key, signal)));
    expect(answers).toEqual(['A', 'B', 'A', 'C', undefined]);
    expect(read.mock.calls).toEqual([[['a', 'b']], [['c', 'gone']]]);
  });

  it('goes on for the others when one of them leaves', async () => {
    const { ask } = shared(2);
    const leaving = new AbortController();
    const left = ask('a', leaving.signal);
    const stays = ask('b', signal);
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await stays).toBe('B');
  });

  it('fails for everybody who asked, and asks anew afterwards', async () => {
    const { read, ask } = shared(2);
    read.mockRejectedValueOnce(new Error('slow down'));
    const both = await Promise.allSettled([ask('a', signal), ask('b', signal)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await ask('a', signal)).toBe('A');
  });
});

it('turns let so many go within a span of time, and the next one when there is room', async () => {
  const turn = createTurns(() => 2, 80);
  const begun = performance.now();
  const at = await Promise.all(
    ['first', 'second', 'third'].map(async () => {
      await turn();
      return performance.now() - begun;
    }),
  );
  expect(at[2]).toBeGreaterThanOrEqual((at[0] ?? 0) + 80);
});
