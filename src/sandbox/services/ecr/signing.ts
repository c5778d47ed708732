import {
  DeleteSigningConfigurationCommand,
  DeregisterPullTimeUpdateExclusionCommand,
  DescribeImageSigningStatusCommand,
  ExclusionAlreadyExistsException$,
  ExclusionNotFoundException$,
  GetSigningConfigurationCommand,
  ListPullTimeUpdateExclusionsCommand,
  PutSigningConfigurationCommand,
  RegisterPullTimeUpdateExclusionCommand,
  type SigningConfiguration,
  SigningConfigurationNotFoundException$,
} from '@aws-sdk/client-ecr';
import { awsError, type Operation, operation } from '../../aws-api/service.ts';
import { byRegion } from '../../core/by-region.ts';
import type { EcrState } from './ecr-state.ts';
import { findRepository } from './find-repository.ts';
import { describedImage } from './images.ts';
import { page } from './pages.ts';

interface Signing {
  configuration?: SigningConfiguration;
}

/**
 * The signing configuration of each region, kept and shown: no image is signed here, so no image has a signing status.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/managed-signing.html
 */
export function signingOperations(state: EcrState): readonly Operation[] {
  const signingIn = byRegion((): Signing => ({}));
  const required = (region: string, accountId: string): SigningConfiguration => {
    const { configuration } = signingIn(region);
    if (configuration !== undefined) return configuration;
    throw awsError(
      SigningConfigurationNotFoundException$,
      `Signing configuration does not exist in the registry with id '${accountId}'`,
    );
  };

  return [
    operation(PutSigningConfigurationCommand, ({ signingConfiguration }, { region }) => {
      const configuration: SigningConfiguration = signingConfiguration ?? { rules: [] };
      signingIn(region).configuration = configuration;
      return { signingConfiguration: configuration };
    }),

    operation(GetSigningConfigurationCommand, (_input, { accountId, region }) => ({
      registryId: accountId,
      signingConfiguration: required(region, accountId),
    })),

    operation(DeleteSigningConfigurationCommand, (_input, { accountId, region }) => {
      const signingConfiguration = required(region, accountId);
      delete signingIn(region).configuration;
      return { registryId: accountId, signingConfiguration };
    }),

    operation(DescribeImageSigningStatusCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      const { digest } = describedImage(repository, input.imageId ?? {}, context);
      return {
        repositoryName: repository.name,
        imageId: { ...input.imageId, imageDigest: digest },
        registryId: context.accountId,
        signingStatuses: [],
      };
    }),
  ];
}

/**
 * Principals whose pulls do not count as a use of an image, in each region. No pull is counted here either way.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_RegisterPullTimeUpdateExclusion.html
 */
export function pullTimeExclusionOperations({ clock }: EcrState): readonly Operation[] {
  const excludedIn = byRegion(() => new Set<string>());

  return [
    operation(RegisterPullTimeUpdateExclusionCommand, ({ principalArn = '' }, { region }) => {
      const excluded = excludedIn(region);
      if (excluded.has(principalArn)) {
        throw awsError(
          ExclusionAlreadyExistsException$,
          `The exclusion for principal '${principalArn}' already exists`,
        );
      }
      excluded.add(principalArn);
      return { principalArn, createdAt: clock.now() };
    }),

    operation(DeregisterPullTimeUpdateExclusionCommand, ({ principalArn = '' }, { region }) => {
      if (!excludedIn(region).delete(principalArn)) {
        throw awsError(
          ExclusionNotFoundException$,
          `The exclusion for principal '${principalArn}' does not exist`,
        );
      }
      return { principalArn };
    }),

    operation(ListPullTimeUpdateExclusionsCommand, (input, { region }) => {
      const { items, ...rest } = page([...excludedIn(region)].toSorted(), (arn) => arn, input);
      return { ...rest, pullTimeUpdateExclusions: [...items] };
    }),
  ];
}
