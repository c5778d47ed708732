import {
  type Cluster,
  DescribeServicesCommand,
  DescribeTasksCommand,
  type ECSClient,
  paginateListServices,
  paginateListTasks,
  type Service,
  type Task,
} from '@aws-sdk/client-ecs';
import type { CleanupProgress } from '../../../shared/model/cleanup.ts';
import { lastPartOf, revisionNameOf } from '../aws/arns.ts';
import { batchesOf, eachOfFew, inBatches } from '../ecs/batches.ts';
import { withDeployedRevision } from '../ecs/deployed-revision.ts';
import { requireOnlyMissing } from '../ecs/described-failures.ts';
import { familyOf } from '../ecs/family-revision.ts';
import { areAllServices, areAllTasks, type CountedClusters, type KnownClusters } from './known-clusters.ts';
import { listClusters } from './list-clusters.ts';
import { readPart } from './read-part.ts';
import {
  RELEASES_PER_CALL,
  type ReadReleases,
  type ReleaseDifference,
  readSuccesses,
  releaseReader,
  rollbackTargetsOf,
} from './rollback-targets.ts';
import type { RollbackTarget, UseReading } from './use-graph.ts';

/** The most that ECS describes in a call. */
const SERVICES_PER_CALL = 10;
const TASKS_PER_CALL = 100;
const PER_PAGE = 100;
/** For more families than these it is fewer calls to read the tasks of all. */
const MOST_LISTED_BY_FAMILY = 10;

/** Whose services run the families, by name; all clusters where every family is wanted. */
export interface TouchedClusters {
  readonly clusters: readonly string[];
}

interface Read {
  readonly ecs: ECSClient;
  readonly signal: AbortSignal;
  /** Told how many clusters, and then services, are read. */
  readonly onProgress?: ((progress: CleanupProgress) => void) | undefined;
}

export interface UseWanted {
  /** Every family when there are none. */
  readonly families: readonly string[] | undefined;
  /** How many revisions that worked stay for each service. */
  readonly keepWorked: number;
  /** By what two releases that worked are different ones. */
  readonly worked?: ReleaseDifference;
}

/**
 * The rollback targets of services as they were read before, by service and policy. They are read again only of services
 * whose deployments have changed since, so that looking again before each batch costs few calls.
 */
export type KnownTargets = Map<
  string,
  { readonly deployments: string; readonly targets: readonly RollbackTarget[] }
>;

/** What never changes about a task, by its ARN. */
export type KnownTasks = Map<string, Pick<Task, 'taskDefinitionArn' | 'group' | 'clusterArn'>>;

/** What was read before and is not read again. */
export interface KnownReads {
  readonly targets: KnownTargets;
  /** Missing where more of the tasks is wanted than what never changes. */
  readonly tasks?: KnownTasks | undefined;
  /** Takes up what clusters have; missing where every list is read again. */
  readonly clusters?: KnownClusters | undefined;
}

/** Clusters that are listed already, and what ECS counts in those that were read before. */
export interface ListedClusters {
  readonly arns: readonly string[];
  readonly counted: CountedClusters;
}

/**
 * Everything of ECS in the account and region that may use revisions of the families: every page of clusters, services
 * (with their deployments and task sets) and tasks. Throws when any part cannot be read, naming the part: what is not
 * known may be in use. The rollback is read of the services that have one of the families in a deployment.
 */
