import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { Cluster } from '../../../shared/model/cluster.ts';
import type { ClusterOverview, PlaceOverview } from '../../../shared/model/overview.ts';
import { isDrifted, type ServiceRow } from '../../../shared/model/service.ts';
import type { Handlers } from '../ports/handlers.ts';
import { isUnreachable, type LastVisit } from './last-visit.ts';

/** Services of a cluster that an overview names. */
const MOST_ROWS = 20;

type Reads = Pick<Handlers, 'clusters.list' | 'services.list'>;

interface KnownServices {
  readonly rows: readonly ServiceRow[];
  /** When the oldest row was read. */
  readonly readAt: Date;
  /** Whether they are of an earlier start. */
  readonly isKept: boolean;
}

/** Why a place is in its state. */
type StateReason = Pick<PlaceOverview, 'problem' | 'command' | 'canSignIn'>;

interface KnownPlace {
  readonly scope: Scope;
  state: PlaceOverview['state'];
  why: StateReason;
  isUnreachable: boolean;
  clusters: readonly Cluster[];
  /** When the clusters were read, where that was at an earlier start. */
  keptAt: string | undefined;
  readonly services: Map<string, KnownServices>;
  /** Why services of a cluster were not read, by its name. */
  readonly problems: Map<string, string>;
}

/** What was read of each account and region since the start, or before it where AWS cannot be reached. */
export interface KnownPlaces {
  all(): readonly PlaceOverview[];
  overviewOf(scope: Scope): PlaceOverview;
  setState(scope: Scope, state: PlaceOverview['state'], why?: StateReason): void;
  setProblem(scope: Scope, cluster: string, problem: string): void;
  /** Undefined where the services of a cluster were not read since the start. */
  servicesReadAt(scope: Scope, cluster: string): Date | undefined;
  /** The clusters that are known of a place; empty where it was not asked for. */
  clusters(scope: Scope): readonly Cluster[];
  /** The rows of a cluster that are known, and when the oldest was read. */
  services(
    scope: Scope,
    cluster: string,
  ): { readonly rows: readonly ServiceRow[]; readonly readAt: Date } | undefined;
  /** The same reads; what they answer is known afterwards. */
  keeping(reads: Reads): Reads;
}

/** Knows nothing at first. */
export function createKnownPlaces(
  now: () => Date,
  lastVisit: Pick<LastVisit, 'clusters' | 'rows'>,
): KnownPlaces {
  const places = new Map<string, KnownPlace>();

  function placeOf({ account, region }: Scope): KnownPlace {
    const key = keyOf({ account, region });
    const known = places.get(key);
    if (known !== undefined) return known;
    const place: KnownPlace = {
      scope: { account, region },
      state: 'reading',
      why: {},
      isUnreachable: false,
      clusters: [],
      keptAt: undefined,
      services: new Map(),
      problems: new Map(),
    };
    places.set(key, place);
    return place;
  }

  function setState(scope: Scope, state: PlaceOverview['state'], why: StateReason = {}): void {
    const place = placeOf(scope);
    place.state = state;
    place.why = why;
    if (state === 'read') place.isUnreachable = false;
  }

  /** What an earlier start has read of a place counts until something is read. */
  function takeKept(place: KnownPlace): void {
    const kept = lastVisit.clusters(place.scope);
    if (kept === undefined || place.clusters.length > 0) return;
    place.clusters = kept.clusters;
    place.keptAt = kept.readAt;
    for (const { name } of kept.clusters) {
      const rows = lastVisit.rows({ ...place.scope, cluster: name });
      const readAt = rows.map((each) => each.readAt).toSorted()[0];
      if (readAt === undefined || place.services.has(name)) continue;
      place.services.set(name, {
        rows: rows.map(({ row }) => row),
        readAt: new Date(readAt),
        isKept: true,
      });
    }
  }

  return {
    all: () => [...places.values()].map(toOverview),
    overviewOf: (scope) => toOverview(placeOf(scope)),
    setState,
    setProblem: (scope, cluster, problem) => void placeOf(scope).problems.set(cluster, problem),
    servicesReadAt: (scope, cluster) => {
      const known = placeOf(scope).services.get(cluster);
      return known?.isKept === false ? known.readAt : undefined;
    },
    clusters: (scope) => places.get(keyOf(scope))?.clusters ?? [],
    services: (scope, cluster) => places.get(keyOf(scope))?.services.get(cluster),
    keeping: (reads) => ({
      'clusters.list': async (scope, context) => {
        try {
          const clusters = await reads['clusters.list'](scope, context);
          const place = placeOf(scope);
          place.clusters = clusters;
          place.keptAt = undefined;
          setState(scope, 'read');
          return clusters;
        } catch (error) {
          if (error instanceof SlipwayError && !context.signal.aborted) {
            const place = placeOf(scope);
            place.isUnreachable = isUnreachable(error);
            if (place.isUnreachable) takeKept(place);
            setState(scope, needsPerson(error) ? 'sign-in' : 'failed', reasonOf(error));
          }
          throw error;
        }
      },
      'services.list': async (input, context) => {
        const kept = new Map<string, string>();
        const startedAt = now();
        const rows = await reads['services.list'](input, {
          ...context,
          emit(event) {
            if (event.kind === 'kept') for (const { name, readAt } of event.rows) kept.set(name, readAt);
            if (event.kind === 'rows') for (const { name } of event.rows) kept.delete(name);
            context.emit(event);
          },
        });
        const oldest = [...kept.values()].toSorted()[0];
        const place = placeOf(input);
        place.problems.delete(input.cluster);
        place.services.set(input.cluster, {
          rows,
          readAt: oldest === undefined ? startedAt : new Date(oldest),
          isKept: false,
        });
        return rows;
      },
    }),
  };
}

