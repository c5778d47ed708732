import { isDrifted, type ServiceRow, type ServiceState } from '../../../../shared/model/service.ts';
import { OVERVIEW_STATES, type OverviewSearch, type OverviewState } from '../../lib/search.ts';
import { filterNames, type ServiceList } from '../../lib/service-list.ts';

const LISTED_UNDER: Readonly<Record<ServiceState, OverviewState>> = {
  failing: 'failing',
  degraded: 'degraded',
  'rolled-back': 'rolled-back',
  deploying: 'deploying',
  steady: 'healthy',
  idle: 'stopped',
  draining: 'stopped',
  inactive: 'stopped',
};

const NEEDS_ATTENTION: ReadonlySet<OverviewState> = new Set([
  'failing',
  'degraded',
  'rolled-back',
  'drifted',
]);

/** What a service is listed under. */
export function overviewStateOf(row: ServiceRow): OverviewState {
  return isDrifted(row) ? 'drifted' : LISTED_UNDER[row.state];
}

export interface Overview {
  /** Of all services, not only of those that the filter leaves. */
  readonly counts: ReadonlyMap<OverviewState, number>;
  /** The services that the filter leaves, in the order to show. */
  readonly names: readonly string[];
  readonly running: number;
  readonly desired: number;
  /** Services of which only the name is known. */
  readonly unread: number;
  readonly needsAttention: boolean;
}

/** What there is to know of a cluster at a glance. */
export function overviewOf(list: ServiceList, search: OverviewSearch): Overview {
  const states = new Map([...list.rows].map(([name, row]) => [name, overviewStateOf(row)]));
  const counts = new Map(
    OVERVIEW_STATES.map((state) => [state, [...states.values()].filter((each) => each === state).length]),
  );
  const rows = [...list.rows.values()];
  const unread = Math.max(0, (list.names?.length ?? 0) - rows.length);
  const matching = filterNames(list, search.q ?? '').filter(
    (name) => search.state === undefined || states.get(name) === search.state,
  );
  return {
    counts,
    names: sorted(matching, list, states, search.sort ?? 'state', unread > 0),
    running: rows.reduce((sum, { running }) => sum + running, 0),
    desired: rows.reduce((sum, { desired }) => sum + desired, 0),
    unread,
    needsAttention: [...states.values()].some((state) => NEEDS_ATTENTION.has(state)),
  };
}

const FIRST_WHILE_READING: ReadonlySet<OverviewState> = new Set([...NEEDS_ATTENTION, 'deploying']);

/** The order to show. While rows arrive, only what needs somebody or deploys leaves its place by name. */
function sorted(
  names: readonly string[],
  { rows }: ServiceList,
  states: ReadonlyMap<string, OverviewState>,
  sort: NonNullable<OverviewSearch['sort']>,
  isReading: boolean,
): readonly string[] {
  if (sort === 'name') return names.toSorted((one, other) => one.localeCompare(other));
  const newestFirst = (): readonly string[] => {
    const changedAt = (name: string): string => rows.get(name)?.changedAt ?? '';
    return names.toSorted((one, other) => compareTimes(changedAt(other), changedAt(one)));
  };
  if (sort === 'changed') return newestFirst();
  const rank = (name: string): number => {
    const state = states.get(name);
    if (state === undefined || (isReading && !FIRST_WHILE_READING.has(state))) return OVERVIEW_STATES.length;
    return OVERVIEW_STATES.indexOf(state);
  };
  return (isReading ? names : newestFirst()).toSorted((one, other) => rank(one) - rank(other));
}

/** Times as ISO 8601 writes them, all in UTC. Their characters have that order, and no language has another. */
function compareTimes(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
