import type { ContainerImage, ECSClient, Service } from '@aws-sdk/client-ecs';
import { DescribeServiceDeploymentsCommand } from '@aws-sdk/client-ecs';
import type { CleanupProgress } from '../../../../shared/model/cleanup.ts';
import type { ImageCleanupPolicy } from '../../../../shared/model/image-cleanup.ts';
import { batchesOf, inBatches } from '../../ecs/batches.ts';
import { requireOnlyMissing } from '../../ecs/described-failures.ts';
import { describeCached } from '../../revisions/cache/cached-revisions.ts';
import type { RevisionCache } from '../../revisions/cache/revision-cache.ts';
import { readDaemonDefinitions, readDaemonUse } from '../../use/read-daemons.ts';
import { readPart } from '../../use/read-part.ts';
import { readRevisions } from '../../use/read-revisions.ts';
import { type KnownTargets, readUse } from '../../use/read-use.ts';
import { describeReleases, RELEASES_PER_CALL } from '../../use/rollback-targets.ts';
import { graphOfUse } from '../../use/use-graph.ts';
import { type DeployedImages, type ImageUse, imageUses, type RevisionImages } from './image-use.ts';
import type { KnownLinks } from './repository-images.ts';

interface Read {
  readonly ecs: ECSClient;
  readonly cache: RevisionCache;
  readonly signal: AbortSignal;
  /** Told how many clusters, services and revisions are read. */
  readonly onProgress?: (progress: CleanupProgress) => void;
}

/** What was read before and is immutable, or shows when it has changed. */
export interface KnownImageUse {
  readonly targets: KnownTargets;
  /** What revisions name, by ARN. */
  readonly references: Map<string, readonly string[]>;
  /** What service revisions resolved, by ARN. */
  readonly releases: Map<string, DeployedImages>;
  /** The same for daemon task definitions. */
  readonly daemonReferences: Map<string, readonly string[]>;
  readonly links: KnownLinks;
}

export function noImageUse(): KnownImageUse {
  return {
    targets: new Map(),
    references: new Map(),
    releases: new Map(),
    daemonReferences: new Map(),
    links: new Map(),
  };
}

/** The most that ECS describes in a call. */
const DEPLOYMENTS_PER_CALL = 20;
const REVISIONS_PER_STEP = 50;

/**
 * Everything of the account and region in ECS that refers to images: tasks, managed daemons and their task definitions,
 * service revisions that are or are being deployed, the rollback target of each service, and every revision that the
 * policy looks at. Throws when any part cannot be read, naming the part, because anything unread may be in use.
 */
export async function readImageUse(
  read: Read,
  { keepWorked, keepForInactive }: Pick<ImageCleanupPolicy, 'keepWorked' | 'keepForInactive'>,
  known: KnownImageUse,
): Promise<readonly ImageUse[]> {
  const { ecs, signal, onProgress } = read;
  const wanted = { families: undefined, keepWorked, worked: 'images' } as const;
  const readNamed = (arns: readonly string[]) =>
    readPart('the images of revisions', () => readReferences(read, arns, known.references));
  const readListed = async () => {
    const active = await readList(read, 'ACTIVE');
    const inactive = keepForInactive ? await readList(read, 'INACTIVE') : [];
    await readNamed([...active, ...inactive]);
    return { active, inactive };
  };
  // Side by side: they draw on different buckets, and each takes minutes in a large account.
  const [reading, { active, inactive }, daemons, daemonDefinitions] = await Promise.all([
    readUse({ ecs, signal, onProgress }, wanted, { targets: known.targets }),
    readListed(),
    readDaemonUse({ ecs, signal }, keepWorked),
    readDaemonDefinitions({ ecs, signal }, known.daemonReferences),
  ]);
  const deployed = await readPart('what is deployed to services', () =>
    readDeployed(read, reading.services, known.releases),
  );
  const revisionUse = graphOfUse(reading);
  const arns = new Set([...active, ...inactive, ...revisionUse.keys()]);
  await readNamed([...arns]);
  const isActive = new Set(active);
  const revisions = [...arns].map(
    (arn): RevisionImages => ({
      arn,
      isActive: isActive.has(arn),
      images: known.references.get(arn) ?? [],
    }),
  );
  return imageUses({
    tasks: reading.tasks,
    rollbackTargets: reading.rollbackTargets,
    revisionUse,
    deployed,
    revisions,
    daemons,
    daemonDefinitions,
  });
}

async function readList({ ecs, signal }: Read, status: 'ACTIVE' | 'INACTIVE'): Promise<readonly string[]> {
  const found = await readPart(`the list of ${status} revisions`, () =>
    readRevisions(ecs, { families: undefined, status }, signal),
  );
  return found.map(({ arn }) => arn);
}

/** Adds the images of revisions that are new. A deleted revision names none. */
async function readReferences(
  { ecs, cache, signal, onProgress }: Read,
  arns: readonly string[],
  known: KnownImageUse['references'],
): Promise<void> {
  // Newest first, so that one poll settles whether what is kept of a family is still true.
  const unknown = arns
    .filter((arn) => !known.has(arn))
    .toSorted((one, other) => other.localeCompare(one, 'en', { numeric: true }));
  for (const [index, batch] of batchesOf(unknown, REVISIONS_PER_STEP).entries()) {
    onProgress?.({ part: 'revisions', done: index * REVISIONS_PER_STEP, total: unknown.length });
    const described = await describeCached({ ecs, cache }, batch, signal);
    for (const [place, arn] of batch.entries()) {
      const containers = described[place]?.taskDefinition.containerDefinitions ?? [];
      known.set(
        arn,
        containers.flatMap(({ image }) => image ?? []),
      );
    }
  }
}

/** The service revisions that services have tasks of, and those that a deployment in progress goes to or came from. */
async function readDeployed(
  { ecs, signal }: Read,
  services: readonly Service[],
  known: KnownImageUse['releases'],
): Promise<readonly DeployedImages[]> {
  const current = services.flatMap(({ currentServiceRevisions = [] }) =>
    currentServiceRevisions.map(({ arn }) => arn),
  );
  const deployments = services.flatMap(({ currentServiceDeployment }) => currentServiceDeployment ?? []);
  const inProgress = await inBatches(deployments, DEPLOYMENTS_PER_CALL, async (serviceDeploymentArns) => {
    const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns });
    const { serviceDeployments = [], failures = [] } = await ecs.send(command, { abortSignal: signal });
    requireOnlyMissing(failures);
    return serviceDeployments.flatMap(({ sourceServiceRevisions = [], targetServiceRevision }) =>
      [...sourceServiceRevisions, targetServiceRevision].map((each) => each?.arn),
    );
  });
  const arns = [...new Set([...current, ...inProgress])].filter((arn) => arn !== undefined);
  const unknown = arns.filter((arn) => !known.has(arn));
  await inBatches(unknown, RELEASES_PER_CALL, async (batch) => {
    for (const { serviceRevisionArn, serviceArn, containerImages } of await describeReleases(
      { ecs, signal },
      batch,
    )) {
      // ECS resolves digests while the first tasks start: until then they are asked for again.
      if (serviceRevisionArn === undefined || serviceArn === undefined || !isResolved(containerImages))
        continue;
      known.set(serviceRevisionArn, { serviceArn, images: containerImages });
    }
    return [];
  });
  return arns.flatMap((arn) => known.get(arn) ?? []);
}

function isResolved(images: readonly ContainerImage[] = []): images is readonly ContainerImage[] {
  return images.length > 0 && images.every(({ imageDigest }) => imageDigest !== undefined);
}
