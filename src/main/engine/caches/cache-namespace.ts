import type { ECSClient } from '@aws-sdk/client-ecs';

/** ARNs name the account and the region, so that one namespace is enough for all of AWS. */
export const AWS_NAMESPACE = 'aws';

/** The namespace of an endpoint that is not AWS: the ARNs of two of them can be the same. */
export function cacheNamespaceAt(account: string): string {
  return `at ${account}`;
}

/** Host and port where calls go instead of to AWS. */
export async function customEndpoint(ecs: ECSClient): Promise<string | undefined> {
  if (ecs.config.isCustomEndpoint !== true) return undefined;
  const endpoint = await ecs.config.endpoint?.();
  return `${endpoint?.hostname}:${endpoint?.port}`;
}
