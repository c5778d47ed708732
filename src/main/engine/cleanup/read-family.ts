import { type ECSClient, paginateListTaskDefinitions, type TaskDefinitionStatus } from '@aws-sdk/client-ecs';
import { revisionNameOf } from '../releases/names.ts';
import type { FamilyRevision } from './cleanup-items.ts';

/** All revisions of a family with one status, from every page (ListTaskDefinitions). */
export async function readFamily(
  ecs: ECSClient,
  family: string,
  status: Extract<TaskDefinitionStatus, 'ACTIVE' | 'INACTIVE'>,
  signal: AbortSignal,
): Promise<readonly FamilyRevision[]> {
  const arns: string[] = [];
  const pages = paginateListTaskDefinitions(
    { client: ecs, pageSize: 100 },
    { familyPrefix: family, status },
    { abortSignal: signal },
  );
  for await (const page of pages) arns.push(...(page.taskDefinitionArns ?? []));
  return arns.flatMap((arn) => {
    const name = revisionNameOf(arn);
    const [itsFamily, number] = name.split(':');
    return itsFamily === family ? [{ arn, name, number: Number(number), status }] : [];
  });
}
