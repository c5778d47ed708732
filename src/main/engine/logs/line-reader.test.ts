import { expect, it } from 'vitest';
import type { EventFinder, FoundEvent } from './found-events.ts';
import { createLineReader } from './line-reader.ts';
import type { LogTarget, TargetGroup } from './log-targets.ts';

const MINUTE_MS = 60_000;
const NOW = Date.parse('2026-11-20T10:00:00Z');

const TARGET: LogTarget = {
  taskId: '7c1e',
  container: 'app',
  revision: 'web:1',
  logGroup: '/x',
  logStream: 's',
  region: 'us-east-1',
  logGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:/x',
  prefix: undefined,
  state: 'running',
};
const GROUP: TargetGroup = {
  region: 'us-east-1',
  logGroup: '/x',
  logGroupArn: TARGET.logGroupArn,
  streams: new Map([['s', [TARGET]]]),
};

function found(message: string, timestamp: number, ingestionTime: number): FoundEvent {
  return { eventId: message, logStreamName: 's', message, timestamp, ingestionTime, group: GROUP };
}

it('the history has the lines of a clock that is an hour ahead, although they were ingested before the others', async () => {
  const pages = [
    [found('late', NOW - 9 * MINUTE_MS, NOW), found('first', NOW - 8 * MINUTE_MS, NOW - 8 * MINUTE_MS)],
    [found('second', NOW - 7 * MINUTE_MS, NOW - 7 * MINUTE_MS)],
    [found('ahead', NOW + 60 * MINUTE_MS, NOW - 5 * MINUTE_MS)],
  ];
  const finder: EventFinder = {
    async *find() {
      yield* pages;
    },
    exists: () => undefined,
  };
  const reader = createLineReader(finder);
  const texts: string[] = [];
  const window = { from: NOW - 10 * MINUTE_MS };
  for await (const lines of reader.history([GROUP], window, () => false))
    texts.push(...lines.map(({ text }) => text));
  expect(texts).toEqual(['late', 'first', 'second', 'ahead']);

  // They are read again with the news, and told once.
  const again: string[] = [];
  for await (const lines of reader.news(GROUP, window, 'long')) again.push(...lines.map(({ text }) => text));
  expect(again).toEqual([]);
});
