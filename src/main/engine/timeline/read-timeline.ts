import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { TimelineFilter } from '../../../shared/model/timeline.ts';
import type { Accounts } from '../aws/accounts.ts';
import type { Aws } from '../aws/aws.ts';
import type { DeploymentCaches } from '../catalog/deployment-cache.ts';
import { listDeployments, type Read, revisionArnsOf } from '../catalog/deployments.ts';
import { createNeverChanging, type NeverChanging } from '../catalog/immutable-answers.ts';
import { concernsAll } from '../catalog/optional-reads.ts';
import { describeServices, listServiceNames } from '../catalog/service-list.ts';
import { currentRevisionArns, hasServiceDeployments } from '../catalog/service-row.ts';
import { batchesOf, eachOfFew } from '../ecs/batches.ts';
import type { ServiceChanges } from '../journal/service-changes.ts';
import type { LedgerEntries } from '../ledger/ledger-entries.ts';
import type { KnownPlaces } from '../overview/known-places.ts';
import type { Handlers } from '../ports/handlers.ts';
import { toKeptDeployment, toKeptService } from './kept-service.ts';
import type { KeptService, TimelinePlace, TimelineStore } from './timeline-store.ts';

export interface TimelineReading {
  readonly accounts: Accounts;
  readonly aws: Pick<Aws, 'ecs' | 'mayAsk'>;
  readonly reads: Pick<Handlers, 'clusters.list'>;
  readonly places: Pick<KnownPlaces, 'all'>;
  readonly deploymentCaches: DeploymentCaches;
  readonly changes: ServiceChanges;
  /** Brings down what other machines have changed. */
  readonly ledger: Pick<LedgerEntries, 'sync'>;
  readonly store: TimelineStore;
  readonly now: () => Date;
  /** A cluster that was read since is not read again, unless Slipway has changed a service of it. */
  readonly freshMs: number;
}

/** How far the reading is, in services: what they run now comes first, and then their deployments. */
interface TimelineProgress {
  readonly read: number;
  readonly total: number;
  /** Services whose deployments are known, and those whose deployments have to be listed. */
  readonly listed: number;
  readonly toList: number;
}
export type TellProgress = (progress: TimelineProgress) => void;

/** DescribeServices takes up to 10. */
const BATCH = 10;
/** ECS lists service deployments of the last 90 days, and none from before they were introduced. */
const LISTED_DAYS = 90;
const FIRST_SERVICE_DEPLOYMENTS = new Date('2024-10-25T00:00:00Z');
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Reads the services of all clusters and the deployments of those that have changed, into the store. Returns what could not
 * be read, as sentences; the others are read anyway.
 */
export async function readTimeline(
  dependencies: TimelineReading,
  filter: TimelineFilter,
  tell: TellProgress,
  signal: AbortSignal,
): Promise<readonly string[]> {
  await dependencies.accounts.reload();
  const problems: string[] = [];
  let progress: TimelineProgress = { read: 0, total: 0, listed: 0, toList: 0 };
  const count: Count = (more) => {
    const { read = 0, total = 0, listed = 0, toList = 0 } = more;
    progress = {
      read: progress.read + read,
      total: progress.total + total,
      listed: progress.listed + listed,
      toList: progress.toList + toList,
    };
    tell(progress);
  };
  await eachOfFew(scopesOf(dependencies, filter), async (scope) => {
    const { name } = dependencies.accounts.find(scope.account).account;
    if (dependencies.aws.mayAsk(scope)) {
      problems.push(
        `${name} was not read, because it may ask for a sign-in or a code. Open the account to sign in.`,
      );
      return;
    }
    try {
      problems.push(...(await readScope(dependencies, scope, { filter, count, signal })));
    } catch (error) {
      // The other accounts are read.
      if (signal.aborted || !(error instanceof SlipwayError)) throw error;
      problems.push(`${name}, ${scope.region}: ${error.message}`);
    }
  });
  return problems;
}

/** The region of each account, and those that were opened or read before. */
function scopesOf(
  { accounts, places, store }: TimelineReading,
  { account, region }: TimelineFilter,
): readonly Scope[] {
  const known = accounts.list().flatMap(({ account: { id, region: own } }): Scope[] => {
    const opened = [...places.all(), ...store.clusters()].filter((each) => each.account === id);
    const regions = new Set([...(own === undefined ? [] : [own]), ...opened.map((each) => each.region)]);
    if (region !== undefined && account !== undefined) regions.add(region);
    return [...regions].map((each) => ({ account: id, region: each }));
  });
  return known.filter(
    (scope) =>
      (account === undefined || scope.account === account) &&
      (region === undefined || scope.region === region),
  );
}

