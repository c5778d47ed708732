/**
 * Records by key, and by the one group that each belongs to, in the order of their first `put`. Records are plain
 * data and are replaced, never changed, so that `put` and `delete` are the only writes there are.
 */
export interface Table<R> {
  get(key: string): R | undefined;
  put(record: R): void;
  delete(key: string): void;
  all(): IterableIterator<R>;
  /** The records of one group; nothing when there is no such group. */
  inGroup(group: string): Iterable<R>;
  /** The groups that hold at least one record. */
  groups(): IterableIterator<string>;
}

/** Where the records of a table outlive the process. */
export interface StoredTable {
  /** What the table held before, in the order of their first `put`. */
  load(): readonly unknown[];
  /** Undefined for a record that is gone. */
  keep(key: string, record: unknown): void;
}

export const KEEPS_NOTHING: StoredTable = { load: () => [], keep: () => {} };

/** Makes a table with what was stored of it. A record's key and group never change. */
export function createTable<R>(
  keyOf: (record: R) => string,
  groupOf: (record: R) => string,
  stored: StoredTable,
): Table<R> {
  const byKey = new Map<string, R>();
  const byGroup = new Map<string, Map<string, R>>();

  function insert(record: R): string {
    const key = keyOf(record);
    const group = groupOf(record);
    const members = byGroup.get(group) ?? new Map<string, R>();
    byKey.set(key, record);
    byGroup.set(group, members.set(key, record));
    return key;
  }

  // Only this table has written what is stored of it.
  for (const record of stored.load()) insert(record as R);

  return {
    get: (key) => byKey.get(key),
    put(record) {
      stored.keep(insert(record), record);
    },
    delete(key) {
      const record = byKey.get(key);
      if (record === undefined) return;
      byKey.delete(key);
      stored.keep(key, undefined);
      const group = groupOf(record);
      const members = byGroup.get(group);
      members?.delete(key);
      if (members?.size === 0) byGroup.delete(group);
    },
    all: () => byKey.values(),
    inGroup: (group) => byGroup.get(group)?.values() ?? [],
    groups: () => byGroup.keys(),
  };
}
