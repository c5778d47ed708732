import { type FilteredLogEvent, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Aws } from '../aws/aws.ts';
import { withRetry } from '../aws/retry.ts';
import type { TargetGroup } from './log-targets.ts';
import { isMissingStream } from './refused-group.ts';

/** An event, and the log group that it is in. */
export interface FoundEvent extends FilteredLogEvent {
  readonly group: TargetGroup;
}

/** A window of timestamps in milliseconds; without `before` up to the last one. */
export interface TimeWindow {
  readonly from: number;
  readonly before?: number | undefined;
}

/** One call takes so many: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
const MOST_STREAMS = 100;
/** Events of the first request of a history: a page of all that one takes (10,000) keeps the first lines waiting. */
export const FIRST_EVENTS = 500;
/** A stream that did not exist is asked for again after this. */
const MISSING_MS = 5_000;

/** Reads the events of log streams with FilterLogEvents. */
export interface EventFinder {
  /**
   * The events of streams of a group, in the order of their timestamps. Throws FORBIDDEN, and NOT_FOUND for a group that is missing.
   * `firstEvents`: how many the first request asks for; as many as AWS gives where it is left out.
   */
  find(
    group: TargetGroup,
    streams: readonly string[],
    window: TimeWindow,
    firstEvents?: number,
  ): AsyncIterable<readonly FoundEvent[]>;
  /** A stream has events after all. */
  exists(group: TargetGroup, stream: string): void;
}

export function createEventFinder(aws: Pick<Aws, 'logs'>, account: string, signal: AbortSignal): EventFinder {
  const missing = new Map<string, number>();
  const keyOf = ({ region, logGroup }: TargetGroup, stream: string): string =>
    `${region} ${logGroup} ${stream}`;

  /** FilterLogEvents refuses a request with the name of a stream that does not exist, so that such names are found by halving. */
  async function* findIn(
    group: TargetGroup,
    streams: readonly string[],
    window: TimeWindow,
    firstEvents: number | undefined,
  ): AsyncGenerator<readonly FoundEvent[]> {
    let hasPages = false;
    try {
      for await (const page of pagesOf(group, streams, window, firstEvents)) {
        hasPages = true;
        yield page;
      }
      for (const stream of streams) missing.delete(keyOf(group, stream));
    } catch (error) {
      if (hasPages || !isMissingStream(error)) throw error;
      if (streams.length === 1) {
        missing.set(keyOf(group, streams[0] ?? ''), performance.now());
        return;
      }
      const half = Math.ceil(streams.length / 2);
      const halves = [streams.slice(0, half), streams.slice(half)];
      yield* inOrder(halves.map((part) => findIn(group, part, window, firstEvents)));
    }
  }

  async function* pagesOf(
    group: TargetGroup,
    streams: readonly string[],
    { from, before }: TimeWindow,
    firstEvents: number | undefined,
  ): AsyncGenerator<readonly FoundEvent[]> {
    const logs = aws.logs({ account, region: group.region }, 'visible');
    let nextToken: string | undefined;
    do {
      const command = new FilterLogEventsCommand({
        logGroupName: group.logGroup,
        logStreamNames: [...streams],
        startTime: Math.max(0, Math.floor(from)),
        // Its last millisecond belongs to the window of AWS.
        ...(before === undefined ? {} : { endTime: Math.max(0, Math.floor(before) - 1) }),
        ...(nextToken === undefined ? {} : { nextToken }),
        ...(nextToken === undefined && firstEvents !== undefined ? { limit: firstEvents } : {}),
      });
      const answer = await withRetry(signal, () => logs.send(command, { abortSignal: signal }));
      const events = answer.events ?? [];
      yield events.map((event) => ({ ...event, group }));
      nextToken = answer.nextToken;
    } while (nextToken !== undefined);
  }

  return {
    find(group, streams, window, firstEvents) {
      const now = performance.now();
      const isDue = (stream: string): boolean => {
        const since = missing.get(keyOf(group, stream));
        return since === undefined || now - since > MISSING_MS;
      };
      const due = streams.filter(isDue);
      // A stream that was missing is asked for alone, so that the others need no halving again.
      const alone = due.filter((stream) => missing.has(keyOf(group, stream)));
      const usual = due.filter((stream) => !missing.has(keyOf(group, stream)));
      const parts = [
        ...Array.from({ length: Math.ceil(usual.length / MOST_STREAMS) }, (_, part) =>
          usual.slice(part * MOST_STREAMS, (part + 1) * MOST_STREAMS),
        ),
        ...alone.map((stream) => [stream]),
      ];
      return inOrder(parts.map((part) => findIn(group, part, window, firstEvents)));
    },
    exists: (group, stream) => missing.delete(keyOf(group, stream)),
  };
}

interface Source {
  readonly pages: AsyncIterator<readonly FoundEvent[]>;
  waiting: readonly FoundEvent[];
  isDone: boolean;
}

/** Several readings, each in order, as one in order. Holds a page of each at most. */
export async function* inOrder(
  readings: readonly AsyncIterable<readonly FoundEvent[]>[],
): AsyncGenerator<readonly FoundEvent[]> {
  const sources: Source[] = readings.map((reading) => ({
    pages: reading[Symbol.asyncIterator](),
    waiting: [],
    isDone: false,
  }));
  for (;;) {
    await Promise.all(sources.map(fill));
    const open = sources.filter(({ isDone }) => !isDone);
    // Nothing earlier can come than the last one of each that is here.
    const until = Math.min(...open.map(({ waiting }) => timeOf(waiting.at(-1))));
    const ready: FoundEvent[] = [];
    for (const source of sources) {
      const next = source.waiting.findIndex((event) => timeOf(event) > until);
      const count = next === -1 ? source.waiting.length : next;
      ready.push(...source.waiting.slice(0, count));
      source.waiting = source.waiting.slice(count);
    }
    if (ready.length > 0)
      yield sources.length === 1 ? ready : ready.toSorted((a, b) => timeOf(a) - timeOf(b));
    if (open.length === 0) return;
  }
}

async function fill(source: Source): Promise<void> {
  while (!source.isDone && source.waiting.length === 0) {
    const next = await source.pages.next();
    if (next.done === true) source.isDone = true;
    else source.waiting = next.value;
  }
}

function timeOf(event: FilteredLogEvent | undefined): number {
  return event?.timestamp ?? 0;
}
