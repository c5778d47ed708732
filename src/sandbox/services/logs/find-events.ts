import { matchesPattern } from './filter-pattern.ts';
import type { LogEvent, LogStream } from './log-store.ts';

/** A page has at most so many bytes: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
const LARGEST_PAGE_BYTES = 1024 * 1024;
/** A call looks at so many events at most; then it answers with what it has found, which may be nothing. */
const MOST_LOOKED_AT = 100_000;

export interface FoundEvent {
  readonly stream: string;
  readonly event: LogEvent;
}

/** A place between two events: after the one with this timestamp and order. */
export interface Place {
  readonly timestamp: number;
  readonly order: number;
}

export interface EventSearch {
  readonly streams: readonly LogStream[];
  /** Where the search begins; the timestamps of its events are at least this. */
  readonly after: Place;
  /** The timestamps of its events are below this. */
  readonly before: number;
  readonly pattern: string | undefined;
  readonly limit: number;
}

/** One page of the events of several streams by their times, and where the next page begins, when there is one. */
export function findEvents({ streams, after, before, pattern, limit }: EventSearch): {
  readonly found: readonly FoundEvent[];
  readonly next: Place | undefined;
} {
  const heads = streams
    .map(({ name, byTime }) => ({ name, byTime, at: indexAfter(byTime, after) }))
    .filter(({ byTime, at }) => isBefore(byTime[at], before));
  const found: FoundEvent[] = [];
  let bytes = 0;
  let last = after;
  for (let looked = 0; heads.length > 0; looked += 1) {
    const head = earliestOf(heads);
    const event = head.byTime[head.at];
    if (event === undefined) break;
    const size = Buffer.byteLength(event.message);
    const isFull = found.length >= limit || (found.length > 0 && bytes + size > LARGEST_PAGE_BYTES);
    if (isFull || looked >= MOST_LOOKED_AT) return { found, next: last };
    last = { timestamp: event.timestamp, order: event.order };
    if (matchesPattern(event.message, pattern)) {
      found.push({ stream: head.name, event });
      bytes += size;
    }
    head.at += 1;
    if (!isBefore(head.byTime[head.at], before)) heads.splice(heads.indexOf(head), 1);
  }
  return { found, next: undefined };
}

interface Head {
  readonly name: string;
  readonly byTime: readonly LogEvent[];
  at: number;
}

function isBefore(event: LogEvent | undefined, before: number): boolean {
  return event !== undefined && event.timestamp < before;
}

function earliestOf(heads: readonly Head[]): Head {
  return heads.reduce((best, each) => {
    const [one, other] = [best.byTime[best.at], each.byTime[each.at]];
    return one !== undefined && other !== undefined && compare(other, one) < 0 ? each : best;
  });
}

function compare(one: Place, other: Place): number {
  return one.timestamp - other.timestamp || one.order - other.order;
}

/** The index of the first event after a place, by halving. */
function indexAfter(events: readonly LogEvent[], place: Place): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const event = events[middle];
    if (event !== undefined && compare(event, place) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