function keyOf({ account, region }: Scope): string {
  return JSON.stringify([account, region]);
}

function needsPerson({ code }: SlipwayError): boolean {
  return code === 'AUTH_REQUIRED' || code === 'MFA_REQUIRED';
}

/** Where a command signs in or a code is asked for, Slipway can ask as well; refused keys are for somebody to replace. */
function reasonOf({ code, message, detail: { command } }: SlipwayError): StateReason {
  return {
    problem: message,
    ...(command === undefined ? {} : { command }),
    ...(command === undefined && code !== 'MFA_REQUIRED' ? {} : { canSignIn: true }),
  };
}

function toOverview(place: KnownPlace): PlaceOverview {
  const { scope, state, why, clusters, keptAt, services, problems } = place;
  return {
    ...scope,
    state,
    ...why,
    ...(place.isUnreachable ? { isUnreachable: true } : {}),
    ...(keptAt === undefined ? {} : { keptAt }),
    clusters: clusters.map((cluster) =>
      toClusterOverview(cluster, services.get(cluster.name), problems.get(cluster.name)),
    ),
  };
}

function toClusterOverview(
  cluster: Cluster,
  known: KnownServices | undefined,
  problem: string | undefined,
): ClusterOverview {
  const said = problem === undefined ? {} : { problem };
  if (known === undefined) return { ...cluster, rows: [], ...said };
  const ranked = known.rows
    .map((row) => ({ row, rank: rankOf(row) }))
    .filter(({ rank }) => rank < RANKS.length)
    .toSorted((one, other) => one.rank - other.rank);
  const drifted = known.rows.filter(isDrifted).length;
  const count = (counted: ServiceRow['state']): number =>
    known.rows.filter(({ state }) => state === counted).length;
  return {
    ...cluster,
    counts: {
      failing: count('failing'),
      degraded: count('degraded') - drifted,
      rolledBack: count('rolled-back'),
      deploying: count('deploying'),
      drifted,
    },
    readAt: known.readAt.toISOString(),
    rows: ranked.slice(0, MOST_ROWS).map(({ row }) => row),
    ...said,
  };
}

/** What needs somebody first; what drifted comes last, because all of its tasks run. */
const RANKS: readonly ServiceRow['state'][] = ['failing', 'degraded', 'rolled-back', 'deploying'];

function rankOf(row: ServiceRow): number {
  if (isDrifted(row)) return RANKS.length - 0.5;
  const rank = RANKS.indexOf(row.state);
  return rank === -1 ? RANKS.length : rank;
}
