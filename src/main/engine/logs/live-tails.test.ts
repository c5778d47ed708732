import { CloudWatchLogsClient, type StartLiveTailResponseStream } from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, expect, it, vi } from 'vitest';
import { eventually } from '../../../shared/testing/eventually.ts';
import { createLiveTails } from './live-tails.ts';

afterEach(() => vi.useRealTimers());

it('a live tail that has lost its connection without a word is opened again', async () => {
  vi.useFakeTimers();
  const call = new AbortController();
  let sessions = 0;
  const logs = new CloudWatchLogsClient({ region: 'us-east-1' });
  vi.spyOn(logs, 'send').mockImplementation((_command, options) => {
    sessions += 1;
    return { responseStream: silentAfter(20, sessions, abortSignalIn(options)) };
  });
  const onGap = vi.fn<() => void>();
  const tails = createLiveTails({
    aws: { logs: () => logs },
    account: 'sandbox',
    signal: call.signal,
    onUpdate: () => undefined,
    onGap,
  });
  tails.follow([
    {
      region: 'us-east-1',
      logGroup: '/logs/app',
      logGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:/logs/app',
      streams: new Map(),
    },
  ]);
  // Empty updates are no silence.
  await vi.advanceTimersByTimeAsync(30_000);
  expect({ sessions, isOpen: tails.isOpen() }).toEqual({ sessions: 1, isOpen: true });
  onGap.mockClear();
  await vi.advanceTimersByTimeAsync(10_000);
  await eventually(() => expect(sessions).toBe(2));
  // What came meanwhile is polled, without a note about the moment.
  expect(onGap).toHaveBeenCalled();
  expect({ isOpen: tails.isOpen(), why: tails.why() }).toEqual({ isOpen: true, why: undefined });
  call.abort();
});

/** A session that sends an empty update each second, and after so many nothing more. */
async function* silentAfter(
  updates: number,
  session: number,
  signal: AbortSignal,
): AsyncGenerator<StartLiveTailResponseStream> {
  yield { sessionStart: { sessionId: String(session) } };
  for (let sent = 0; sent < updates; sent += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    yield { sessionUpdate: { sessionResults: [], sessionMetadata: { sampled: false } } };
  }
  await new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });
}

function abortSignalIn(options: unknown): AbortSignal {
  const found =
    typeof options === 'object' && options !== null && 'abortSignal' in options && options.abortSignal;
  if (found instanceof AbortSignal) return found;
  throw new Error('The session cannot be ended.');
}
