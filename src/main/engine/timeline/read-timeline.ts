import type { Service, ServiceDeployment, ServiceRevision } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { TimelineFilter } from '../../../shared/model/timeline.ts';
import type { Accounts } from '../aws/accounts.ts';
import { lastPartOf } from '../aws/arns.ts';
import type { Aws } from '../aws/aws.ts';
import type { DeploymentCaches } from '../catalog/deployment-cache.ts';
import { imagesOf, listDeployments, mainSource, type Read, revisionArnsOf } from '../catalog/deployments.ts';
import { createNeverChanging, type NeverChanging } from '../catalog/immutable-answers.ts';
import { concernsAll } from '../catalog/optional-reads.ts';
import { describeServices, listServiceNames } from '../catalog/service-list.ts';
import { currentRevisionArns, hasServiceDeployments } from '../catalog/service-row.ts';
import { primaryDeployment } from '../catalog/service-state.ts';
import { batchesOf, eachOfFew } from '../ecs/batches.ts';
import { deploymentOutcome } from '../ecs/deployment-outcome.ts';
import type { ServiceChanges } from '../journal/service-changes.ts';
import type { LedgerEntries } from '../ledger/ledger-entries.ts';
import type { KnownPlaces } from '../overview/known-places.ts';
import type { Handlers } from '../ports/handlers.ts';
import type {
  KeptDeployment,
  KeptRevision,
  KeptService,
  TimelinePlace,
  TimelineStore,
} from './timeline-store.ts';

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

/** How far the reading is, in services. */
export type TellProgress = (progress: { readonly read: number; readonly total: number }) => void;

