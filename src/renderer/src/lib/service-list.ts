import type { ServiceListEvent, ServiceRow } from '../../../shared/model/service.ts';
import type { Folding } from './streams.ts';

/** The services of a cluster as far as they have been read. */
export interface ServiceList {
  /** Missing until AWS has answered with the names. */
  readonly names?: readonly string[];
  readonly rows: ReadonlyMap<string, ServiceRow>;
  /** Why a row could not be read this time, by the service's name; what is shown of it is older. */
  readonly stale: ReadonlyMap<string, string>;
  /** When a row of an earlier reading was read, by the service's name. */
  readonly kept: ReadonlyMap<string, string>;
}

const EMPTY: ServiceList = { rows: new Map(), stale: new Map(), kept: new Map() };

function without<Value>(map: ReadonlyMap<string, Value>, names: readonly string[]): Map<string, Value> {
  const rest = new Map(map);
  for (const name of names) rest.delete(name);
  return rest;
}

function withRows(list: ServiceList, rows: readonly ServiceRow[]): ServiceList {
  const all = new Map(list.rows);
  for (const row of rows) all.set(row.name, row);
  const names = rows.map(({ name }) => name);
  return { ...list, rows: all, stale: without(list.stale, names), kept: without(list.kept, names) };
}

/** The names are the truth about which services there are; rows of services that are gone go with them. */
function withNames(list: ServiceList, names: readonly string[]): ServiceList {
  const known = new Set(names);
  const gone = [...list.rows.keys()].filter((name) => !known.has(name));
  return {
    names,
    rows: without(list.rows, gone),
    stale: without(list.stale, gone),
    kept: without(list.kept, gone),
  };
}

function withEvent(list: ServiceList, event: ServiceListEvent): ServiceList {
  if (event.kind === 'names') return withNames(list, event.names);
  if (event.kind === 'rows') return withRows(list, event.rows);
  if (event.kind === 'kept') {
    return { ...list, kept: new Map(event.rows.map(({ name, readAt }) => [name, readAt])) };
  }
  const stale = new Map(list.stale);
  for (const name of event.names) stale.set(name, event.message);
  return { ...list, stale };
}

/** How services.list becomes a list: names first, then rows; a failed batch marks rows and takes none away. */
export const serviceListFolding: Folding<'services.list', ServiceList> = {
  initial: EMPTY,
  event: withEvent,
  output: (list, rows) => ({
    ...withRows(list, rows),
    kept: list.kept,
    names: list.names ?? rows.map((row) => row.name),
  }),
};

/** The list is read every 15 seconds; a row that missed two reads says its age. */
const OLD_MS = 30_000;

/** Whether a row of an earlier reading is so old that its age is shown. */
export function isOld(readAt: string | undefined, now: number): boolean {
  return readAt !== undefined && now - Date.parse(readAt) > OLD_MS;
}

/** The names that match all terms of the filter, by name, image version, revision or state. */
export function filterNames(list: ServiceList, filter: string): readonly string[] {
  const terms = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const names = list.names ?? [];
  if (terms.length === 0) return names;
  return names.filter((name) => {
    const row = list.rows.get(name);
    const text =
      `${name} ${row?.imageVersion ?? ''} ${row?.revision ?? ''} ${row?.state ?? ''}`.toLowerCase();
    return terms.every((term) => text.includes(term));
  });
}
