import type { LogGroupClass } from '@aws-sdk/client-cloudwatch-logs';
import { createTable, KEEPS_NOTHING, type StoredTable } from '../../storage/table.ts';

/** One line of a log. Times are milliseconds since 1970 on the wall, as clients count them. */
export interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
  /** When it came; absent where it was kept before that was noted. */
  readonly ingestionTime?: number;
  /** Counts up over all events, so that those of one moment have an order. */
  readonly order: number;
}

export interface LogStream {
  readonly name: string;
  readonly createdAt: number;
  /** In the order in which they came. */
  readonly events: readonly LogEvent[];
  /** The same in the order of their timestamps. */
  readonly byTime: readonly LogEvent[];
}

export interface LogGroup {
  readonly name: string;
  readonly createdAt: number;
  /** Absent for the class Standard. */
  readonly logGroupClass?: LogGroupClass;
  readonly streams: ReadonlyMap<string, LogStream>;
}

/** The logs of a region. */
export interface LogStore {
  /** Adds a line, and the group and the stream when they are new. */
  append(logGroup: string, stream: string, line: string): void;
  /** Adds a line with a time of its own. */
  put(logGroup: string, stream: string, event: Pick<LogEvent, 'timestamp' | 'message'>): void;
  createGroup(logGroup: string, logGroupClass?: LogGroupClass): void;
  createStream(logGroup: string, stream: string): void;
  find(logGroup: string): LogGroup | undefined;
  list(): readonly LogGroup[];
  /** The order of the latest event. */
  latest(): number;
}

/** What writes into a stream as long as it runs. Times are those of the wall. */
export interface Writer {
  readonly stream: string;
  readonly from: number;
  readonly until: number;
  /** Its lines from a time on and before another, oldest first; always the same ones. */
  readonly linesBetween: (from: number, until: number) => Iterable<Pick<LogEvent, 'timestamp' | 'message'>>;
}

/** Who writes into a group now, and did a moment ago. */
export type WritersOf = (logGroup: string) => readonly Writer[];

export type LogTable = 'logGroups' | 'logStreams' | 'logEvents';

type GroupRecord = Pick<LogGroup, 'name' | 'createdAt' | 'logGroupClass'>;
type StreamRecord = Pick<LogStream, 'name' | 'createdAt'> & { readonly logGroup: string };
type EventRecord = LogEvent & { readonly logGroup: string; readonly stream: string };

/** Of each stream; the older half goes when there are more. */
const EVENTS_KEPT = 10_000;
/** Lines of writers are made up for so long before they are read. */
const LINES_KEPT_MS = 60 * 60 * 1000;

interface StreamEvents {
  readonly events: LogEvent[];
  /** Undefined until it is asked for. */
  byTime: readonly LogEvent[] | undefined;
  /** Up to when the lines of its writer are among the events. */
  writtenUntil: number;
}

/**
 * @param now the time on the wall.
 * @param writersOf who is asked for further lines when a group is read; these are never stored.
 */
export function createLogStore(
  now: () => Date,
  stored: (table: LogTable) => StoredTable = () => KEEPS_NOTHING,
  writersOf: WritersOf = () => [],
): LogStore {
  const groups = createTable<GroupRecord>(
    (group) => group.name,
    () => '',
    stored('logGroups'),
  );
  const streams = createTable<StreamRecord>(
    ({ logGroup, name }) => streamKey(logGroup, name),
    ({ logGroup }) => logGroup,
    stored('logStreams'),
  );
  const storedEvents = stored('logEvents');
  const lists = new Map<string, StreamEvents>();
  let appended = 0;
  // Only this store has written what is stored of it.
  for (const { logGroup, stream, ...event } of storedEvents.load() as readonly EventRecord[]) {
    eventsOf(streamKey(logGroup, stream)).events.push(event);
    appended = Math.max(appended, event.order);
  }

  function eventsOf(key: string): StreamEvents {
    const known = lists.get(key);
    if (known !== undefined) return known;
    const list: StreamEvents = { events: [], byTime: undefined, writtenUntil: 0 };
    lists.set(key, list);
    return list;
  }

  function createGroup(name: string, logGroupClass?: LogGroupClass): void {
    if (groups.get(name) !== undefined) return;
    const createdAt = now().getTime();
    groups.put({ name, createdAt, ...(logGroupClass === undefined ? {} : { logGroupClass }) });
  }

  function createStream(logGroup: string, name: string): void {
    createGroup(logGroup);
    if (streams.get(streamKey(logGroup, name)) !== undefined) return;
    streams.put({ logGroup, name, createdAt: now().getTime() });
  }

  function add(list: StreamEvents, event: Omit<LogEvent, 'order'>): LogEvent {
    appended += 1;
    const added = { ...event, order: appended };
    if (list.events.length >= EVENTS_KEPT) {
      for (const { order } of list.events.splice(0, EVENTS_KEPT / 2))
        storedEvents.keep(String(order), undefined);
    }
    list.events.push(added);
    list.byTime = undefined;
    return added;
  }

  function put(logGroup: string, stream: string, event: Pick<LogEvent, 'timestamp' | 'message'>): void {
    createStream(logGroup, stream);
    const list = eventsOf(streamKey(logGroup, stream));
    const added = add(list, { ...event, ingestionTime: now().getTime() });
    storedEvents.keep(String(added.order), { ...added, logGroup, stream } satisfies EventRecord);
  }

  /** Makes up what the containers of a group have written since it was read last. */
  function writeOn(logGroup: string): void {
    const time = now().getTime();
    for (const { stream, from, until, linesBetween } of writersOf(logGroup)) {
      const list = eventsOf(streamKey(logGroup, stream));
      const start = Math.max(from, list.writtenUntil, time - LINES_KEPT_MS);
      const end = Math.min(until, time);
      if (end <= start) continue;
      createStream(logGroup, stream);
      for (const line of linesBetween(start, end)) add(list, { ...line, ingestionTime: line.timestamp });
      list.writtenUntil = end;
    }
  }

  function viewGroup(record: GroupRecord): LogGroup {
    const { name } = record;
    const own = [...streams.inGroup(name)].map((stream): [string, LogStream] => [
      stream.name,
      viewStream(stream, eventsOf(streamKey(name, stream.name))),
    ]);
    return { ...record, streams: new Map(own) };
  }

  return {
    put,
    append: (logGroup, stream, message) => put(logGroup, stream, { timestamp: now().getTime(), message }),
    createGroup,
    createStream,
    find(logGroup) {
      writeOn(logGroup);
      const group = groups.get(logGroup);
      return group && viewGroup(group);
    },
    list: () => [...groups.all()].map(viewGroup).toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    latest: () => appended,
  };
}

function viewStream({ name, createdAt }: StreamRecord, list: StreamEvents): LogStream {
  return {
    name,
    createdAt,
    events: list.events,
    get byTime() {
      list.byTime ??= sortedByTime(list.events);
      return list.byTime;
    },
  };
}

/** Most events come in the order of their times, so that the list itself can be used. */
function sortedByTime(events: readonly LogEvent[]): readonly LogEvent[] {
  const isSorted = events.every((event, index) => event.timestamp >= (events[index - 1]?.timestamp ?? 0));
  if (isSorted) return events;
  return events.toSorted((one, other) => one.timestamp - other.timestamp || one.order - other.order);
}

function streamKey(logGroup: string, stream: string): string {
  return `${logGroup} ${stream}`;
}
