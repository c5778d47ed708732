import {
  BatchCheckLayerAvailabilityCommand,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  ImageAlreadyExistsException$,
  ImageDigestDoesNotMatchException$,
  ImageTagAlreadyExistsException$,
  InvalidParameterException$,
  type Layer,
  type LayerFailure,
  LayersNotFoundException$,
  ListImageReferrersCommand,
  PutImageCommand,
  ReferencedImagesNotFoundException$,
  UpdateImageStorageClassCommand,
} from '@aws-sdk/client-ecr';
import type { StaticErrorSchema } from '@smithy/types';
import {
  type AwsJsonService,
  awsError,
  type CallContext,
  type Operation,
  operation,
  operationsByName,
} from '../../aws-api/service.ts';
import { digestOf, isDigest } from '../../registry/digest.ts';
import { scanPushed } from '../../registry/image-scan.ts';
import { layerUrl } from '../../registry/layer-downloads.ts';
import { parseManifest } from '../../registry/manifest.ts';
import { readImageConfig } from '../../registry/read-image-config.ts';
import { artifactTypeOf, referrersOf } from '../../registry/referrers.ts';
import { type PutImageRefusal, refusalMessage } from '../../registry/refusal.ts';
import { issuePassword } from '../../registry/registry-password.ts';
import {
  archiveImage,
  blobsOf,
  putImage,
  type Repository,
  type StoredImage,
} from '../../registry/repository.ts';
import { creationTemplateOperations } from './creation-templates.ts';
import type { EcrState } from './ecr-state.ts';
import { findRepository } from './find-repository.ts';
import { statusOf } from './image-detail.ts';
import { imageScanOperations } from './image-scans.ts';
import { describedImage, imageOperations, imageShape } from './images.ts';
import { invalidParameter } from './invalid-parameter.ts';
import { layerUploadOperations } from './layer-uploads.ts';
import { lifecycleOperations } from './lifecycle-operations.ts';
import { refusingOtherRegistries } from './other-registries.ts';
import { page } from './pages.ts';
import { pullThroughCacheOperations } from './pull-through-cache.ts';
import { registrySettingOperations } from './registry-settings.ts';
import { repositoryOperations } from './repository-operations.ts';
import { repositorySettingOperations } from './repository-settings.ts';
import { pullTimeExclusionOperations, signingOperations } from './signing.ts';

/** Amazon ECR, private repositories. */
export function createEcr(state: EcrState): AwsJsonService {
  return {
    name: 'ECR',
    targetPrefix: 'AmazonEC2ContainerRegistry_V20150921',
    // A layer part of 5 MiB in base64, and a manifest of 4 MiB in a JSON string.
    bodyLimit: 8 * 1024 * 1024,
    operations: operationsByName(operationsOf(state).map(refusingOtherRegistries)),
  };
}

function operationsOf(state: EcrState): readonly Operation[] {
  return [
    ...repositoryOperations(state),
    ...repositorySettingOperations(state),
    ...registrySettingOperations(state),
    ...lifecycleOperations(state),
    ...imageOperations(state),
    ...imageScanOperations(state),
    ...imageStorageOperations(state),
    ...putImageOperations(state),
    ...layerOperations(state),
    ...layerUploadOperations(state),
    ...authorizationOperations(state),
    ...pullThroughCacheOperations(state),
    ...creationTemplateOperations(state),
    ...signingOperations(state),
    ...pullTimeExclusionOperations(state),
  ];
}

const TOKEN_LIFE_MS = 12 * 60 * 60 * 1000;

/**
 * GetAuthorizationToken. The token's 12 hours are real ones, however fast the sandbox's clock runs: it is the client
 * that compares `expiresAt` with its own clock.
 */
function authorizationOperations({ tokens, clock }: EcrState): readonly Operation[] {
  return [
    operation(GetAuthorizationTokenCommand, (_input, { endpoint, permissions, region }) => {
      const expiresAt = new Date(Date.now() + TOKEN_LIFE_MS);
      const reach = permissions === 'everything' ? permissions : 'reads';
      const password = issuePassword(tokens, { region, reach }, expiresAt);
      const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64');
      // Timestamps leave the sandbox in the wall's time, so this one is brought into the sandbox's before.
      const inSandboxTime = clock.fromWallTime(expiresAt);
      return {
        authorizationData: [{ authorizationToken, expiresAt: inSandboxTime, proxyEndpoint: endpoint }],
      };
    }),
  ];
}

/** UpdateImageStorageClass, whose restores need no time here, and ListImageReferrers. */
function imageStorageOperations(state: EcrState): readonly Operation[] {
  return [
    operation(UpdateImageStorageClassCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      const image = describedImage(repository, input.imageId ?? {}, context);
      const isToBeArchived = input.targetStorageClass === 'ARCHIVE';
      archiveImage(repository, image, isToBeArchived ? state.clock.now() : undefined);
      return {
        registryId: context.accountId,
        repositoryName: repository.name,
        imageId: { ...input.imageId, imageDigest: image.digest },
        imageStatus: statusOf(image),
      };
    }),

    operation(ListImageReferrersCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      const wanted = input.filter?.artifactTypes;
      const referrers = referrersOf(repository, input.subjectId?.imageDigest ?? '')
        .filter((image) => wanted === undefined || wanted.includes(artifactTypeOf(image) ?? ''))
        .toSorted((one, other) => (one.digest < other.digest ? -1 : 1));
      const { items, ...rest } = page(referrers, ({ digest }) => digest, input);
      return {
        ...rest,
        referrers: items.map((image) => ({
          digest: image.digest,
          mediaType: image.manifest.mediaType,
          artifactType: artifactTypeOf(image),
          size: image.bytes.length,
          annotations: image.manifest.annotations,
          artifactStatus: statusOf(image),
        })),
      };
    }),
  ];
}

