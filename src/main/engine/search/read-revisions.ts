import { type ECSClient, paginateListTaskDefinitions, type TaskDefinition } from '@aws-sdk/client-ecs';
import type { Scope } from '../../../shared/model/account.ts';
import { parseImageReference } from '../../../shared/model/image-reference.ts';
import { revisionNameOf } from '../aws/arns.ts';
import type { Aws } from '../aws/aws.ts';
import { batchesOf } from '../ecs/batches.ts';
import type { DescribedRevision } from '../ecs/describe-revision.ts';
import { placeInFamily } from '../ecs/revision-arn.ts';
import { describeCached, readCached, settleDoubts } from '../revisions/cache/cached-revisions.ts';
import type { RevisionCaches } from '../revisions/cache/revision-cache.ts';
import type { KeptName, RunningImage } from './name-store.ts';
import { problemOf } from './unread-names.ts';

export interface RevisionReading {
  readonly aws: Pick<Aws, 'ecs'>;
  readonly revisionCaches: RevisionCaches;
}

/** Older revisions of a family are found by a clean-up, which reads all of them. */
const NEWEST_OF_FAMILY = 10;
/** Revisions that are described in one reading; the next one goes on with the others. */
const MOST_NEW = 1_000;
/** After so many, what has been read is shown. */
const SHOWN_AFTER = 100;

/**
 * The newest ACTIVE revisions of each family with their images: ListTaskDefinitions, and DescribeTaskDefinition for those that were
 * never described, the newest of every family first. Yields all that is known, again and again while it grows, with how many have not
 * been read yet. What a policy does not allow to be read is told as a problem.
 */
export async function* readNamedRevisions(
  { aws, revisionCaches }: RevisionReading,
  scope: Scope,
  signal: AbortSignal,
): AsyncGenerator<readonly KeptName[]> {
  const ecs = aws.ecs(scope, 'background');
  const source = { ecs, cache: await revisionCaches.of(ecs, scope) };
  try {
    const arns = newestOfEach(await listActive(ecs, signal));
    await settleDoubts(source, arns, signal);
    const kept = await readCached(source, arns);
    const found = [...kept.values()].map(nameOf);
    const unread = arns.filter((arn) => !kept.has(arn));
    const now = unread.slice(0, MOST_NEW);
    let left = unread.length;
    if (found.length > 0 || left === 0) yield [...found, ...unreadName(left, arns.length)];
    for (const batch of batchesOf(now, SHOWN_AFTER)) {
      const described = await describeCached(source, batch, signal);
      found.push(...described.flatMap((each) => (each === undefined ? [] : nameOf(each))));
      left -= batch.length;
      yield [...found, ...unreadName(left, arns.length)];
    }
  } catch (error) {
    yield [problemOf(TASK_DEFINITIONS, error)];
  }
}

const TASK_DEFINITIONS = 'task definitions';

function nameOf({ taskDefinition }: DescribedRevision): KeptName {
  return { name: revisionNameOf(taskDefinition.taskDefinitionArn), images: revisionImages(taskDefinition) };
}

function unreadName(left: number, all: number): readonly KeptName[] {
  if (left === 0) return [];
  const problem = `${left} of ${all} revisions have not been read yet.`;
  return [{ name: TASK_DEFINITIONS, problem, isUnfinished: true }];
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

/** The newest of every family first, then the second of each. */
function newestOfEach(arns: readonly string[]): readonly string[] {
  const families = [...Map.groupBy(arns, (arn) => placeInFamily(arn).family).values()];
  return Array.from({ length: NEWEST_OF_FAMILY }, (_, age) =>
    families.flatMap((ofFamily) => ofFamily[age] ?? []),
  ).flat();
}
