import type { Repository } from '@aws-sdk/client-ecr';
import {
  formatImageReference,
  type ImageReference,
  parseImageReference,
} from '../../../shared/model/image-reference.ts';
import { ecrHost } from '../aws/partitions.ts';

/**
 * Whether a reference may name an image of this region's ECR, before anything is asked. A bare name such as
 * `nginx:1.27` is Docker Hub's, and a host of AWS names its own region.
 */
export function mayBeInRegion(reference: ImageReference, region: string): boolean {
  if (reference.registry === undefined) return false;
  const host = ecrHost(reference.registry);
  return host === undefined || host.region === region;
}

/** The account whose ECR a reference names by one of AWS's hosts; undefined for every other registry. */
export function registryAccountOf({ registry }: ImageReference): string | undefined {
  return ecrHost(registry ?? '')?.account;
}

/** Whether a reference names an image of a repository, by its URI or by any host that AWS gives the registry. */
export function isIn(repository: Repository, reference: ImageReference): boolean {
  const name = formatImageReference({
    ...(reference.registry === undefined ? {} : { registry: reference.registry }),
    repository: reference.repository,
  });
  if (name === repository.repositoryUri) return true;
  const host = ecrHost(reference.registry ?? '');
  if (host === undefined || host.account !== repository.registryId) return false;
  return reference.repository === repository.repositoryName;
}

/**
 * The reference to write into a task definition: the tag for people, the digest for ECS, which takes both together
 * and pulls by the digest.
 */
export function pinnedReference(repositoryUri: string, tag: string | undefined, digest: string): string {
  const parts = parseImageReference(repositoryUri) ?? { repository: repositoryUri };
  return formatImageReference({ ...parts, ...(tag === undefined ? {} : { tag }), digest });
}
