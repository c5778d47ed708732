import type { Environment } from '../../../shared/model/account.ts';
import type { ClusterRef } from '../../../shared/model/cluster.ts';
import type {
  Matrix,
  MatrixCell,
  TimelineEnvironment,
  TimelineFilter,
} from '../../../shared/model/timeline.ts';
import type { Accounts } from '../aws/accounts.ts';
import type { Environments } from '../environments/environments.ts';
import type { ServiceChanges } from '../journal/service-changes.ts';
import { withoutEnvironment } from '../revisions/compare/service-pairs.ts';
import type { KnownCommits } from './commits-behind.ts';
import { mainImageOf, type ServiceState, serviceAt, versionOf } from './service-at.ts';
import type { KeptCluster, KeptImage, KeptRevision, TimelinePlace, TimelineStore } from './timeline-store.ts';

export interface MatrixDependencies {
  readonly accounts: Pick<Accounts, 'list'>;
  readonly environments: Pick<Environments, 'guardOf'>;
  readonly changes: ServiceChanges;
  readonly store: TimelineStore;
  readonly commits: Pick<KnownCommits, 'behind'>;
}

/** A column with where it was read from. */
export interface PlacedEnvironment {
  readonly place: TimelinePlace;
  readonly shown: TimelineEnvironment;
}

/** A service in an environment at a moment, with the images of what it runs. */
export interface PlacedState {
  readonly environment: number;
  readonly service: string;
  readonly state: ServiceState;
}

/** A row before it is written for people. */
export interface StateRow {
  readonly name: string;
  readonly states: readonly PlacedState[];
}

/** Where it matters most first. */
const ORDER: readonly Environment[] = ['production', 'staging', 'development', 'unclassified', 'sandbox'];

/** The clusters that were read of the accounts of now, production first. */
export function environmentsOf(
  { accounts, environments, store }: Pick<MatrixDependencies, 'accounts' | 'environments' | 'store'>,
  { account, region, cluster }: Pick<TimelineFilter, 'account' | 'region' | 'cluster'>,
): readonly PlacedEnvironment[] {
  const known = new Map(accounts.list().map((each) => [each.account.id, each.account]));
  const placed = store.clusters().flatMap((kept: KeptCluster): PlacedEnvironment[] => {
    const of = known.get(kept.account);
    if (of === undefined || (of.endpoint ?? '') !== kept.endpoint) return [];
    if (account !== undefined && kept.account !== account) return [];
    if (region !== undefined && kept.region !== region) return [];
    if (cluster !== undefined && kept.cluster !== cluster) return [];
    const { endpoint, readAt, problem, ...ref } = kept;
    const { environment } = environments.guardOf({ account: of, region: ref.region, cluster: ref.cluster });
    const shown = {
      ...ref,
      accountName: of.name,
      environment,
      readAt,
      ...(problem === undefined ? {} : { problem }),
    };
    return [{ place: { ...ref, endpoint }, shown }];
  });
  const rank = ({ shown }: PlacedEnvironment): number => ORDER.indexOf(shown.environment);
  return placed.toSorted(
    (one, other) => rank(one) - rank(other) || one.shown.cluster.localeCompare(other.shown.cluster),
  );
}

/** What each service ran at a moment, or runs now, in rows. One query of the cache and one of the journal an environment. */
export function statesAt(
  { changes, store }: Pick<MatrixDependencies, 'changes' | 'store'>,
  placed: readonly PlacedEnvironment[],
  at: Date | undefined,
): readonly StateRow[] {
  const states = placed.flatMap(({ place }, environment) =>
    statesOf({ changes, store }, place, at).map(([service, state]) => ({ environment, service, state })),
  );
  return rowsOf(
    states,
    placed.map(({ place }) => place.cluster),
  );
}

/** What each service of a cluster ran at a moment, or runs now, by name. */
export function statesOf(
  { changes, store }: Pick<MatrixDependencies, 'changes' | 'store'>,
  place: TimelinePlace,
  at: Date | undefined,
): readonly (readonly [string, ServiceState])[] {
  const ecs = new Map(
    store.around(place, at ?? new Date(LAST_MOMENT)).map((each) => [each.service.name, each]),
  );
  const journal = new Map(
    at === undefined ? [] : changes.around(place, at).map((each) => [each.service, each]),
  );
  const revisions = store.revisions([
    ...[...journal.values()].flatMap(({ before }) => before?.taskDefinitionArn ?? []),
    ...[...ecs.values()].flatMap(({ service }) => arnsWithoutImages(service.running, service.deploying)),
  ]);
  const withImages = (revision: KeptRevision): KeptRevision =>
    revision.images.length > 0 ? revision : (revisions.get(revision.taskDefinitionArn) ?? revision);
  return [...new Set([...ecs.keys(), ...journal.keys()])].flatMap((service) => {
    const around = ecs.get(service);
    const changesAround = journal.get(service);
    const state = serviceAt(
      {
        ...(around === undefined ? {} : { ecs: around }),
        ...(changesAround === undefined ? {} : { journal: changesAround }),
        revisionOf: (arn) => revisions.get(arn),
      },
      at,
    );
    if (state === undefined) return [];
    const { runs, deploying } = state;
    return [
      [
        service,
        {
          ...state,
          ...(runs === undefined ? {} : { runs: withImages(runs) }),
          ...(deploying === undefined ? {} : { deploying: withImages(deploying) }),
        },
      ] as const,
    ];
  });
}

