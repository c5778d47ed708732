import {
  type DaemonDeploymentSummary,
  DescribeClustersCommand,
  type DaemonRevision as EcsRevision,
} from '@aws-sdk/client-ecs';
import type { ClusterRef } from '../../../shared/model/cluster.ts';
import type { Daemon, DaemonDeployment, DaemonRevision } from '../../../shared/model/daemon.ts';
import { lastPartOf, revisionNameOf } from '../aws/arns.ts';
import { eachOfFew } from '../ecs/batches.ts';
import {
  describeDaemon,
  describeDaemonRevisions,
  listDaemonDeployments,
  listDaemons,
  whereAvailable,
} from '../ecs/daemons.ts';
import { deploymentOutcome } from '../ecs/deployment-outcome.ts';
import type { Read } from './deployments.ts';

const MOST_DEPLOYMENTS = 10;

/**
 * The managed daemons of a cluster by name (ListDaemons, DescribeDaemon, DescribeDaemonRevisions,
 * ListDaemonDeployments). Empty where the region has none.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-daemons.html
 */
export async function readDaemons(read: Read, { cluster }: ClusterRef): Promise<Daemon[]> {
  // Only the ARN of a cluster is documented here, and its name alone does not make one.
  const { clusters: [described] = [] } = await read.ecs.send(
    new DescribeClustersCommand({ clusters: [cluster] }),
    { abortSignal: read.signal },
  );
  const clusterArn = described?.clusterArn;
  if (clusterArn === undefined) return [];
  const arns = await whereAvailable(() => listDaemons(read, clusterArn));
  const daemons = await eachOfFew(arns, (arn) => readDaemon(read, arn));
  return daemons.flat().toSorted((one, other) => one.name.localeCompare(other.name));
}

/** None when it was deleted meanwhile. */
export async function readDaemon(read: Read, arn: string): Promise<Daemon[]> {
  const [daemon, deployments] = await Promise.all([
    describeDaemon(read, arn),
    listDaemonDeployments(read, arn),
  ]);
  if (daemon === undefined) return [];
  const newest = deployments.slice(0, MOST_DEPLOYMENTS);
  const current = daemon.currentRevisions ?? [];
  const arns = [...current.map((each) => each.arn), ...newest.map((each) => each.targetDaemonRevisionArn)];
  const described = await describeDaemonRevisions(
    read,
    [...new Set(arns)].filter((each) => each !== undefined),
  );
  const byArn = new Map(described.map((revision) => [revision.daemonRevisionArn, revision]));
  return [
    {
      name: lastPartOf(arn),
      arn,
      isDeleting: daemon.status === 'DELETE_IN_PROGRESS',
      revisions: current.flatMap(({ arn: revisionArn, totalRunningCount = 0 }) => {
        const revision = byArn.get(revisionArn);
        return revision === undefined ? [] : [toRevision(revision, totalRunningCount)];
      }),
      deployments: newest.map((each) => toDeployment(each, byArn.get(each.targetDaemonRevisionArn))),
    },
  ];
}

function toRevision(
  { daemonRevisionArn: arn = '', daemonTaskDefinitionArn = '', containerImages = [] }: EcsRevision,
  running: number,
): DaemonRevision {
  return {
    arn,
    taskDefinition: revisionNameOf(daemonTaskDefinitionArn),
    images: imagesOf(containerImages),
    running,
  };
}

function imagesOf(containerImages: NonNullable<EcsRevision['containerImages']>): DaemonRevision['images'] {
  return containerImages.map(({ containerName = '', image = '', imageDigest }) => ({
    container: containerName,
    image,
    ...(imageDigest === undefined ? {} : { digest: imageDigest }),
  }));
}

function toDeployment(
  { daemonDeploymentArn = '', status, statusReason, createdAt, finishedAt }: DaemonDeploymentSummary,
  revision: EcsRevision | undefined,
): DaemonDeployment {
  return {
    arn: daemonDeploymentArn,
    outcome: deploymentOutcome(status),
    status: status ?? 'UNKNOWN',
    statusReason,
    taskDefinition: revision && revisionNameOf(revision.daemonTaskDefinitionArn ?? ''),
    images: revision && imagesOf(revision.containerImages ?? []),
    createdAt: createdAt?.toISOString(),
    finishedAt: finishedAt?.toISOString(),
  };
}
