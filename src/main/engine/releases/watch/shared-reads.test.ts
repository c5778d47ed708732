import { describe, expect, it, vi } from 'vitest';
import { createSharedRead, createSharedRuns, createTurns, type SharedRun } from './shared-reads.ts';

const { signal } = new AbortController();

/** Longer than a test may take. */
const LONG_MS = 600_000;

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

describe('a shared run', () => {
  interface Begun {
    readonly run: SharedRun<string>;
    readonly finish: (end: string) => void;
    readonly fail: (error: Error) => void;
  }

  function shared() {
    const begun: Begun[] = [];
    const share = createSharedRuns<string, string>();
    const join = (emit: (value: string) => void = () => undefined, left = new AbortController().signal) =>
      share('a', { signal: left, emit }, (run) => {
        const { promise, resolve, reject } = Promise.withResolvers<string>();
        begun.push({ run, finish: resolve, fail: reject });
        return promise;
      });
    const latest = (): Begun => {
      const last = begun.at(-1);
      if (last === undefined) throw new Error('Nothing has begun.');
      return last;
    };
    return { join, latest, begun };
  }

  it('is started once, and what is read while they listen and its end reach all who listen', async () => {
    const { join, latest, begun } = shared();
    const heard: string[] = [];
    const first = join((value) => heard.push(`first ${value}`));
    const { run, finish } = latest();
    run.arrivals()();
    const letIn = run.arrivals();
    const second = join((value) => heard.push(`second ${value}`));
    letIn();
    run.emit('read before the second came');
    run.arrivals()();
    run.emit('read after it');
    finish('over');
    expect(await Promise.all([first, second])).toEqual(['over', 'over']);
    expect(heard).toEqual([
      'first read before the second came',
      'first read after it',
      'second read after it',
    ]);
    expect(begun).toHaveLength(1);
  });

  it('continues while somebody listens, and is abandoned by the last one', async () => {
    const { join, latest, begun } = shared();
    const [one, other] = [new AbortController(), new AbortController()];
    const left = join(undefined, one.signal);
    const stays = join(undefined, other.signal);
    one.abort();
    await expect(left).rejects.toMatchObject({ code: 'CANCELLED' });
    const abandoned = latest().run.signal;
    expect(abandoned.aborted).toBe(false);
    other.abort();
    await expect(stays).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(abandoned.aborted).toBe(true);
    const again = join();
    expect(begun).toHaveLength(2);
    latest().finish('again');
    expect(await again).toBe('again');
  });

  it('fails for all who listen, and starts again for the next one', async () => {
    const { join, latest, begun } = shared();
    const both = Promise.allSettled([join(), join()]);
    latest().fail(new Error('the service is gone'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = join();
    expect(begun).toHaveLength(2);
    latest().finish('over');
    expect(await next).toBe('over');
  });

  it('pauses until somebody waits for the next read', async () => {
    const { join, latest } = shared();
    const first = join();
    const { run, finish } = latest();
    await run.pause(LONG_MS);
    run.arrivals()();
    const pause = run.pause(LONG_MS);
    const second = join();
    await pause;
    finish('over');
    expect(await Promise.all([first, second])).toEqual(['over', 'over']);
  });

  it('ends its pause when the last listener has left', async () => {
    const { join, latest } = shared();
    const left = new AbortController();
    const only = join(undefined, left.signal);
    const { run } = latest();
    run.arrivals()();
    const pause = run.pause(LONG_MS);
    left.abort();
    await expect(only).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(pause).rejects.toMatchObject({ code: 'CANCELLED' });
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
