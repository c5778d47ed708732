import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { batchLines, lastPer } from './pacing.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('pacing sends the first value at once, then the last of each interval', () => {
  const sent: number[] = [];
  const progress = lastPer<number>(100, (value) => sent.push(value));
  for (const value of [1, 2, 3]) progress.push(value);
  expect(sent).toEqual([1]);
  vi.advanceTimersByTime(100);
  expect(sent).toEqual([1, 3]);
  vi.advanceTimersByTime(1000);
  expect(sent).toEqual([1, 3]);
});

it('pacing sends what waits when it is flushed, and nothing after it was stopped', () => {
  const sent: number[] = [];
  const progress = lastPer<number>(100, (value) => sent.push(value));
  progress.push(1);
  progress.push(2);
  progress.flush();
  expect(sent).toEqual([1, 2]);
  progress.push(3);
  progress.stop();
  vi.advanceTimersByTime(1000);
  expect(sent).toEqual([1, 2]);
});

it('pacing keeps the newest lines of a flood and counts the others', () => {
  const batches: Parameters<Parameters<typeof batchLines>[2]>[0][] = [];
  const log = batchLines(100, 3, (batch) => batches.push(batch));
  for (const line of ['a', 'b', 'c', 'd', 'e', 'f']) log.push(line);
  log.flush();
  expect(batches).toEqual([
    { lines: ['a'], dropped: 0 },
    { lines: ['d', 'e', 'f'], dropped: 2 },
  ]);
});
