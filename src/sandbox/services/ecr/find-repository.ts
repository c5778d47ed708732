import { RepositoryNotFoundException$ } from '@aws-sdk/client-ecr';
import { awsError, type CallContext } from '../../aws-api/service.ts';
import { partitionOf } from '../../core/partition.ts';
import type { Repository } from '../../registry/repository.ts';
import type { EcrState } from './ecr-state.ts';

/** Members that name a repository in every request about one. */
export interface RepositoryName {
  readonly repositoryName: string | undefined;
  readonly registryId?: string | undefined;
}

/**
 * The repository that a request names.
 *
 * @throws AwsError `RepositoryNotFoundException`; also for the registry of another account.
 */
export function findRepository(state: EcrState, request: RepositoryName, context: CallContext): Repository {
  const { repositoryName: name = '', registryId = context.accountId } = request;
  const repository =
    registryId === context.accountId ? state.repositoriesIn(context.region).find(name) : undefined;
  if (repository !== undefined) return repository;
  throw awsError(
    RepositoryNotFoundException$,
    `The repository with name '${name}' does not exist in the registry with id '${registryId}'`,
  );
}

export function repositoryArn(name: string, { region, accountId }: CallContext): string {
  return `arn:${partitionOf(region)}:ecr:${region}:${accountId}:repository/${name}`;
}
