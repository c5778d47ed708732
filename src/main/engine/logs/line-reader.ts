import type { ServiceLogLine } from '../../../shared/model/log.ts';
import { type EventFinder, FIRST_EVENTS, type FoundEvent, inOrder, type TimeWindow } from './found-events.ts';
import type { LiveUpdate } from './live-tails.ts';
import { contentKey, createLineMaker, type LogEvent, taskOfRecord } from './log-line.ts';
import type { LogTarget, TargetGroup } from './log-targets.ts';
import { createSeenLines } from './seen-lines.ts';

/** CloudWatch may show an event some seconds after it has been ingested, so that the last ones are read again. */
const OVERLAP_MS = 20_000;
/** Between those readings, only so much. */
const SHORT_OVERLAP_MS = 1_000;
/** What was ingested so long before the last reading is not looked at again. */
const REMEMBERED_MS = 40_000;
/** For a stream whose clock nothing is known of. */
const UNKNOWN_DELAY_MS = 15 * 60_000;
const LONGEST_DELAY_MS = 60 * 60_000;
/** A late event is remembered for so long, so that a stream is not read far back forever. */
const DELAY_MS = 2 * 60_000;
/** Streams with a longer delay are read apart, so that the others need not be read so far back. */
const USUAL_DELAY_MS = 30_000;

/**
 * Reads the lines of a service, each once. What has been read is known by the time of ingestion, which is that of AWS: the
 * timestamps of a container are those of its own machine, whose clock may differ, and come in batches.
 */
export interface LineReader {
  /** Everything from a time on that is there now. A group that is refused is left out. */
  history(
    groups: readonly TargetGroup[],
    window: TimeWindow,
    refuse: (group: TargetGroup, error: unknown) => boolean,
  ): AsyncIterable<readonly ServiceLogLine[]>;
  /** What has come since the last reading, and what was missed then. */
  news(
    group: TargetGroup,
    window: TimeWindow,
    reach: 'short' | 'long',
  ): AsyncIterable<readonly ServiceLogLine[]>;
  /** The lines of an update that were not told. */
  live(groups: readonly TargetGroup[], update: LiveUpdate): readonly ServiceLogLine[];
  /** Ends a round of `news` over all groups, which has begun so many milliseconds ago. */
  endRound(ms: number): void;
}

