import * as ecrApi from '@aws-sdk/client-ecr';
import { digestOf } from '../../registry/digest.ts';
import type { ApiCalls } from './api-caller.ts';

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }],
});

/** For the test of every operation: ECR. */
export const IMAGE_CALLS: ApiCalls = {
  repositories: async ({ ecr, advance }) => {
    const repositoryName = 'walked';
    const registry = new ecrApi.DescribeRegistryCommand({});
    await ecr(registry);
    await ecr(new ecrApi.GetAuthorizationTokenCommand({}));
    await ecr(new ecrApi.DescribeRepositoriesCommand({}));
    const { repository } = await ecr(new ecrApi.CreateRepositoryCommand({ repositoryName }));
    const resourceArn = repository?.repositoryArn ?? '';
    await ecr(new ecrApi.TagResourceCommand({ resourceArn, tags: [{ Key: 'team', Value: 'walk' }] }));
    await ecr(new ecrApi.ListTagsForResourceCommand({ resourceArn }));
    await ecr(new ecrApi.UntagResourceCommand({ resourceArn, tagKeys: ['team'] }));
    await ecr(
      new ecrApi.PutImageTagMutabilityCommand({
        repositoryName,
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev-*' }],
      }),
    );
    const scanOnPush = { scanOnPush: true };
    await ecr(
      new ecrApi.PutImageScanningConfigurationCommand({
        repositoryName,
        imageScanningConfiguration: scanOnPush,
      }),
    );
    await ecr(
      new ecrApi.BatchGetRepositoryScanningConfigurationCommand({
        repositoryNames: [repositoryName, 'none'],
      }),
    );
    await ecr(new ecrApi.PutRegistryScanningConfigurationCommand({ scanType: 'BASIC', rules: [] }));
    await ecr(new ecrApi.GetRegistryScanningConfigurationCommand({}));
    const rules = [{ destinations: [{ region: 'eu-west-1', registryId: '123456789012' }] }];
    await ecr(new ecrApi.PutReplicationConfigurationCommand({ replicationConfiguration: { rules } }));
    await ecr(registry);
    await ecr(new ecrApi.PutRegistryPolicyCommand({ policyText: POLICY }));
    await ecr(new ecrApi.GetRegistryPolicyCommand({}));
    await ecr(new ecrApi.DeleteRegistryPolicyCommand({}));
    await ecr(new ecrApi.PutAccountSettingCommand({ name: 'REGISTRY_POLICY_SCOPE', value: 'V2' }));
    await ecr(new ecrApi.GetAccountSettingCommand({ name: 'BLOB_MOUNTING' }));
    await ecr(new ecrApi.SetRepositoryPolicyCommand({ repositoryName, policyText: POLICY }));
    await ecr(new ecrApi.GetRepositoryPolicyCommand({ repositoryName }));
    await ecr(new ecrApi.DeleteRepositoryPolicyCommand({ repositoryName }));

    const selection = { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 3 };
    const rule = {
      rulePriority: 1,
      description: 'Keeps the newest three.',
      selection,
      action: { type: 'expire' },
    };
    const lifecyclePolicyText = JSON.stringify({ rules: [rule] });
    await ecr(new ecrApi.PutLifecyclePolicyCommand({ repositoryName: 'web', lifecyclePolicyText }));
    await ecr(new ecrApi.GetLifecyclePolicyCommand({ repositoryName: 'web' }));
    await ecr(new ecrApi.StartLifecyclePolicyPreviewCommand({ repositoryName: 'web' }));
    advance(10_000);
    await ecr(new ecrApi.GetLifecyclePolicyPreviewCommand({ repositoryName: 'web' }));
    await ecr(new ecrApi.DeleteLifecyclePolicyCommand({ repositoryName: 'web' }));
    await ecr(new ecrApi.DeleteRepositoryCommand({ repositoryName, force: true }));
  },
  'rules of the registry': async ({ ecr }) => {
    const ecrRepositoryPrefix = 'hub';
    const cache = { ecrRepositoryPrefix, upstreamRegistryUrl: 'quay.io' };
    await ecr(new ecrApi.CreatePullThroughCacheRuleCommand(cache));
    await ecr(new ecrApi.DescribePullThroughCacheRulesCommand({}));
    const credentialArn =
      'arn:aws:secretsmanager:us-east-1:123456789012:secret:ecr-pullthroughcache/hub-AbCdEf';
    await ecr(new ecrApi.UpdatePullThroughCacheRuleCommand({ ecrRepositoryPrefix, credentialArn }));
    await ecr(new ecrApi.ValidatePullThroughCacheRuleCommand({ ecrRepositoryPrefix }));
    await ecr(new ecrApi.DeletePullThroughCacheRuleCommand({ ecrRepositoryPrefix }));

    const prefix = 'hub';
    await ecr(
      new ecrApi.CreateRepositoryCreationTemplateCommand({ prefix, appliedFor: ['PULL_THROUGH_CACHE'] }),
    );
    await ecr(new ecrApi.DescribeRepositoryCreationTemplatesCommand({}));
    await ecr(new ecrApi.UpdateRepositoryCreationTemplateCommand({ prefix, description: 'Of Docker Hub' }));
    await ecr(new ecrApi.DeleteRepositoryCreationTemplateCommand({ prefix }));

    const signingProfileArn = 'arn:aws:signer:us-east-1:123456789012:/signing-profiles/ecr';
    const signingConfiguration = { rules: [{ signingProfileArn }] };
    await ecr(new ecrApi.PutSigningConfigurationCommand({ signingConfiguration }));
    await ecr(new ecrApi.GetSigningConfigurationCommand({}));
    await ecr(new ecrApi.DeleteSigningConfigurationCommand({}));

    const principalArn = 'arn:aws:iam::123456789012:role/scanner';
    await ecr(new ecrApi.RegisterPullTimeUpdateExclusionCommand({ principalArn }));
    await ecr(new ecrApi.ListPullTimeUpdateExclusionsCommand({}));
    await ecr(new ecrApi.DeregisterPullTimeUpdateExclusionCommand({ principalArn }));
  },
  'images and layers': async ({ ecr, advance }) => {
    const repositoryName = 'layers';
    await ecr(new ecrApi.CreateRepositoryCommand({ repositoryName }));
    const config = Buffer.from(
      JSON.stringify({
        architecture: 'amd64',
        os: 'linux',
        config: { Labels: { 'slipway.sandbox.findings': 'HIGH=1' } },
      }),
    );
    const layerDigest = digestOf(config);
    const { uploadId } = await ecr(new ecrApi.InitiateLayerUploadCommand({ repositoryName }));
    await ecr(
      new ecrApi.UploadLayerPartCommand({
        repositoryName,
        uploadId,
        partFirstByte: 0,
        partLastByte: config.length - 1,
        layerPartBlob: config,
      }),
    );
    await ecr(
      new ecrApi.CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [layerDigest] }),
    );
    await ecr(
      new ecrApi.BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests: [layerDigest, 'none'] }),
    );
    await ecr(new ecrApi.GetDownloadUrlForLayerCommand({ repositoryName, layerDigest }));
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const imageManifest = JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        digest: layerDigest,
        size: config.length,
      },
      layers: [],
    });
    const { image } = await ecr(
      new ecrApi.PutImageCommand({ repositoryName, imageManifest, imageTag: 'v1' }),
    );
    const imageId = { imageDigest: image?.imageId?.imageDigest ?? '' };
    await ecr(new ecrApi.StartImageScanCommand({ repositoryName, imageId }));
    advance(60_000);
    await ecr(new ecrApi.DescribeImageScanFindingsCommand({ repositoryName, imageId }));
    await ecr(new ecrApi.DescribeImagesCommand({ repositoryName }));
    await ecr(new ecrApi.ListImagesCommand({ repositoryName }));
    await ecr(new ecrApi.BatchGetImageCommand({ repositoryName, imageIds: [imageId, { imageTag: 'none' }] }));
    await ecr(new ecrApi.ListImageReferrersCommand({ repositoryName, subjectId: imageId }));
    await ecr(new ecrApi.DescribeImageReplicationStatusCommand({ repositoryName, imageId }));
    await ecr(new ecrApi.DescribeImageSigningStatusCommand({ repositoryName, imageId }));
    await ecr(
      new ecrApi.UpdateImageStorageClassCommand({ repositoryName, imageId, targetStorageClass: 'ARCHIVE' }),
    );
    await ecr(
      new ecrApi.BatchDeleteImageCommand({ repositoryName, imageIds: [imageId, { imageTag: 'none' }] }),
    );
  },
};
