import type { DaemonDeploymentStatus, ECSClient } from '@aws-sdk/client-ecs';
import { eachOfFew } from '../ecs/batches.ts';
import {
  describeDaemon,
  describeDaemonRevisions,
  imagesOfDaemonTaskDefinition,
  listDaemonDeployments,
  listDaemons,
  listDaemonTaskDefinitions,
  whereAvailable,
} from '../ecs/daemons.ts';
import { listClusters } from './list-clusters.ts';
import { readPart } from './read-part.ts';
import type { DaemonUse } from './use-graph.ts';

interface Read {
  readonly ecs: ECSClient;
  readonly signal: AbortSignal;
}

const OVER: ReadonlySet<DaemonDeploymentStatus> = new Set([
  'SUCCESSFUL',
  'STOPPED',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
]);

/**
 * What the managed daemons of every cluster, or of these, run, deploy, or may be rolled back to: the last `keepWorked` revisions that worked
 * and one more. Nothing where the region has no managed daemons. Throws when any part cannot be read, naming the part,
 * because anything unread may be in use.
 */
export function readDaemonUse(
  read: Read,
  keepWorked: number,
  clusters?: readonly string[],
): Promise<readonly DaemonUse[]> {
  return readPart('the managed daemons', () =>
    whereAvailable(async () => {
      const perCluster = await eachOfFew(clusters ?? (await listClusters(read)), (cluster) =>
        listDaemons(read, cluster),
      );
      return (await eachOfFew(perCluster.flat(), (arn) => usesOfDaemon(read, arn, keepWorked))).flat();
    }),
  );
}

async function usesOfDaemon(read: Read, daemonArn: string, keepWorked: number): Promise<DaemonUse[]> {
  const [daemon, deployments] = await Promise.all([
    describeDaemon(read, daemonArn),
    listDaemonDeployments(read, daemonArn),
  ]);
  const running = new Set((daemon?.currentRevisions ?? []).flatMap(({ arn }) => arn ?? []));
  const targets = deployments.flatMap(({ targetDaemonRevisionArn: arn, status }) =>
    arn === undefined ? [] : [{ arn, status }],
  );
  // An unknown status counts as a deployment in progress.
  const inProgress = targets.filter(({ status }) => status === undefined || !OVER.has(status));
  const worked = new Set(targets.filter(({ status }) => status === 'SUCCESSFUL').map(({ arn }) => arn));
  const back = [...worked].slice(0, keepWorked + 1);
  const arns = [...new Set([...running, ...inProgress.map(({ arn }) => arn), ...back])];
  const revisions = await describeDaemonRevisions(read, arns);
  return revisions.map(({ daemonRevisionArn = '', daemonTaskDefinitionArn, containerImages = [] }) => ({
    daemonArn,
    taskDefinitionArn: daemonTaskDefinitionArn,
    images: containerImages,
    isRollbackTarget:
      !running.has(daemonRevisionArn) && !inProgress.some(({ arn }) => arn === daemonRevisionArn),
  }));
}

/** A daemon task definition, whose content never changes, and the images that it names. */
export interface DaemonDefinition {
  readonly arn: string;
  readonly images: readonly string[];
}

/**
 * Every daemon task definition of the account and region with the images that it names. `known` keeps what was read
 * before. Nothing where the region has no managed daemons; throws when any of them cannot be read.
 */
export function readDaemonDefinitions(
  read: Read,
  known: Map<string, readonly string[]>,
): Promise<readonly DaemonDefinition[]> {
  return readPart('the daemon task definitions', () =>
    whereAvailable(async () => {
      const arns = await listDaemonTaskDefinitions(read);
      return eachOfFew(arns, async (arn) => {
        const images = known.get(arn) ?? (await imagesOfDaemonTaskDefinition(read, arn));
        known.set(arn, images);
        return { arn, images };
      });
    }),
  );
}