export async function readUse(
  read: Read,
  wanted: UseWanted,
  known: KnownReads = { targets: new Map() },
  listed?: ListedClusters,
): Promise<UseReading & TouchedClusters> {
  const clusters = listed?.arns ?? (await readPart('the list of clusters', () => listClusters(read)));
  const clusterRead = counter(read, 'clusters', () => clusters.length);
  const releasesOf = releaseReader(read);
  let servicesFound = 0;
  const serviceRead = counter(read, 'services', () => servicesFound);
  // They take one request for each service, which is most of the time: so they start with the first cluster.
  const readTargets = async (services: readonly Service[]): Promise<readonly RollbackTarget[]> => {
    const concerned = services.filter((service) => isConcerned(service, wanted));
    servicesFound += concerned.length;
    // Twenty side by side, since one request reads the service revisions of all of them.
    const targets = await eachOfFew(batchesOf(concerned, RELEASES_PER_CALL), async (group) => {
      const successes = await Promise.all(
        group.map((service) =>
          readPart(`the deployments of the service ${service.serviceName}`, () =>
            unknownSuccesses(read, service, wanted, known.targets),
          ),
        ),
      );
      return Promise.all(
        group.map(async (service, index) => {
          const found = await readPart(`the deployments of the service ${service.serviceName}`, () =>
            targetsOf(service, wanted, { known: known.targets, releasesOf, successes: successes[index] }),
          );
          serviceRead();
          return found;
        }),
      );
    });
    return targets.flat(2);
  };
  const perCluster = await eachOfFew(clusters, async (cluster) => {
    const name = lastPartOf(cluster);
    const counted = listed?.counted.get(cluster);
    const readingServices = readPart(`the services of the cluster ${name}`, () =>
      readServices(read, cluster, { before: known.clusters?.get(cluster)?.services, counted }),
    );
    const readingTasks = async (): Promise<readonly Task[]> => {
      if (counted !== undefined && areAllTasks(await readingServices, counted)) return [];
      return readPart(`the tasks of the cluster ${name}`, () =>
        readTasks(read, cluster, wanted, known.tasks),
      );
    };
    // Side by side: they draw on different buckets.
    const [[services, targets], tasks] = await Promise.all([
      readingServices.then(async (found) => [found, await readTargets(found)] as const),
      readingTasks(),
    ]);
    known.clusters?.set(cluster, { services: services.flatMap(({ serviceArn }) => serviceArn ?? []) });
    clusterRead();
    return { services, tasks, targets };
  });
  const services = perCluster.flatMap((each) => each.services);
  const concerned = services.filter((service) => isConcerned(service, wanted));
  const touched =
    wanted.families === undefined ? clusters : concerned.map(({ clusterArn = '' }) => clusterArn);
  return {
    services,
    tasks: perCluster.flatMap((each) => each.tasks),
    rollbackTargets: perCluster.flatMap((each) => each.targets),
    clusters: [...new Set(touched.map(lastPartOf))],
  };
}

/** To be called after each one of a part. */
function counter({ onProgress }: Read, part: string, total: () => number): () => void {
  let done = 0;
  return () => {
    done += 1;
    onProgress?.({ part, done, total: total() });
  };
}

/** The service revisions that worked, newest first; undefined for a service whose rollback targets are known. */
async function unknownSuccesses(
  read: Read,
  service: Service,
  wanted: UseWanted,
  known: KnownTargets,
): Promise<readonly string[] | undefined> {
  const before = known.get(keyOfTargets(service, wanted));
  return before?.deployments === deploymentsMark(service) ? undefined : readSuccesses(read, service);
}

async function targetsOf(
  service: Service,
  wanted: UseWanted,
  { known, releasesOf, successes }: KnownOfService,
): Promise<readonly RollbackTarget[]> {
  const { keepWorked, worked = 'revision' } = wanted;
  const key = keyOfTargets(service, wanted);
  const deployments = deploymentsMark(service);
  const before = known.get(key);
  if (successes === undefined) return before?.targets ?? [];
  const targets = await rollbackTargetsOf(service, successes, {
    count: keepWorked,
    differ: worked,
    releasesOf,
  });
  known.set(key, { deployments, targets });
  return targets;
}

interface KnownOfService {
  readonly known: KnownTargets;
  readonly releasesOf: ReadReleases;
  /** Undefined where the rollback targets are known. */
  readonly successes: readonly string[] | undefined;
}

function keyOfTargets({ serviceArn }: Service, { keepWorked, worked = 'revision' }: UseWanted): string {
  return `${serviceArn} ${worked} ${keepWorked}`;
}

/** Changes whenever a deployment of the service starts or ends. */
function deploymentsMark({ taskDefinition, currentServiceDeployment, deployments = [] }: Service): string {
  const states = deployments.map(({ id, status, rolloutState }) => [id, status, rolloutState]);
  return JSON.stringify([taskDefinition, currentServiceDeployment, states]);
}

/** What is known of the services of a cluster before they are read. */
interface ServicesKnown {
  /** ARNs of those that it had. */
  readonly before: readonly string[] | undefined;
  /** What ECS counts in it now. */
  readonly counted: Cluster | undefined;
}

