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
}

export interface LogGroup {
  readonly name: string;
  readonly createdAt: number;
  readonly streams: ReadonlyMap<string, LogStream>;
}

/** The logs of a region. */
export interface LogStore {
  /** Adds a line, and the group and the stream when they are new. */
  append(logGroup: string, stream: string, line: string): void;
  /** Adds a line with a time of its own. */
  put(logGroup: string, stream: string, event: Pick<LogEvent, 'timestamp' | 'message'>): void;
  createGroup(logGroup: string): void;
  createStream(logGroup: string, stream: string): void;
  find(logGroup: string): LogGroup | undefined;
  list(): readonly LogGroup[];
}

export type LogTable = 'logGroups' | 'logStreams' | 'logEvents';

type GroupRecord = Pick<LogGroup, 'name' | 'createdAt'>;
type StreamRecord = Pick<LogStream, 'name' | 'createdAt'> & { readonly logGroup: string };
type EventRecord = LogEvent & { readonly logGroup: string; readonly stream: string };

/** Of each stream; the older half goes when there are more. */
const EVENTS_KEPT = 10_000;

/** @param now the time on the wall. */
export function createLogStore(
  now: () => Date,
  stored: (table: LogTable) => StoredTable = () => KEEPS_NOTHING,
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
  const events = createTable<EventRecord>(
    ({ order }) => String(order),
    ({ logGroup, stream }) => streamKey(logGroup, stream),
    stored('logEvents'),
  );
  const counts = new Map<string, number>();
  let appended = 0;
  for (const { logGroup, stream, order } of events.all()) {
    const key = streamKey(logGroup, stream);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    appended = Math.max(appended, order);
  }

  function createGroup(name: string): void {
    if (groups.get(name) === undefined) groups.put({ name, createdAt: now().getTime() });
  }

  function createStream(logGroup: string, name: string): void {
    createGroup(logGroup);
    if (streams.get(streamKey(logGroup, name)) !== undefined) return;
    streams.put({ logGroup, name, createdAt: now().getTime() });
  }

  function put(logGroup: string, stream: string, event: Pick<LogEvent, 'timestamp' | 'message'>): void {
    createStream(logGroup, stream);
    makeRoom(streamKey(logGroup, stream));
    appended += 1;
    events.put({ ...event, ingestionTime: now().getTime(), order: appended, logGroup, stream });
  }

  /** Counts one more event of a stream. */
  function makeRoom(key: string): void {
    const count = counts.get(key) ?? 0;
    counts.set(key, count < EVENTS_KEPT ? count + 1 : EVENTS_KEPT / 2 + 1);
    if (count < EVENTS_KEPT) return;
    for (const { order } of [...events.inGroup(key)].slice(0, EVENTS_KEPT / 2)) events.delete(String(order));
  }

  function viewGroup({ name, createdAt }: GroupRecord): LogGroup {
    const own = [...streams.inGroup(name)].map((stream): [string, LogStream] => [
      stream.name,
      {
        name: stream.name,
        createdAt: stream.createdAt,
        get events() {
          return [...events.inGroup(streamKey(name, stream.name))];
        },
      },
    ]);
    return { name, createdAt, streams: new Map(own) };
  }

  return {
    put,
    append: (logGroup, stream, message) => put(logGroup, stream, { timestamp: now().getTime(), message }),
    createGroup,
    createStream,
    find(logGroup) {
      const group = groups.get(logGroup);
      return group && viewGroup(group);
    },
    list: () => [...groups.all()].map(viewGroup).toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  };
}

function streamKey(logGroup: string, stream: string): string {
  return `${logGroup} ${stream}`;
}
