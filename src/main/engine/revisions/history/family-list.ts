import { type ECSClient, paginateListTaskDefinitionFamilies } from '@aws-sdk/client-ecs';

/** Names of families, in ECS's order (ListTaskDefinitionFamilies, 100 a page). */
export async function listFamilies(
  ecs: ECSClient,
  status: 'ACTIVE' | 'ALL',
  signal: AbortSignal,
): Promise<readonly string[]> {
  const families: string[] = [];
  const pages = paginateListTaskDefinitionFamilies(
    { client: ecs, pageSize: 100 },
    { status },
    { abortSignal: signal },
  );
  for await (const page of pages) families.push(...(page.families ?? []));
  return families;
}
