import {
  type ContainerImage,
  DescribeServiceRevisionsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type Service,
  type ServiceRevision,
} from '@aws-sdk/client-ecs';
import { requireOnlyMissing } from '../ecs/described-failures.ts';
import { type GatheredRead, gatherReads } from '../ecs/gathered-reads.ts';
import type { RollbackTarget } from './use-graph.ts';

interface Read {
  readonly ecs: ECSClient;
  readonly signal: AbortSignal;
}

const PER_PAGE = 100;
/** DescribeServiceRevisions takes no more. */
export const RELEASES_PER_CALL = 20;
/** A service that ran the same revision this often in a row is not asked for older ones. */
const MOST_CHECKED = 200;

/** Two releases are different ones when their task definition is, or when the digests of their images are, too. */
export type ReleaseDifference = 'revision' | 'images';

export interface WorkedWanted {
  readonly count: number;
  readonly differ: ReleaseDifference;
  readonly releasesOf: ReadReleases;
}

/** Reads service revisions by ARN; those that are gone are missing. */
export type ReadReleases = GatheredRead<ServiceRevision>;

/** Reads service revisions of services that are looked at side by side, in few requests. */
export function releaseReader(read: Read): ReadReleases {
  return gatherReads({
    size: RELEASES_PER_CALL,
    read: async (arns) => {
      const found = await describeReleases(read, arns);
      return new Map(found.map((release) => [release.serviceRevisionArn ?? '', release]));
    },
  });
}

/**
 * The last `count` different releases of a service that worked, and in any case one that differs from what it runs now:
 * the rollback. `revisionArns`: its service revisions that worked, newest first.
 */
export async function rollbackTargetsOf(
  service: Service,
  revisionArns: readonly string[],
  { count, differ, releasesOf }: WorkedWanted,
): Promise<readonly RollbackTarget[]> {
  const { serviceArn } = service;
  if (serviceArn === undefined) return [];
  const worked = new Map<string, RollbackTarget>();
  for (let from = 0; from < revisionArns.length; from += RELEASES_PER_CALL) {
    const arns = revisionArns.slice(from, from + RELEASES_PER_CALL);
    const described = await releasesOf(arns);
    const found = arns.flatMap((arn) => described.get(arn) ?? []);
    for (const { taskDefinition: taskDefinitionArn, containerImages: images = [] } of found) {
      if (taskDefinitionArn === undefined) continue;
      const key = JSON.stringify(
        differ === 'images' ? [taskDefinitionArn, digestsOf(images)] : taskDefinitionArn,
      );
      if (!worked.has(key)) worked.set(key, { serviceArn, taskDefinitionArn, images });
    }
    if (worked.size > count) break;
  }
  const newestFirst = [...worked.values()];
  const [, before] = newestFirst;
  const another =
    differ === 'images'
      ? before
      : newestFirst.find(({ taskDefinitionArn }) => taskDefinitionArn !== service.taskDefinition);
  return [...new Set([...newestFirst.slice(0, count), ...(another === undefined ? [] : [another])])];
}

function digestsOf(images: readonly ContainerImage[]): readonly string[] {
  return images
    .map(({ containerName, image, imageDigest }) => `${containerName} ${imageDigest ?? image}`)
    .toSorted();
}

/** The service revisions of the deployments that worked, newest first. Only the ECS controller has service deployments. */
export async function readSuccesses({ ecs, signal }: Read, service: Service): Promise<readonly string[]> {
  const hasDeployments = (service.deploymentController?.type ?? 'ECS') === 'ECS';
  if (service.serviceArn === undefined || !hasDeployments) return [];
  const revisionArns: string[] = [];
  let nextToken: string | undefined;
  do {
    const command = new ListServiceDeploymentsCommand({
      cluster: service.clusterArn,
      service: service.serviceArn,
      status: ['SUCCESSFUL'],
      maxResults: PER_PAGE,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    const page = await ecs.send(command, { abortSignal: signal });
    const newestFirst = (page.serviceDeployments ?? []).toSorted(
      (one, other) => (other.createdAt?.getTime() ?? 0) - (one.createdAt?.getTime() ?? 0),
    );
    revisionArns.push(
      ...newestFirst.flatMap(({ targetServiceRevisionArn }) => targetServiceRevisionArn ?? []),
    );
    nextToken = page.nextToken;
  } while (nextToken !== undefined && revisionArns.length < MOST_CHECKED);
  return revisionArns;
}

/** Service revisions in the order that they were asked for, at most 20. Those that are gone are left out. */
export async function describeReleases(
  { ecs, signal }: Read,
  revisionArns: readonly string[],
): Promise<readonly ServiceRevision[]> {
  const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns: [...revisionArns] });
  const { serviceRevisions = [], failures = [] } = await ecs.send(command, { abortSignal: signal });
  requireOnlyMissing(failures);
  return revisionArns.flatMap(
    (arn) => serviceRevisions.find((each) => each.serviceRevisionArn === arn) ?? [],
  );
}
