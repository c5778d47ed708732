import {
  CreateRepositoryCommand,
  type CreateRepositoryCommandInput,
  DeleteRepositoryCommand,
  DescribeRegistryCommand,
  DescribeRepositoriesCommand,
  ImageTagMutability,
  InvalidParameterException$,
  PutImageTagMutabilityCommand,
  RepositoryAlreadyExistsException$,
  RepositoryNotEmptyException$,
  type Repository as RepositoryShape,
} from '@aws-sdk/client-ecr';
import { awsError, type CallContext, type Operation, operation } from '../aws-json/service.ts';
import type { Repository } from '../registry/repository.ts';
import type { EcrState } from './ecr.ts';
import { findRepository } from './find-repository.ts';
import { page } from './pages.ts';

const NAME = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

/** DescribeRepositories, CreateRepository, DeleteRepository, PutImageTagMutability and DescribeRegistry. */
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
      const repository = state.repositoriesIn(context.region).create({
        name,
        createdAt: state.clock.now(),
        tagMutability: checkMutability(imageTagMutability),
        exclusionFilters: imageTagMutabilityExclusionFilters ?? [],
        scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
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
      return { repository: repositoryShape(repository, context) };
    }),

    operation(PutImageTagMutabilityCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      repository.tagMutability = checkMutability(input.imageTagMutability);
      repository.exclusionFilters = input.imageTagMutabilityExclusionFilters ?? [];
      return {
        registryId: context.accountId,
        repositoryName: repository.name,
        imageTagMutability: repository.tagMutability,
        ...exclusionFilters(repository),
      };
    }),

    operation(DescribeRegistryCommand, (_input, { accountId }) => ({
      registryId: accountId,
      replicationConfiguration: { rules: [] },
    })),
  ];
}

function repositoryShape(
  repository: Repository,
  { accountId, region, endpoint }: CallContext,
): RepositoryShape {
  const { name, createdAt, tagMutability, scanOnPush } = repository;
  return {
    repositoryArn: `arn:aws:ecr:${region}:${accountId}:repository/${name}`,
    registryId: accountId,
    repositoryName: name,
    // At AWS this is ACCOUNT.dkr.ecr.REGION.amazonaws.com; Docker takes a loopback address without TLS.
    repositoryUri: `${new URL(endpoint).host}/${name}`,
    createdAt,
    imageTagMutability: tagMutability,
    ...exclusionFilters(repository),
    imageScanningConfiguration: { scanOnPush },
    encryptionConfiguration: { encryptionType: 'AES256' },
  };
}

function exclusionFilters(
  repository: Repository,
): Pick<RepositoryShape, 'imageTagMutabilityExclusionFilters'> {
  const { exclusionFilters: filters } = repository;
  return filters.length === 0 ? {} : { imageTagMutabilityExclusionFilters: [...filters] };
}

function checkNewName(state: EcrState, name: string, { region, accountId }: CallContext): void {
  if (name.length < 2 || name.length > 256 || !NAME.test(name)) {
    throw awsError(
      InvalidParameterException$,
      `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '${NAME.source}''`,
    );
  }
  if (state.repositoriesIn(region).find(name) !== undefined) {
    throw awsError(
      RepositoryAlreadyExistsException$,
      `The repository with name '${name}' already exists in the registry with id '${accountId}'`,
    );
  }
}

function checkMutability(asked: CreateRepositoryCommandInput['imageTagMutability']): ImageTagMutability {
  const known = Object.values(ImageTagMutability);
  const mutability = asked ?? ImageTagMutability.MUTABLE;
  if (known.includes(mutability)) return mutability;
  throw awsError(
    InvalidParameterException$,
    `Invalid parameter at 'imageTagMutability' failed to satisfy constraint: 'Member must satisfy enum value set: [${known.join(', ')}]'`,
  );
}
