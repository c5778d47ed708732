import {
  DescribeClustersCommand,
  type Cluster as EcsCluster,
  paginateListClusters,
} from '@aws-sdk/client-ecs';
import type { Account } from '../../../shared/model/account.ts';
import type { Cluster } from '../../../shared/model/cluster.ts';
import { lastPartOf } from '../aws/arns.ts';
import { environmentOf } from '../aws/environment-rule.ts';
import { inBatches } from '../ecs/batches.ts';
import type { Read } from './deployments.ts';

/** DescribeClusters takes up to 100. */
const BATCH = 100;

/** All clusters of the account and region by name (ListClusters, DescribeClusters). */
export async function readClusters({ ecs, signal }: Read, account: Account): Promise<Cluster[]> {
  const arns: string[] = [];
  for await (const page of paginateListClusters(
    { client: ecs, pageSize: 100 },
    {},
    { abortSignal: signal },
  )) {
    arns.push(...(page.clusterArns ?? []));
  }
  const clusters = await inBatches(arns, BATCH, async (batch) => {
    const answer = await ecs.send(new DescribeClustersCommand({ clusters: batch }), { abortSignal: signal });
    return answer.clusters ?? [];
  });
  return clusters
    .map((cluster) => toCluster(cluster, account))
    .toSorted((one, other) => one.name.localeCompare(other.name));
}

function toCluster(cluster: EcsCluster, account: Account): Cluster {
  const { clusterArn: arn = '', clusterName: name = lastPartOf(arn) } = cluster;
  return {
    name,
    arn,
    status: cluster.status ?? 'UNKNOWN',
    environment: environmentOf(account, name),
    services: cluster.activeServicesCount ?? 0,
    runningTasks: cluster.runningTasksCount ?? 0,
    pendingTasks: cluster.pendingTasksCount ?? 0,
  };
}