type Count = (more: Partial<TimelineProgress>) => void;

interface ScopeReading {
  readonly filter: TimelineFilter;
  readonly count: Count;
  readonly signal: AbortSignal;
}

async function readScope(
  dependencies: TimelineReading,
  scope: Scope,
  { filter, count, signal }: ScopeReading,
): Promise<readonly string[]> {
  const { accounts, aws, reads, store, deploymentCaches, ledger } = dependencies;
  const clusters = await reads['clusters.list'](scope, { signal, emit: () => undefined });
  const endpoint = accounts.find(scope.account).account.endpoint ?? '';
  store.keepOnly(
    { ...scope, endpoint },
    clusters.map(({ name }) => name),
  );
  const read: Read = { ecs: aws.ecs(scope, 'background'), signal };
  const kept = createNeverChanging(await deploymentCaches.of(read.ecs, scope));
  const problems: string[] = [];
  const unreadLedgers = new Map<string, readonly string[]>();
  const unlisted: UnlistedCluster[] = [];
  const stepOf = async (place: TimelinePlace, read: () => Promise<void>): Promise<void> => {
    try {
      await read();
    } catch (error) {
      if (signal.aborted || concernsAll(error) || !(error instanceof SlipwayError)) throw error;
      problems.push(`${place.cluster}: ${error.message}`);
      store.keepCluster({ ...place, readAt: dependencies.now().toISOString(), problem: error.message });
    }
  };
  for (const { name } of clusters) {
    if (filter.cluster !== undefined && filter.cluster !== name) continue;
    const place = { ...scope, endpoint, cluster: name };
    const { problem } = await ledger.sync({ ...scope, cluster: name }, signal);
    if (problem !== undefined) unreadLedgers.set(problem, [...(unreadLedgers.get(problem) ?? []), name]);
    if (isFresh(dependencies, place)) continue;
    await stepOf(place, async () => {
      unlisted.push(await readServices(dependencies, place, { read, kept, count }));
    });
  }
  for (const cluster of unlisted) {
    await stepOf(cluster.place, async () => {
      const problem = await listServices(dependencies, cluster, { read, kept, count });
      if (problem !== undefined) problems.push(`${cluster.place.cluster}: ${problem}`);
    });
  }
  // One table is often the ledger of all clusters.
  for (const [problem, names] of unreadLedgers)
    problems.push(`The ledger of ${new Intl.ListFormat('en').format(names)} was not read: ${problem}`);
  return problems;
}

function isFresh({ store, changes, now, freshMs }: TimelineReading, place: TimelinePlace): boolean {
  const known = store
    .clusters()
    .find(
      ({ account, region, endpoint, cluster }) =>
        account === place.account &&
        region === place.region &&
        endpoint === place.endpoint &&
        cluster === place.cluster,
    );
  // What could not be read is tried again, and what another reading has not finished is not waited for.
  if (known === undefined || known.problem !== undefined || known.isUnlisted === true) return false;
  const since = new Date(known.readAt);
  if (now().getTime() - since.getTime() > freshMs) return false;
  return changes.between(place, { since, until: now() }, 1).length === 0;
}

interface ClusterReading {
  readonly read: Read;
  readonly kept: NeverChanging;
  readonly count: Count;
}

/** A cluster whose services are read, with those whose deployments have to be listed. */
interface UnlistedCluster {
  readonly place: TimelinePlace;
  readonly readAt: string;
  /** What was known of each before. */
  readonly services: readonly { readonly now: KeptService; readonly before: KeptService | undefined }[];
}

