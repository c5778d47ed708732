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
  find(logGroup: string): LogGroup | undefined;
  list(): readonly LogGroup[];
}

/** Of each stream; the older half goes when there are more. */
const EVENTS_KEPT = 10_000;

/** @param now the time on the wall. */
export function createLogStore(now: () => Date): LogStore {
  const groups = new Map<string, GrowingGroup>();
  let appended = 0;

  return {
    append(logGroup, stream, line) {
      const timestamp = now().getTime();
      const group: GrowingGroup = groups.get(logGroup) ?? {
        name: logGroup,
        createdAt: timestamp,
        streams: new Map(),
      };
      groups.set(logGroup, group);
      const known: GrowingStream = group.streams.get(stream) ?? {
        name: stream,
        createdAt: timestamp,
        events: [],
      };
      group.streams.set(stream, known);
      if (known.events.length >= EVENTS_KEPT) known.events.splice(0, EVENTS_KEPT / 2);
      appended += 1;
      known.events.push({ timestamp, message: line, order: appended });
    },
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
