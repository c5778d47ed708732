import type { ServiceRow } from '../../../shared/model/service.ts';

/** Rows of a cluster as they were read the last time, by name, each with the time of its reading. */
export type KeptRows = ReadonlyMap<string, KeptRow>;

export interface KeptRow {
  readonly row: ServiceRow;
  readonly readAt: Date;
}

/** Services that a refresh describes at least: four requests. With 26 rows on the screen, the others of 400 take 28 refreshes. */
const AT_LEAST = 40;
/** So many of the oldest rows are read again even when many others change. */
const OLDEST_AT_LEAST = 10;

const AT_REST: ReadonlySet<ServiceRow['state']> = new Set(['steady', 'idle', 'inactive']);

/**
 * The names that a refresh describes: services that are new, on the screen, changing or changed by Slipway since their
 * row was read, and then those whose rows are the oldest. ECS has no request that tells what has changed.
 */
export function namesToRefresh(
  names: readonly string[],
  kept: KeptRows,
  { visible, changed }: { readonly visible: readonly string[]; readonly changed: ReadonlyMap<string, Date> },
): readonly string[] {
  const onScreen = new Set(visible);
  const first: string[] = [];
  const later: { readonly name: string; readonly readAt: Date }[] = [];
  for (const name of names) {
    const before = kept.get(name);
    if (before === undefined || onScreen.has(name) || isChanging(before, changed.get(name))) first.push(name);
    else later.push({ name, readAt: before.readAt });
  }
  const oldest = later
    .toSorted((one, other) => one.readAt.getTime() - other.readAt.getTime())
    .slice(0, Math.max(OLDEST_AT_LEAST, AT_LEAST - first.length))
    .map(({ name }) => name);
  const wanted = new Set([...first, ...oldest]);
  return names.filter((name) => wanted.has(name));
}

function isChanging({ row, readAt }: KeptRow, changedAt: Date | undefined): boolean {
  if (changedAt !== undefined && changedAt >= readAt) return true;
  return !AT_REST.has(row.state) || row.pending > 0 || row.running !== row.desired;
}
