import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  RepositoryAlreadyExistsException$,
  RepositoryNotEmptyException$,
  type Repository as RepositoryShape,
} from '@aws-sdk/client-ecr';
import { awsError, type CallContext, type Operation, operation } from '../../aws-api/service.ts';
import type { Repository } from '../../registry/repository.ts';
import type { EcrState } from './ecr-state.ts';
import { encryptionOf, shownEncryption } from './encryption.ts';
import { findRepository, repositoryArn } from './find-repository.ts';
import { checkExclusions } from './mutability-exclusions.ts';
import { page } from './pages.ts';
import { withTags } from './repository-tags.ts';

/** DescribeRepositories, CreateRepository and DeleteRepository. */
export function repositoryOperations(state: EcrState): readonly Operation[] {
  return [
    operation(DescribeRepositoriesCommand, (input, context) => {
      const { repositoryNames, registryId } = input;
      if (repositoryNames !== undefined) {
        const named = repositoryNames.map((repositoryName) =>
          findRepository(state, { repositoryName, registryId }, context),
        );
        return { repositories: named.map((each) => repositoryShape(each, context)) };
      }
      const { items, ...rest } = page(
        state.repositoriesIn(context.region).list(),
        (each) => each.name,
        input,
      );
      return { repositories: items.map((each) => repositoryShape(each, context)), ...rest };
    }),

    operation(CreateRepositoryCommand, (input, context) => {
      const { repositoryName: name = '', imageTagMutability, imageTagMutabilityExclusionFilters } = input;
      checkNewName(state, name, context);
      checkExclusions(input);
      const repository = state.repositoriesIn(context.region).create({
        name,
        createdAt: state.clock.now(),
        tagMutability: imageTagMutability ?? 'MUTABLE',
        exclusionFilters: imageTagMutabilityExclusionFilters ?? [],
        scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
        encryption: encryptionOf(input.encryptionConfiguration, context),
        resourceTags: withTags([], input.tags ?? []),
      });
      return { repository: repositoryShape(repository, context) };
    }),

    operation(DeleteRepositoryCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      if (repository.images.size > 0 && input.force !== true) {
        throw awsError(
          RepositoryNotEmptyException$,
          `The repository with name '${repository.name}' in registry with id '${context.accountId}' cannot be deleted because it still contains images`,
        );
      }
      state.repositoriesIn(context.region).delete(repository.name);
      state.garbage.release(repository.layers);
      return { repository: repositoryShape(repository, context) };
    }),
  ];
}

function repositoryShape(repository: Repository, context: CallContext): RepositoryShape {
  const { accountId, endpoint } = context;
  const { name, createdAt, tagMutability, scanOnPush } = repository;
  return {
    repositoryArn: repositoryArn(name, context),
    registryId: accountId,
    repositoryName: name,
    // At AWS this is ACCOUNT.dkr.ecr.REGION.amazonaws.com; Docker takes a loopback address without TLS.
    repositoryUri: `${new URL(endpoint).host}/${name}`,
    createdAt,
    imageTagMutability: tagMutability,
    ...exclusionFilters(repository),
    imageScanningConfiguration: { scanOnPush },
    encryptionConfiguration: shownEncryption(repository.encryption),
  };
}

function exclusionFilters(
  repository: Repository,
): Pick<RepositoryShape, 'imageTagMutabilityExclusionFilters'> {
  const { exclusionFilters: filters } = repository;
  return filters.length === 0 ? {} : { imageTagMutabilityExclusionFilters: [...filters] };
}

function checkNewName(state: EcrState, name: string, { region, accountId }: CallContext): void {
  if (state.repositoriesIn(region).find(name) !== undefined) {
    throw awsError(
      RepositoryAlreadyExistsException$,
      `The repository with name '${name}' already exists in the registry with id '${accountId}'`,
    );
  }
}
