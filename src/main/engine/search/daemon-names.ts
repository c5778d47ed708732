import type { ECSClient } from '@aws-sdk/client-ecs';
import type { Daemon } from '../../../shared/model/daemon.ts';
import { lastPartOf } from '../aws/arns.ts';
import { readDaemon } from '../catalog/daemons.ts';
import { eachOfFew } from '../ecs/batches.ts';
import { listDaemons, whereAvailable } from '../ecs/daemons.ts';
import type { KeptName, RunningImage } from './name-store.ts';
import { problemOf } from './unread-names.ts';

/** The managed daemons of a cluster with what they run. One that cannot be described has its name, and why. */
export async function readDaemonNames(
  read: { readonly ecs: ECSClient; readonly signal: AbortSignal },
  clusterArn: string,
): Promise<readonly KeptName[]> {
  const arns = await whereAvailable(() => listDaemons(read, clusterArn));
  const found = await eachOfFew(arns, async (arn): Promise<readonly KeptName[]> => {
    try {
      return (await readDaemon(read, arn)).map(daemonName);
    } catch (error) {
      return [problemOf(lastPartOf(arn), error)];
    }
  });
  return found.flat();
}

/** A daemon with what its current revisions run, and what its deployments in progress bring. */
export function daemonName({ name, revisions, deployments }: Daemon): KeptName {
  const deploying = deployments.flatMap(({ outcome, taskDefinition, images = [] }) =>
    outcome === 'in-progress' && taskDefinition !== undefined ? [{ taskDefinition, images }] : [],
  );
  const images = [...revisions, ...deploying].flatMap((revision) =>
    revision.images.map(
      ({ container, image, digest }): RunningImage => ({
        container,
        image,
        ...(digest === undefined ? {} : { digest }),
        revision: revision.taskDefinition,
      }),
    ),
  );
  // During a deployment ECS names what it brings among the current revisions too.
  const once = new Map(images.map((image) => [JSON.stringify(image), image]));
  return { name, images: [...once.values()] };
}