/** The last moment that sorts as text. */
const LAST_MOMENT = '9999-12-31T00:00:00.000Z';

export function arnsWithoutImages(...revisions: readonly (KeptRevision | undefined)[]): readonly string[] {
  return revisions.flatMap((each) =>
    each === undefined || each.images.length > 0 ? [] : [each.taskDefinitionArn],
  );
}

/**
 * Services by their name, and by the name without the words for the environment at its ends where that is one service in
 * each environment: `api-staging` with `api-prod`.
 */
export function rowsOf(states: readonly PlacedState[], clusters: readonly string[]): readonly StateRow[] {
  const words = clusters.map((cluster) => wordsOnlyIn(cluster, clusters));
  const byName = [...Map.groupBy(states, ({ service }) => service).entries()];
  const byBase = Map.groupBy(byName, ([name, [first]]) =>
    withoutEnvironment(name, words[first?.environment ?? 0] ?? new Set()),
  );
  const rows = [...byBase].flatMap(([base, named]): StateRow[] => {
    const all = named.flatMap(([, ofName]) => ofName);
    const isOneEach = new Set(all.map(({ environment }) => environment)).size === all.length;
    if (!isOneEach || named.length === 1) return named.map(([name, ofName]) => ({ name, states: ofName }));
    return [{ name: named.find(([name]) => name === base)?.[0] ?? base, states: all }];
  });
  return rows.toSorted((one, other) => one.name.localeCompare(other.name));
}

function wordsOnlyIn(cluster: string, clusters: readonly string[]): ReadonlySet<string> {
  const others = new Set(clusters.filter((each) => each !== cluster).flatMap(wordsOf));
  return new Set(wordsOf(cluster).filter((word) => !others.has(word)));
}

function wordsOf(name: string): readonly string[] {
  return name.toLowerCase().split(/[-_]+/);
}

/** The matrix at a moment, or now, of what was read. */
export function matrixAt(
  dependencies: MatrixDependencies,
  {
    at,
    ...filter
  }: Pick<TimelineFilter, 'account' | 'region' | 'cluster'> & { readonly at?: string | undefined },
): Matrix {
  const placed = environmentsOf(dependencies, filter);
  const rows = statesAt(dependencies, placed, at === undefined ? undefined : new Date(at));
  const images = dependencies.store.images(
    rows.flatMap(({ states }) =>
      states.flatMap((each) => mainImageOf(each.state.runs, each.service)?.digest ?? []),
    ),
  );
  const used = placed.map((_, index) =>
    rows.some(({ states }) => states.some(({ environment }) => environment === index)),
  );
  const shown = placed.flatMap((each, index) =>
    used[index] === true || each.shown.problem !== undefined ? [{ index, environment: each.shown }] : [],
  );
  const indexes = new Map(shown.map(({ index }, now) => [index, now]));
  return {
    ...(at === undefined ? {} : { at }),
    environments: shown.map(({ environment }) => environment),
    rows: rows.map(({ name, states }) => ({
      name,
      cells: cellsOf(dependencies, states, { images, indexes }),
    })),
  };
}

interface CellFacts {
  readonly images: ReadonlyMap<string, KeptImage>;
  /** The index of each column among those that are shown. */
  readonly indexes: ReadonlyMap<number, number>;
}

const NEWEST = { kind: 'newest' } as const;

function cellsOf(
  { commits }: Pick<MatrixDependencies, 'commits'>,
  states: readonly PlacedState[],
  { images, indexes }: CellFacts,
): MatrixCell[] {
  const digests = states.map(({ state, service }) => mainImageOf(state.runs, service)?.digest);
  const isOneImage = digests.every((digest) => digest !== undefined && digest === digests[0]);
  const running = digests.map((digest) => (digest === undefined ? undefined : images.get(digest)));
  // A version alone is behind nothing.
  const behind = states.length === 1 ? [] : isOneImage ? states.map(() => NEWEST) : commits.behind(running);
  return states
    .map(({ environment, service, state: { runs, deploying, ...state } }, index): MatrixCell => {
      const ofRow = behind[index];
      return {
        environment: indexes.get(environment) ?? 0,
        service,
        ...state,
        ...(runs === undefined ? {} : { running: versionOf(runs, service) }),
        ...(deploying === undefined ? {} : { deploying: versionOf(deploying, service) }),
        ...(runs === undefined || ofRow === undefined ? {} : { commits: ofRow }),
      };
    })
    .toSorted((one, other) => one.environment - other.environment);
}

/** The place of a cluster among those that were read. */
export function placeOfCluster(
  placed: readonly PlacedEnvironment[],
  wanted: ClusterRef,
): PlacedEnvironment | undefined {
  return placed.find(
    ({ place: { account, region, cluster } }) =>
      account === wanted.account && region === wanted.region && cluster === wanted.cluster,
  );
}
