import {
  BatchGetRepositoryScanningConfigurationCommand,
  DeleteRepositoryPolicyCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  RepositoryNotFoundException$,
  RepositoryPolicyNotFoundException$,
  type RepositoryScanningConfiguration,
  type RepositoryScanningConfigurationFailure,
  SetRepositoryPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecr';
import { awsError, type CallContext, type Operation, operation } from '../../aws-api/service.ts';
import { scanRulesOf } from '../../registry/image-scan.ts';
import { changeSettings, type Repository } from '../../registry/repository.ts';
import type { EcrState } from './ecr-state.ts';
import { findRepository, repositoryArn } from './find-repository.ts';
import { invalidParameter } from './invalid-parameter.ts';
import { checkExclusions } from './mutability-exclusions.ts';
import { withTags } from './repository-tags.ts';
import { isRepositoryPolicy } from './resource-policy.ts';

/** Tag mutability, scanning on push, permissions and tags of one repository. */
export function repositorySettingOperations(state: EcrState): readonly Operation[] {
  const names = (repository: Repository, { accountId }: CallContext) => ({
    registryId: accountId,
    repositoryName: repository.name,
  });

  return [
    operation(PutImageTagMutabilityCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      checkExclusions(input);
      changeSettings(repository, {
        tagMutability: input.imageTagMutability ?? 'MUTABLE',
        exclusionFilters: input.imageTagMutabilityExclusionFilters ?? [],
      });
      const { exclusionFilters } = repository;
      return {
        ...names(repository, context),
        imageTagMutability: repository.tagMutability,
        ...(exclusionFilters.length > 0 && { imageTagMutabilityExclusionFilters: [...exclusionFilters] }),
      };
    }),

    operation(PutImageScanningConfigurationCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      changeSettings(repository, { scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false });
      const { scanOnPush } = repository;
      return { ...names(repository, context), imageScanningConfiguration: { scanOnPush } };
    }),

    operation(BatchGetRepositoryScanningConfigurationCommand, ({ repositoryNames = [] }, context) => {
      const scanningConfigurations: RepositoryScanningConfiguration[] = [];
      const failures: RepositoryScanningConfigurationFailure[] = [];
      for (const repositoryName of repositoryNames) {
        const repositories = state.repositoriesIn(context.region);
        const repository = repositories.find(repositoryName);
        if (repository === undefined) {
          const failureReason = `The repository with name '${repositoryName}' does not exist`;
          failures.push({ repositoryName, failureCode: 'REPOSITORY_NOT_FOUND', failureReason });
          continue;
        }
        // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_RepositoryScanningConfiguration.html
        const { scanOnPush } = repository;
        const rules = scanRulesOf(repositories, repositoryName);
        scanningConfigurations.push({
          repositoryArn: repositoryArn(repository.name, context),
          repositoryName,
          scanOnPush,
          scanFrequency: rules[0]?.scanFrequency ?? (scanOnPush ? 'SCAN_ON_PUSH' : 'MANUAL'),
          appliedScanFilters: rules.flatMap(({ repositoryFilters = [] }) => repositoryFilters),
        });
      }
      return { scanningConfigurations, failures };
    }),

    operation(SetRepositoryPolicyCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      const { policyText = '' } = input;
      if (!isRepositoryPolicy(policyText))
        throw invalidParameter('PolicyText', 'Invalid repository policy provided');
      changeSettings(repository, { policy: policyText });
      return { ...names(repository, context), policyText };
    }),

    operation(GetRepositoryPolicyCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      return { ...names(repository, context), policyText: policyOf(repository, context) };
    }),

    operation(DeleteRepositoryPolicyCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      const policyText = policyOf(repository, context);
      changeSettings(repository, { policy: undefined });
      return { ...names(repository, context), policyText };
    }),

    operation(ListTagsForResourceCommand, ({ resourceArn }, context) => ({
      tags: [...repositoryOfArn(state, resourceArn, context).resourceTags],
    })),

    operation(TagResourceCommand, ({ resourceArn, tags = [] }, context) => {
      const repository = repositoryOfArn(state, resourceArn, context);
      const resourceTags = withTags(repository.resourceTags, tags);
      changeSettings(repository, { resourceTags });
      return {};
    }),

    operation(UntagResourceCommand, ({ resourceArn, tagKeys = [] }, context) => {
      const repository = repositoryOfArn(state, resourceArn, context);
      const resourceTags = repository.resourceTags.filter(({ Key = '' }) => !tagKeys.includes(Key));
      changeSettings(repository, { resourceTags });
      return {};
    }),
  ];
}

function policyOf(repository: Repository, { accountId }: CallContext): string {
  if (repository.policy !== undefined) return repository.policy;
  throw awsError(
    RepositoryPolicyNotFoundException$,
    `Repository policy does not exist for the repository with name '${repository.name}' in the registry with id '${accountId}'`,
  );
}

const REPOSITORY_ARN = /^arn:aws[a-z-]*:ecr:[a-z0-9-]+:\d{12}:repository\/.+$/;

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_TagResource.html, "resourceArn". */
function repositoryOfArn(state: EcrState, arn = '', context: CallContext): Repository {
  if (!REPOSITORY_ARN.test(arn)) throw invalidParameter('resourceArn', 'Invalid ARN');
  const name = arn.split(':repository/')[1] ?? '';
  const repository = state.repositoriesIn(context.region).find(name);
  if (repository !== undefined && arn === repositoryArn(name, context)) return repository;
  throw awsError(
    RepositoryNotFoundException$,
    `The repository with name '${name}' does not exist in the registry with id '${context.accountId}'`,
  );
}