/** How long an address from GetDownloadUrlForLayer works, as in AWS. */
const DOWNLOAD_LIFE_MS = 60 * 60 * 1000;

/** GetDownloadUrlForLayer and BatchCheckLayerAvailability. */
function layerOperations(state: EcrState): readonly Operation[] {
  return [
    operation(GetDownloadUrlForLayerCommand, async (input, context) => {
      const repository = findRepository(state, input, context);
      const { layerDigest = '' } = input;
      if (!repository.layers.has(layerDigest) || (await state.blobs.size(layerDigest)) === undefined) {
        throw awsError(
          LayersNotFoundException$,
          `Layer with digest '${layerDigest}' does not exist in the repository with name '${repository.name}' in the registry with id '${context.accountId}'`,
        );
      }
      const expiresAt = new Date(Date.now() + DOWNLOAD_LIFE_MS);
      return { layerDigest, downloadUrl: layerUrl(context.endpoint, layerDigest, state.tokens, expiresAt) };
    }),

    operation(BatchCheckLayerAvailabilityCommand, async (input, context) => {
      const repository = findRepository(state, input, context);
      const layers: Layer[] = [];
      const failures: LayerFailure[] = [];
      for (const layerDigest of input.layerDigests ?? []) {
        if (!isDigest(layerDigest)) {
          const failureReason = 'Invalid layer digest';
          failures.push({ layerDigest, failureCode: 'InvalidLayerDigest', failureReason });
          continue;
        }
        const layerSize = repository.layers.has(layerDigest)
          ? await state.blobs.size(layerDigest)
          : undefined;
        const layerAvailability = layerSize === undefined ? 'UNAVAILABLE' : 'AVAILABLE';
        layers.push({ layerDigest, layerAvailability, layerSize });
      }
      return { layers, failures };
    }),
  ];
}

const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]*$/;
const DIGEST = /^[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+$/;

/** PutImage: how an image that the repository's layers can make gets a manifest or another tag. */
function putImageOperations(state: EcrState): readonly Operation[] {
  return [
    operation(PutImageCommand, async (input, context) => {
      const repository = findRepository(state, input, context);
      const { imageManifest = '', imageManifestMediaType, imageTag, imageDigest } = input;
      // The model has no patterns for them.
      // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageIdentifier.html
      if (imageTag !== undefined && !TAG.test(imageTag)) {
        throw invalidParameter('imageTag', `must satisfy regular expression '${TAG.source.slice(1, -1)}'`);
      }
      if (imageDigest !== undefined && !DIGEST.test(imageDigest)) {
        throw invalidParameter(
          'imageDigest',
          `must satisfy regular expression '${DIGEST.source.slice(1, -1)}'`,
        );
      }
      const bytes = Buffer.from(imageManifest);
      if (imageDigest !== undefined && imageDigest !== digestOf(bytes)) {
        throw awsError(
          ImageDigestDoesNotMatchException$,
          `The provided digest '${imageDigest}' does not match the calculated digest '${digestOf(bytes)}'`,
        );
      }
      const parsed = parseManifest(bytes, imageManifestMediaType);
      if (!parsed.ok)
        throw awsError(InvalidParameterException$, `Invalid parameter at 'ImageManifest': ${parsed.reason}`);
      const { manifest } = parsed;
      // A manifest without a media type of its own comes with one; a push with the protocol of registries has its Content-Type.
      // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html
      if (imageManifestMediaType === undefined && !parsed.hasOwnMediaType) {
        throw awsError(
          InvalidParameterException$,
          'image manifest mediatype not provided in manifest or parameter',
        );
      }

      await state.blobs.writeToFiles(blobsOf({ manifest }));
      const config = await readImageConfig(state.blobs, repository, manifest);
      const pushed = {
        bytes,
        manifest,
        pushedAt: state.clock.now(),
        ...(config !== undefined && { config }),
      };
      const result = putImage(repository, pushed, imageTag);
      switch (result.outcome) {
        case 'stored':
          scanPushed(state.repositoriesIn(context.region), repository, result.image, state.clock.now());
          return { image: imageShape(repository, result.image, imageTag, context) };
        case 'unchanged':
          throw awsError(
            ImageAlreadyExistsException$,
            unchangedMessage(repository, result.image, imageTag, context),
          );
        default:
          throw awsError(EXCEPTIONS[result.outcome], refusalMessage(result, repository, context.accountId));
      }
    }),
  ];
}

const EXCEPTIONS: Readonly<Record<PutImageRefusal['outcome'], StaticErrorSchema>> = {
  'tag-is-immutable': ImageTagAlreadyExistsException$,
  'layers-missing': LayersNotFoundException$,
  'images-missing': ReferencedImagesNotFoundException$,
};

function unchangedMessage(
  repository: Repository,
  image: StoredImage,
  tag: string | undefined,
  { accountId }: CallContext,
): string {
  const tagged = tag === undefined ? '' : ` and tag '${tag}'`;
  return `Image with digest '${image.digest}'${tagged} already exists in the repository with name '${repository.name}' in registry with id '${accountId}'`;
}
