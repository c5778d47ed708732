import { type ECSClient, paginateListClusters } from '@aws-sdk/client-ecs';

const PER_PAGE = 100;

/** ARNs of every cluster of the account and region. */
export async function listClusters({
  ecs,
  signal,
}: {
  readonly ecs: ECSClient;
  readonly signal: AbortSignal;
}): Promise<readonly string[]> {
  const arns: string[] = [];
  const pages = paginateListClusters({ client: ecs, pageSize: PER_PAGE }, {}, { abortSignal: signal });
  for await (const page of pages) arns.push(...(page.clusterArns ?? []));
  return arns;
}
