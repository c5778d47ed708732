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
  it('sends one request for all callers, and one per batch', async () => {
    const { read, ask } = shared(2);
    const answers = await Promise.all(['a', 'b', 'a', 'c', 'gone'].map((key) => ask(key, signal)));
    expect(answers).toEqual(['A', 'B', 'A', 'C', undefined]);
    expect(read.mock.calls).toEqual([[['a', 'b']], [['c', 'gone']]]);
  });

  it('continues for the others when one caller leaves', async () => {
    const { ask } = shared(2);
    const leaving = new AbortController();
    const left = ask('a', leaving.signal);
    const stays = ask('b', signal);
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await stays).toBe('B');
  });

  it('fails for all its callers, and is sent again afterwards', async () => {
    const { read, ask } = shared(2);
    read.mockRejectedValueOnce(new Error('slow down'));
    const both = await Promise.allSettled([ask('a', signal), ask('b', signal)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await ask('a', signal)).toBe('A');
  });
});

it('turns allow a number of polls per interval, and the next one when there is capacity', async () => {
  let now = 1000;
  const time = {
    now: () => now,
    wait: (ms: number) => {
      now += ms;
      return Promise.resolve();
    },
  };
  const turn = createTurns(() => 2, 80, time);
  const takeTurn = async () => {
    await turn();
    return now;
  };
  expect([await takeTurn(), await takeTurn(), await takeTurn()]).toEqual([1000, 1000, 1080]);
  now += 30;
  expect([await takeTurn(), await takeTurn()]).toEqual([1110, 1160]);
});