/** Lists them only where the count of the cluster does not show that they are the ones of before. */
async function readServices(
  read: Read,
  cluster: string,
  { before, counted }: ServicesKnown,
): Promise<readonly Service[]> {
  if (before === undefined || counted === undefined)
    return describeServices(read, cluster, await listServices(read, cluster));
  const described = await describeServices(read, cluster, before);
  if (areAllServices(described, counted)) return described;
  const byArn = new Map(described.map((service) => [service.serviceArn, service]));
  const listed = await listServices(read, cluster);
  const others = await describeServices(
    read,
    cluster,
    listed.filter((arn) => !byArn.has(arn)),
  );
  return [...listed.flatMap((arn) => byArn.get(arn) ?? []), ...others];
}

async function listServices({ ecs, signal }: Read, cluster: string): Promise<readonly string[]> {
  const arns: string[] = [];
  const pages = paginateListServices(
    { client: ecs, pageSize: PER_PAGE },
    { cluster },
    { abortSignal: signal },
  );
  for await (const page of pages) arns.push(...(page.serviceArns ?? []));
  return arns;
}

function describeServices(
  { ecs, signal }: Read,
  cluster: string,
  arns: readonly string[],
): Promise<readonly Service[]> {
  return inBatches(arns, SERVICES_PER_CALL, async (batch) => {
    const command = new DescribeServicesCommand({ cluster, services: batch });
    const { services = [], failures = [] } = await ecs.send(command, { abortSignal: signal });
    requireOnlyMissing(failures);
    // Up to 100 events of each service, which say nothing of its use, are most of an answer.
    return services.map(({ events: _events, ...service }) => withDeployedRevision(service));
  });
}

/** Tasks of services and by themselves; ECS lists those that start under RUNNING, too. */
async function readTasks(
  read: Read,
  cluster: string,
  { families }: UseWanted,
  known: KnownTasks | undefined,
): Promise<readonly Task[]> {
  const isFew = families !== undefined && families.length <= MOST_LISTED_BY_FAMILY;
  const perFamily = await eachOfFew(isFew ? families : [undefined], (family) =>
    listTasks(read, cluster, family),
  );
  const listed = perFamily.flat();
  const described = await inBatches(
    listed.filter((arn) => known?.has(arn) !== true),
    TASKS_PER_CALL,
    async (batch) => {
      const command = new DescribeTasksCommand({ cluster, tasks: batch });
      const { tasks = [], failures = [] } = await read.ecs.send(command, { abortSignal: read.signal });
      requireOnlyMissing(failures);
      return tasks;
    },
  );
  if (known === undefined) return described;
  const before = listed.flatMap((arn) => known.get(arn) ?? []);
  if (!isFew) forgetStopped(known, cluster, new Set(listed));
  for (const { taskArn, taskDefinitionArn, group, clusterArn } of described) {
    if (taskArn !== undefined) known.set(taskArn, { taskDefinitionArn, group, clusterArn });
  }
  return [...before, ...described];
}

function forgetStopped(known: KnownTasks, cluster: string, listed: ReadonlySet<string>): void {
  for (const [arn, { clusterArn }] of known)
    if (clusterArn === cluster && !listed.has(arn)) known.delete(arn);
}

async function listTasks(
  { ecs, signal }: Read,
  cluster: string,
  family: string | undefined,
): Promise<readonly string[]> {
  const arns: string[] = [];
  const pages = paginateListTasks(
    { client: ecs, pageSize: PER_PAGE },
    { cluster, desiredStatus: 'RUNNING', ...(family === undefined ? {} : { family }) },
    { abortSignal: signal },
  );
  for await (const page of pages) arns.push(...(page.taskArns ?? []));
  return arns;
}

function isConcerned(
  { taskDefinition, deployments = [], taskSets = [] }: Service,
  { families }: UseWanted,
): boolean {
  if (families === undefined) return true;
  const used = [taskDefinition, ...[...deployments, ...taskSets].map((each) => each.taskDefinition)];
  return used.some((arn) => arn !== undefined && families.includes(familyOf(revisionNameOf(arn))));
}
