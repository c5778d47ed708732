import type { ServiceRow, ServiceState } from '../../../../shared/model/service.ts';

/** States that need somebody, the worst first. */
const ATTENTION: readonly ServiceState[] = ['failing', 'degraded', 'rolled-back'];
/** The order in which states are counted. */
const COUNTED: readonly ServiceState[] = [
  ...ATTENTION,
  'deploying',
  'steady',
  'idle',
  'draining',
  'inactive',
];
const MOST_RECENT = 8;

export interface StateCount {
  readonly state: ServiceState;
  readonly count: number;
}

export interface ClusterSummary {
  /** The states that there are, the worst first. */
  readonly counts: readonly StateCount[];
  /** The worst first, then those that changed last. */
  readonly attention: readonly ServiceRow[];
  readonly deploying: readonly ServiceRow[];
  /** Of the others, those that changed last. */
  readonly recent: readonly ServiceRow[];
}

/** What there is to know of a cluster at a glance. */
export function overviewOf(rows: readonly ServiceRow[]): ClusterSummary {
  const newestFirst = rows.toSorted((one, other) =>
    (other.changedAt ?? '').localeCompare(one.changedAt ?? ''),
  );
  const needsAttention = ({ state, problem }: ServiceRow): boolean =>
    ATTENTION.includes(state) || problem !== undefined;
  const rank = ({ state }: ServiceRow): number => COUNTED.indexOf(state);
  const attention = newestFirst.filter(needsAttention).toSorted((one, other) => rank(one) - rank(other));
  const others = newestFirst.filter((row) => !needsAttention(row));
  return {
    counts: COUNTED.map((state) => ({
      state,
      count: rows.filter((row) => row.state === state).length,
    })).filter(({ count }) => count > 0),
    attention,
    deploying: others.filter(({ state }) => state === 'deploying'),
    recent: others
      .filter(({ state, changedAt }) => state !== 'deploying' && changedAt !== undefined)
      .slice(0, MOST_RECENT),
  };
}
