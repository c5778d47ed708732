/** One line of a log. Times are milliseconds since 1970 on the wall, as clients count them. */
export interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
  /** Counts up over all events, so that those of one moment have an order. */
  readonly order: number;
}

export interface LogStream {
  readonly name: string;
  readonly createdAt: number;
  /** In the order in which they came, which is that of their times. */
  readonly events: readonly LogEvent[];
}

export interface LogGroup {
  readonly name: string;
  readonly createdAt: number;
  readonly streams: ReadonlyMap<string, LogStream>;
}

/** The logs of all containers. */
export interface LogStore {
  /** Adds a line, and the group and the stream when they are new. */
  append(logGroup: string, stream: string, line: string): void;
  /** Adds a line of a time of its own. It must not be before the last one of the stream. */
  put(logGroup: string, stream: string, event: Pick<LogEvent, 'timestamp' | 'message'>): void;
  createGroup(logGroup: string): void;
  createStream(logGroup: string, stream: string): void;
  find(logGroup: string): LogGroup | undefined;
  list(): readonly LogGroup[];
}

/** Of each stream; the older half goes when there are more. */
const EVENTS_KEPT = 10_000;

/** @param now the time on the wall. */
export function createLogStore(now: () => Date): LogStore {
  const groups = new Map<string, GrowingGroup>();
  let appended = 0;

  function groupOf(name: string): GrowingGroup {
    const group = groups.get(name) ?? { name, createdAt: now().getTime(), streams: new Map() };
    groups.set(name, group);
    return group;
  }

  function streamOf(logGroup: string, name: string): GrowingStream {
    const { streams } = groupOf(logGroup);
    const stream = streams.get(name) ?? { name, createdAt: now().getTime(), events: [] };
    streams.set(name, stream);
    return stream;
  }

  function put(logGroup: string, stream: string, event: Pick<LogEvent, 'timestamp' | 'message'>): void {
    const { events } = streamOf(logGroup, stream);
    if (events.length >= EVENTS_KEPT) events.splice(0, EVENTS_KEPT / 2);
    appended += 1;
    events.push({ ...event, order: appended });
  }

  return {
    put,
    append: (logGroup, stream, message) => put(logGroup, stream, { timestamp: now().getTime(), message }),
    createGroup: (logGroup) => void groupOf(logGroup),
    createStream: (logGroup, stream) => void streamOf(logGroup, stream),
    find: (logGroup) => groups.get(logGroup),
    list: () => [...groups.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  };
}

interface GrowingStream extends LogStream {
  readonly events: LogEvent[];
}

interface GrowingGroup extends LogGroup {
  readonly streams: Map<string, GrowingStream>;
}
