import { type ECSClient, paginateListTaskDefinitions, type TaskDefinitionStatus } from '@aws-sdk/client-ecs';
import type { CleanupProgress } from '../../../shared/model/cleanup.ts';
import { revisionNameOf } from '../aws/arns.ts';
import { eachOfFew } from '../ecs/batches.ts';
import { type FamilyRevision, familyOf } from '../ecs/family-revision.ts';

export interface RevisionsWanted {
  /** Every family of the account and region when there are none. */
  readonly families: readonly string[] | undefined;
  readonly status: Extract<TaskDefinitionStatus, 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS'>;
}

/** All revisions of families with one status, from every page (ListTaskDefinitions); tells how many are listed by now. */
export async function readRevisions(
  ecs: ECSClient,
  { families, status }: RevisionsWanted,
  signal: AbortSignal,
  onProgress?: (progress: CleanupProgress) => void,
): Promise<readonly FamilyRevision[]> {
  let listed = 0;
  const onPage = (count: number): void => {
    listed += count;
    onProgress?.({ part: 'revisions', done: listed, total: listed });
  };
  const read = (family?: string) => readPages({ ecs, signal, onPage }, family, status);
  return families === undefined ? read() : (await eachOfFew(families, read)).flat();
}

interface PageRead {
  readonly ecs: ECSClient;
  readonly signal: AbortSignal;
  readonly onPage: (count: number) => void;
}

async function readPages(
  { ecs, signal, onPage }: PageRead,
  family: string | undefined,
  status: RevisionsWanted['status'],
): Promise<readonly FamilyRevision[]> {
  const arns: string[] = [];
  const pages = paginateListTaskDefinitions(
    { client: ecs, pageSize: 100 },
    { status, ...(family === undefined ? {} : { familyPrefix: family }) },
    { abortSignal: signal },
  );
  for await (const { taskDefinitionArns = [] } of pages) {
    arns.push(...taskDefinitionArns);
    onPage(taskDefinitionArns.length);
  }
  return arns.flatMap((arn) => {
    const name = revisionNameOf(arn);
    const isWanted = family === undefined || familyOf(name) === family;
    return isWanted ? [{ arn, name, number: Number(name.slice(name.lastIndexOf(':') + 1)), status }] : [];
  });
}
