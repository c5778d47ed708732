import { type ECSClient, paginateListTaskDefinitions, type TaskDefinition } from '@aws-sdk/client-ecs';
import type { Scope } from '../../../shared/model/account.ts';
import { parseImageReference } from '../../../shared/model/image-reference.ts';
import { revisionNameOf } from '../aws/arns.ts';
import type { Aws } from '../aws/aws.ts';
import { placeInFamily } from '../ecs/revision-arn.ts';
import { describeCached, readCached, settleDoubts } from '../revisions/cache/cached-revisions.ts';
import type { RevisionCaches } from '../revisions/cache/revision-cache.ts';
import type { KeptName, RunningImage } from './name-store.ts';
import { orProblem } from './unread-names.ts';

export interface RevisionReading {
  readonly aws: Pick<Aws, 'ecs'>;
  readonly revisionCaches: RevisionCaches;
}

/** Older revisions of a family are found by a clean-up, which reads all of them. */
const NEWEST_OF_FAMILY = 10;
/** Revisions that are described at a time; the others are read the next times. */
const MOST_NEW = 1_000;

/**
 * The newest ACTIVE revisions of each family with their images: ListTaskDefinitions, and DescribeTaskDefinition for those that were
 * never described. What a policy does not allow to be read is told as a problem.
 */
export async function readNamedRevisions(
  { aws, revisionCaches }: RevisionReading,
  scope: Scope,
  signal: AbortSignal,
): Promise<readonly KeptName[]> {
  const ecs = aws.ecs(scope, 'background');
  const source = { ecs, cache: await revisionCaches.of(ecs, scope) };
  return orProblem('task definitions', async () => {
    const arns = newestOfEach(await listActive(ecs, signal));
    await settleDoubts(source, arns, signal);
    const kept = await readCached(source, arns);
    const unread = arns.filter((arn) => !kept.has(arn));
    const described = await describeCached(source, unread.slice(0, MOST_NEW), signal);
    const found = [...kept.values(), ...described.flatMap((each) => each ?? [])];
    const later = Math.max(0, unread.length - MOST_NEW);
    return [
      ...found.map(({ taskDefinition }) => ({
        name: revisionNameOf(taskDefinition.taskDefinitionArn),
        images: revisionImages(taskDefinition),
      })),
      ...(later === 0
        ? []
        : [
            {
              name: 'task definitions',
              problem: `${later} of ${arns.length} revisions have not been read yet.`,
            },
          ]),
    ];
  });
}

/** The images of a revision; their digests where the revision names them. */
export function revisionImages({
  taskDefinitionArn,
  containerDefinitions = [],
}: Pick<TaskDefinition, 'taskDefinitionArn' | 'containerDefinitions'>): readonly RunningImage[] {
  const revision = revisionNameOf(taskDefinitionArn ?? '');
  return containerDefinitions.flatMap(({ name: container, image }): RunningImage[] => {
    if (container === undefined || image === undefined) return [];
    const digest = parseImageReference(image)?.digest;
    return [{ container, image, revision, ...(digest === undefined ? {} : { digest }) }];
  });
}

/** Newest first in each family. */
async function listActive(ecs: ECSClient, signal: AbortSignal): Promise<readonly string[]> {
  const arns: string[] = [];
  const pages = paginateListTaskDefinitions(
    { client: ecs, pageSize: 100 },
    { status: 'ACTIVE', sort: 'DESC' },
    { abortSignal: signal },
  );
  for await (const { taskDefinitionArns = [] } of pages) arns.push(...taskDefinitionArns);
  return arns;
}

function newestOfEach(arns: readonly string[]): readonly string[] {
  const families = Map.groupBy(arns, (arn) => placeInFamily(arn).family);
  return [...families.values()].flatMap((ofFamily) => ofFamily.slice(0, NEWEST_OF_FAMILY));
}
