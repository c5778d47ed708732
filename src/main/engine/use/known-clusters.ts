import { type Cluster, DescribeClustersCommand, type ECSClient, type Service } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';
import { inBatches } from '../ecs/batches.ts';

/**
 * What clusters had when they were last listed in full, by ARN. With it a preview asks for lists only where the counts of
 * a cluster say that something else is there. A clean-up that is at work has none: it reads every list again.
 */
export type KnownClusters = Map<string, KnownCluster>;

interface KnownCluster {
  /** ARNs. */
  readonly services: readonly string[];
}

/** Clusters as DescribeClusters counts what is in them, by ARN. */
export type CountedClusters = ReadonlyMap<string, Cluster>;

/** The most that ECS describes in a call. */
const CLUSTERS_PER_CALL = 100;

/** AWS's own capacity providers, which take no managed daemons. */
const WITHOUT_INSTANCES: ReadonlySet<string> = new Set(['FARGATE', 'FARGATE_SPOT']);

/**
 * Counts of the clusters that were listed before; nothing on a first read, or where the counts may not be read: every
 * list is read then. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Cluster.html
 */
export async function countClusters(
  { ecs, signal }: { readonly ecs: ECSClient; readonly signal: AbortSignal },
  clusterArns: readonly string[],
  known: KnownClusters | undefined,
): Promise<CountedClusters> {
  const listed = clusterArns.filter((arn) => known?.has(arn) === true);
  try {
    const clusters = await inBatches(listed, CLUSTERS_PER_CALL, async (batch) => {
      const answer = await ecs.send(new DescribeClustersCommand({ clusters: batch }), {
        abortSignal: signal,
      });
      return answer.clusters ?? [];
    });
    return new Map(clusters.map((cluster) => [cluster.clusterArn ?? '', cluster]));
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'FORBIDDEN') return new Map();
    throw error;
  }
}

/** Whether these services are all that the cluster has: as many are active as it counts. */
export function areAllServices(services: readonly Service[], { activeServicesCount }: Cluster): boolean {
  const active = services.filter(({ status }) => status === 'ACTIVE').length;
  return active === services.length && active === activeServicesCount;
}

/**
 * Whether every task of the cluster belongs to a deployment or a task set of these services, so that their revisions are
 * known without a list of tasks.
 */
export function areAllTasks(
  services: readonly Service[],
  { runningTasksCount, pendingTasksCount }: Cluster,
): boolean {
  if (runningTasksCount === undefined || pendingTasksCount === undefined) return false;
  const ofServices = services.map(tasksOf);
  const isAccounted = services.every((service, index) => countOf([service]) === ofServices[index]);
  const total = ofServices.reduce((sum, count) => sum + count, 0);
  return isAccounted && total === runningTasksCount + pendingTasksCount;
}

function tasksOf({ deployments = [], taskSets = [] }: Service): number {
  return countOf(deployments.length > 0 ? deployments : taskSets);
}

function countOf(counted: readonly Pick<Service, 'runningCount' | 'pendingCount'>[]): number {
  return counted.reduce(
    (sum, { runningCount = 0, pendingCount = 0 }) => sum + runningCount + pendingCount,
    0,
  );
}

/** Whether a cluster has capacity that managed daemons run on, as far as its capacity providers tell. */
export function mayHaveDaemons({ capacityProviders = [] }: Cluster): boolean {
  return capacityProviders.some((name) => !WITHOUT_INSTANCES.has(name));
}