/** DescribeServices takes up to 10. */
const BATCH = 10;
/** A cluster with more services takes over a thousand requests for the first time. */
const MOST_SERVICES = 1_000;
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
  const progress = { read: 0, total: 0 };
  const count = (read: number, total: number): void => {
    progress.read += read;
    progress.total += total;
    tell({ ...progress });
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

interface ScopeReading {
  readonly filter: TimelineFilter;
  readonly count: (read: number, total: number) => void;
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
  for (const { name, services } of clusters) {
    if (filter.cluster !== undefined && filter.cluster !== name) continue;
    const place = { ...scope, endpoint, cluster: name };
    const { problem } = await ledger.sync({ ...scope, cluster: name }, signal);
    if (problem !== undefined) problems.push(`The ledger of ${name} was not read: ${problem}`);
    if (isFresh(dependencies, place)) continue;
    if (services > MOST_SERVICES) {
      problems.push(
        `${name} was not read: it has ${services} services, and at most ${MOST_SERVICES} of a cluster are read.`,
      );
      continue;
    }
    try {
      const problem = await readCluster(dependencies, place, { read, kept, count });
      if (problem !== undefined) problems.push(`${name}: ${problem}`);
    } catch (error) {
      if (signal.aborted || concernsAll(error) || !(error instanceof SlipwayError)) throw error;
      problems.push(`${name}: ${error.message}`);
      store.keepCluster({ ...place, readAt: dependencies.now().toISOString(), problem: error.message });
    }
  }
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
  // What could not be read is tried again.
  if (known === undefined || known.problem !== undefined) return false;
  const since = new Date(known.readAt);
  if (now().getTime() - since.getTime() > freshMs) return false;
  return changes.between(place, { since, until: now() }, 1).length === 0;
}

interface ClusterReading {
  readonly read: Read;
  readonly kept: NeverChanging;
  readonly count: (read: number, total: number) => void;
}

/** Returns why the deployments of some of its services could not be listed. */
async function readCluster(
  dependencies: TimelineReading,
  place: TimelinePlace,
  { read, kept, count }: ClusterReading,
): Promise<string | undefined> {
  const { store, now } = dependencies;
  const known = store.services(place);
  const readAt = now().toISOString();
  const names = await listServiceNames(read, place.cluster);
  count(0, names.length);
  const problems: string[] = [];
  await eachOfFew(batchesOf(names, BATCH), async (batch) => {
    const services = await describeServices(read, place.cluster, batch);
    const revisions = await kept.revisions(read, services.flatMap(currentRevisionArns));
    const described = services.map((service) => toKeptService(service, revisions, readAt));
    const listed = await eachOfFew(services, async (service) => {
      const name = service.serviceName ?? '';
      const before = known.get(name);
      const one = described.find((each) => each.name === name);
      if (one === undefined || !hasServiceDeployments(service)) return one ?? [];
      try {
        return await withDeployments({ read, kept, store, place, now }, one, before);
      } catch (error) {
        if (read.signal.aborted || concernsAll(error) || !(error instanceof SlipwayError)) throw error;
        problems.push(error.message);
        return one;
      }
    });
    store.keepServices(place, listed.flat());
    count(batch.length, 0);
  });
  const gone = [...known.values()].filter(
    ({ name, goneAt }) => goneAt === undefined && !names.includes(name),
  );
  store.keepServices(
    place,
    gone.map((service) => ({ ...service, goneAt: readAt })),
  );
  const [problem] = problems;
  store.keepCluster({ ...place, readAt, ...(problem === undefined ? {} : { problem }) });
  return problem;
}

interface DeploymentReading extends Pick<ClusterReading, 'read' | 'kept'> {
  readonly store: TimelineStore;
  readonly place: TimelinePlace;
  readonly now: () => Date;
}

/** Lists the deployments of a service into the store, unless it has the same ones as the last time. */
async function withDeployments(
  { read, kept, store, place, now }: DeploymentReading,
  service: KeptService,
  before: KeptService | undefined,
): Promise<KeptService> {
  const isSame = before?.goneAt === undefined && before?.createdAt === service.createdAt;
  if (isSame && before?.listedFrom !== undefined && before.state === service.state) {
    return { ...service, listedFrom: before.listedFrom };
  }
  const briefs = await listDeployments(read, place.cluster, service.name);
  const described = await kept.deployments(read, briefs);
  const revisions = await kept.revisions(read, described.flatMap(revisionArnsOf));
  const deployments = described.map((each) => toKeptDeployment(service.name, each, revisions));
  // What AWS does not list any more was true; the past of a simulated AWS begins again with it.
  store.keepDeployments(place, service.name, deployments, place.endpoint === '' ? 'add' : 'instead');
  const from = new Date(
    Math.max(
      now().getTime() - LISTED_DAYS * DAY_MS,
      FIRST_SERVICE_DEPLOYMENTS.getTime(),
      Date.parse(service.createdAt ?? '') || 0,
    ),
  ).toISOString();
  const isContinued =
    isSame && place.endpoint === '' && before?.listedFrom !== undefined && before.readAt >= from;
  return { ...service, listedFrom: isContinued && before.listedFrom < from ? before.listedFrom : from };
}

function toKeptService(
  service: Service,
  revisions: ReadonlyMap<string, ServiceRevision>,
  readAt: string,
): KeptService {
  const primary = primaryDeployment(service);
  const isDeploying = primary?.rolloutState === 'IN_PROGRESS';
  const newest = service.taskDefinition ?? primarySet(service);
  const previous = isDeploying
    ? service.deployments?.find((each) => each !== primary && (each.runningCount ?? 0) > 0)?.taskDefinition
    : undefined;
  const running = previous ?? newest;
  const keptOf = (taskDefinitionArn: string): KeptRevision => {
    const found = currentRevisionArns(service)
      .map((arn) => revisions.get(arn))
      .find((revision) => revision?.taskDefinition === taskDefinitionArn);
    return { taskDefinitionArn, images: imagesOf(found) };
  };
  const createdAt = service.createdAt?.toISOString();
  const changedAt = primary?.createdAt?.toISOString();
  return {
    name: service.serviceName ?? lastPartOf(service.serviceArn ?? ''),
    readAt,
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(running === undefined ? {} : { running: keptOf(running) }),
    ...(changedAt === undefined ? {} : { changedAt }),
    ...(isDeploying && newest !== undefined ? { deploying: keptOf(newest) } : {}),
    state: JSON.stringify(
      (service.deployments ?? []).map(({ id, status, rolloutState }) => [id, status, rolloutState]),
    ),
  };
}

function primarySet({ taskSets = [] }: Service): string | undefined {
  return taskSets.find(({ status }) => status === 'PRIMARY')?.taskDefinition;
}

function toKeptDeployment(
  service: string,
  deployment: ServiceDeployment,
  revisions: ReadonlyMap<string, ServiceRevision>,
): KeptDeployment {
  const { serviceDeploymentArn: arn = '', status, createdAt, startedAt, finishedAt, stoppedAt } = deployment;
  const target = keptRevision(revisions.get(deployment.targetServiceRevision?.arn ?? ''));
  const source = keptRevision(mainSource(deployment, revisions));
  const endedAt = (finishedAt ?? stoppedAt)?.toISOString();
  return {
    service,
    arn,
    at: (createdAt ?? startedAt ?? finishedAt ?? new Date(0)).toISOString(),
    ...(endedAt === undefined ? {} : { endedAt }),
    outcome: deploymentOutcome(status),
    ...(target === undefined ? {} : { target }),
    ...(source === undefined ? {} : { source }),
  };
}

function keptRevision(revision: ServiceRevision | undefined): KeptRevision | undefined {
  if (revision?.taskDefinition === undefined) return undefined;
  return { taskDefinitionArn: revision.taskDefinition, images: imagesOf(revision) };
}