export function createLineReader(finder: EventFinder): LineReader {
  const seen = createSeenLines();
  const makeLine = createLineMaker();
  const makeLiveLine = createLineMaker();
  /** By stream: how long after their timestamps its events come, in this period and in the one before. */
  const delays = new Map<string, { longest: number; before: number; since: number }>();
  /** The latest ingestion so far, and up to which everything was read. */
  let latest = Number.NEGATIVE_INFINITY;
  let readUntil = Number.NEGATIVE_INFINITY;

  function note(target: LogTarget, { timestamp = 0, ingestionTime = timestamp }: LogEvent): void {
    latest = Math.max(latest, ingestionTime);
    const key = delayKey(target);
    const now = performance.now();
    const known = delays.get(key) ?? { longest: 0, before: 0, since: now };
    if (now - known.since > DELAY_MS) Object.assign(known, { longest: 0, before: known.longest, since: now });
    known.longest = Math.max(known.longest, Math.min(LONGEST_DELAY_MS, ingestionTime - timestamp));
    delays.set(key, known);
  }

  function lineOfFound(event: FoundEvent): ServiceLogLine | undefined {
    const target = targetOf(event.group, event.logStreamName, event);
    if (target === undefined) return undefined;
    const key = contentKey(target, event);
    const copy = seen.found(key, event.ingestionTime ?? 0, event.eventId ?? '');
    if (copy === undefined) return undefined;
    note(target, event);
    return makeLine(target, event, `${key}/${copy}`);
  }

  async function* read(
    group: TargetGroup,
    streams: readonly string[],
    window: TimeWindow,
  ): AsyncGenerator<readonly ServiceLogLine[]> {
    for await (const events of finder.find(group, streams, window)) {
      yield events.flatMap((event) => lineOfFound(event) ?? []);
    }
  }

  function delayOf(group: TargetGroup, stream: string): number {
    const targets = group.streams.get(stream) ?? [];
    const known = targets.flatMap((target) => delays.get(delayKey(target)) ?? []);
    if (known.length === 0) return UNKNOWN_DELAY_MS;
    return Math.max(...known.flatMap(({ longest, before }) => [longest, before]));
  }

  return {
    async *history(groups, window, refuse) {
      const startedAt = performance.now();
      async function* find(group: TargetGroup): AsyncGenerator<readonly FoundEvent[]> {
        // To ask for a stream that does not exist takes further calls until the others are found. The news bring it.
        const mayHaveEvents = (stream: string): boolean =>
          group.streams.get(stream)?.some(({ state }) => state !== 'pending') === true;
        try {
          const streams = [...group.streams.keys()].filter(mayHaveEvents);
          yield* finder.find(group, streams, window, FIRST_EVENTS);
        } catch (error) {
          if (!refuse(group, error)) throw error;
        }
      }
      const readings = groups.map(find);
      for await (const events of inOrder(readings)) {
        yield events.flatMap((event) => lineOfFound(event) ?? []);
        // Lines come by their own times: one of a clock that is ahead was ingested long before others that come earlier.
        seen.forget(latest - (performance.now() - startedAt) - REMEMBERED_MS);
      }
      // What came in while this reading lasted may be behind it.
      readUntil = latest - (performance.now() - startedAt);
      seen.raiseFloor(readUntil - REMEMBERED_MS);
    },

    async *news(group, { from, before }, reach) {
      const overlap = reach === 'long' ? OVERLAP_MS : SHORT_OVERLAP_MS;
      const startOf = (stream: string): number =>
        Math.max(from, readUntil - overlap - delayOf(group, stream));
      const [usual, late] = [true, false].map((isUsual) =>
        [...group.streams.keys()].filter((stream) => delayOf(group, stream) <= USUAL_DELAY_MS === isUsual),
      );
      for (const streams of [usual ?? [], late ?? []]) {
        if (streams.length === 0) continue;
        yield* read(group, streams, { from: Math.min(...streams.map(startOf)), before });
      }
    },

    endRound(ms) {
      readUntil = Math.max(readUntil, latest - ms);
      seen.raiseFloor(readUntil - REMEMBERED_MS);
    },

    live(groups, { region, events, session }) {
      return events.flatMap((event) => {
        const group = groups.find(
          ({ region: its, logGroup, logGroupArn }) =>
            its === region && isGroup(event.logGroupIdentifier, logGroup, logGroupArn),
        );
        const target = group && targetOf(group, event.logStreamName, event);
        if (group === undefined || target === undefined) return [];
        finder.exists(group, event.logStreamName ?? '');
        const key = contentKey(target, event);
        const copy = seen.live(key, event.ingestionTime ?? 0, session);
        if (copy === undefined) return [];
        note(target, event);
        return [makeLiveLine(target, event, `${key}/${copy}`)];
      });
    },
  };
}

/** CloudWatch names a group by its ARN, by `account:name` or by its name. */
function isGroup(identifier: string | undefined, logGroup: string, logGroupArn: string): boolean {
  return (
    identifier === logGroupArn || identifier === logGroup || identifier?.endsWith(`:${logGroup}`) === true
  );
}

/** Whose line an event is: that of the stream, or where several write into it, the one that the record names. */
function targetOf(
  { streams }: TargetGroup,
  stream: string | undefined,
  { message = '' }: LogEvent,
): LogTarget | undefined {
  const targets = streams.get(stream ?? '') ?? [];
  if (targets.length <= 1) return targets[0];
  const taskId = taskOfRecord(message);
  return targets.find((target) => target.taskId === taskId) ?? targets[0];
}

function delayKey({ region, logGroup, logStream }: LogTarget): string {
  return `${region} ${logGroup} ${logStream}`;
}
