import { type ECSClient, paginateListTaskDefinitions, type TaskDefinitionStatus } from '@aws-sdk/client-ecs';
import { revisionNameOf } from '../aws/arns.ts';
import { eachOfFew } from '../ecs/batches.ts';
import { type FamilyRevision, familyOf } from '../ecs/family-revision.ts';

export interface RevisionsWanted {
  /** Every family of the account and region when there are none. */
  readonly families: readonly string[] | undefined;
  readonly status: Extract<TaskDefinitionStatus, 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS'>;
}

/** All revisions of families with one status, from every page (ListTaskDefinitions). */
export async function readRevisions(
  ecs: ECSClient,
  { families, status }: RevisionsWanted,
  signal: AbortSignal,
): Promise<readonly FamilyRevision[]> {
  const read = (family?: string) => readPages(ecs, family, status, signal);
  return families === undefined ? read() : (await eachOfFew(families, read)).flat();
}

async function readPages(
  ecs: ECSClient,
  family: string | undefined,
  status: RevisionsWanted['status'],
  signal: AbortSignal,
): Promise<readonly FamilyRevision[]> {
  const arns: string[] = [];
  const pages = paginateListTaskDefinitions(
    { client: ecs, pageSize: 100 },
    { status, ...(family === undefined ? {} : { familyPrefix: family }) },
    { abortSignal: signal },
  );
  for await (const page of pages) arns.push(...(page.taskDefinitionArns ?? []));
  return arns.flatMap((arn) => {
    const name = revisionNameOf(arn);
    const isWanted = family === undefined || familyOf(name) === family;
    return isWanted ? [{ arn, name, number: Number(name.slice(name.lastIndexOf(':') + 1)), status }] : [];
  });
}