/** Reads what the services of a cluster run now: a tenth of a request for each. */
async function readServices(
  { store, now }: TimelineReading,
  place: TimelinePlace,
  { read, kept, count }: ClusterReading,
): Promise<UnlistedCluster> {
  const known = store.services(place);
  const readAt = now().toISOString();
  const names = await listServiceNames(read, place.cluster);
  count({ total: names.length });
  const unlisted = await eachOfFew(batchesOf(names, BATCH), async (batch) => {
    const services = await describeServices(read, place.cluster, batch);
    const revisions = await kept.revisions(read, services.flatMap(currentRevisionArns));
    const described = services.map((service) => {
      const shown = toKeptService(service, revisions, readAt);
      const before = known.get(shown.name);
      return {
        shown,
        before,
        isListed: !hasServiceDeployments(service) || hasSameDeployments(shown, before),
      };
    });
    store.keepServices(
      place,
      described.map(({ shown, before, isListed }) =>
        untilListed(shown, before, isListed ? 'listed' : 'unlisted'),
      ),
    );
    const left = described.filter(({ isListed }) => !isListed);
    count({ read: batch.length, toList: left.length });
    return left.map(({ shown, before }) => ({ now: shown, before }));
  });
  const gone = [...known.values()].filter(
    ({ name, goneAt }) => goneAt === undefined && !names.includes(name),
  );
  store.keepServices(
    place,
    gone.map((service) => ({ ...service, goneAt: readAt })),
  );
  store.keepCluster({ ...place, readAt, isUnlisted: unlisted.flat().length > 0 });
  return { place, readAt, services: unlisted.flat() };
}

function isSameService(shown: KeptService, before: KeptService | undefined): before is KeptService {
  return before !== undefined && before.goneAt === undefined && before.createdAt === shown.createdAt;
}

/** Whether it has the same deployments as when they were listed the last time. */
function hasSameDeployments(shown: KeptService, before: KeptService | undefined): boolean {
  return isSameService(shown, before) && before.listedFrom !== undefined && before.state === shown.state;
}

/** With what was listed before. Until the new deployments are, its state is the earlier one, so that they are listed in any case. */
function untilListed(
  shown: KeptService,
  before: KeptService | undefined,
  listed: 'listed' | 'unlisted',
): KeptService {
  if (!isSameService(shown, before) || before.listedFrom === undefined) return shown;
  const { listedFrom, state, readAt } = before;
  return listed === 'listed' ? { ...shown, listedFrom } : { ...shown, listedFrom, state, readAt };
}

/**
 * Lists the deployments of services into the store: a request for each, and one for 20 deployments. Returns why those of some
 * services could not be listed.
 */
async function listServices(
  { store, now }: TimelineReading,
  { place, readAt, services }: UnlistedCluster,
  { read, kept, count }: ClusterReading,
): Promise<string | undefined> {
  const problems: string[] = [];
  await eachOfFew(batchesOf(services, BATCH), async (batch) => {
    try {
      await listBatch({ store, place, now, read, kept }, batch);
    } catch (error) {
      if (read.signal.aborted || concernsAll(error) || !(error instanceof SlipwayError)) throw error;
      problems.push(error.message);
    }
    count({ listed: batch.length });
  });
  const [problem] = problems;
  store.keepCluster({ ...place, readAt, ...(problem === undefined ? {} : { problem }) });
  return problem;
}

interface DeploymentReading extends Pick<ClusterReading, 'read' | 'kept'> {
  readonly store: TimelineStore;
  readonly place: TimelinePlace;
  readonly now: () => Date;
}

async function listBatch(
  { read, kept, store, place, now }: DeploymentReading,
  batch: UnlistedCluster['services'],
): Promise<void> {
  const lists = await Promise.all(
    batch.map(({ now: { name } }) => listDeployments(read, place.cluster, name)),
  );
  const described = await kept.deployments(read, lists.flat());
  const revisions = await kept.revisions(read, described.flatMap(revisionArnsOf));
  const byArn = new Map(described.map((each) => [each.serviceDeploymentArn, each]));
  const oldest = now().getTime() - LISTED_DAYS * DAY_MS;
  store.keepServices(
    place,
    batch.map(({ now: service, before }, index): KeptService => {
      const deployments = (lists[index] ?? []).flatMap(({ serviceDeploymentArn: arn }) => {
        const found = byArn.get(arn);
        return found === undefined ? [] : [toKeptDeployment(service.name, found, revisions)];
      });
      // What AWS does not list any more was true; the past of a simulated AWS begins again with it.
      store.keepDeployments(place, service.name, deployments, place.endpoint === '' ? 'add' : 'instead');
      const from = new Date(
        Math.max(oldest, FIRST_SERVICE_DEPLOYMENTS.getTime(), Date.parse(service.createdAt ?? '') || 0),
      ).toISOString();
      const earlier = isSameService(service, before) && place.endpoint === '' ? before : undefined;
      const isContinued = earlier?.listedFrom !== undefined && earlier.readAt >= from;
      const listedFrom = isContinued && (earlier.listedFrom ?? from) < from ? earlier.listedFrom : from;
      return { ...service, ...(listedFrom === undefined ? {} : { listedFrom }) };
    }),
  );
}
