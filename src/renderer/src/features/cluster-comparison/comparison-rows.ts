import {
  type ClusterNames,
  COMPARED_STATES,
  type ComparedService,
  type ComparedServiceState,
  comparedStateText,
} from '../../../../shared/model/cluster-comparison.ts';
import type { ClusterComparisonSearch } from '../../lib/search.ts';
import type { Folding } from '../../lib/streams.ts';

/** A comparison as far as it has come. */
export interface ComparisonSoFar {
  /** Missing until the services of both clusters are listed. */
  readonly rows: ReadonlyMap<string, ComparedService> | undefined;
  readonly read: number;
  readonly total: number;
}

/** Rows as they arrive. The first event of a reading has them all, so that those that are gone fall away. */
export const comparisonFolding: Folding<'clusters.compare', ComparisonSoFar> = {
  initial: { rows: undefined, read: 0, total: 0 },
  event: ({ rows }, { rows: arrived, read, total }) => {
    const before = rows ?? new Map<string, ComparedService>();
    if (read > 0) return { rows: new Map([...before, ...byId(arrived)]), read, total };
    // While it is compared again, a row stays as it was until it is read.
    const kept = arrived.map((row) => (row.state === 'reading' ? (before.get(row.id) ?? row) : row));
    return { rows: byId(kept), read, total };
  },
  output: ({ total }, { rows }) => ({ rows: byId(rows), read: total, total }),
};

function byId(rows: readonly ComparedService[]): ReadonlyMap<string, ComparedService> {
  return new Map(rows.map((row) => [row.id, row]));
}

/** How many rows have each state, in the order of the states. */
export function countsOf(rows: Iterable<ComparedService>): ReadonlyMap<ComparedServiceState, number> {
  const counts = new Map<ComparedServiceState, number>();
  for (const { state } of rows) counts.set(state, (counts.get(state) ?? 0) + 1);
  return new Map(
    COMPARED_STATES.flatMap((state) => {
      const count = counts.get(state);
      return count === undefined ? [] : [[state, count] as const];
    }),
  );
}

/** The rows that a search asks for, in its order. Every word must be in the names, the versions or the state. */
export function shownRows(
  rows: Iterable<ComparedService>,
  { state, q = '', sort }: ClusterComparisonSearch,
  names: ClusterNames,
): readonly ComparedService[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = [...rows].filter((row) => {
    if (state !== undefined && row.state !== state) return false;
    const { before = '', after = '', versions } = row;
    const text = [before, after, versions?.before, versions?.after, comparedStateText(row, names)]
      .join(' ')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const byName = (one: ComparedService, other: ComparedService): number => one.id.localeCompare(other.id);
  const rank = (row: ComparedService): number => COMPARED_STATES.indexOf(row.state);
  return shown.toSorted(
    sort === 'name' ? byName : (one, other) => rank(one) - rank(other) || byName(one, other),
  );
}
