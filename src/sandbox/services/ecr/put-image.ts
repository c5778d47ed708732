import {
  ImageAlreadyExistsException$,
  ImageDigestDoesNotMatchException$,
  ImageTagAlreadyExistsException$,
  InvalidParameterException$,
  LayersNotFoundException$,
  PutImageCommand,
  ReferencedImagesNotFoundException$,
} from '@aws-sdk/client-ecr';
import type { StaticErrorSchema } from '@smithy/types';
import { awsError, type CallContext, type Operation, operation } from '../../aws-api/service.ts';
import { digestOf } from '../../registry/digest.ts';
import { startScan } from '../../registry/image-scan.ts';
import { parseManifest } from '../../registry/manifest.ts';
import { readImageConfig } from '../../registry/read-image-config.ts';
import { type PutImageRefusal, refusalMessage } from '../../registry/refusal.ts';
import { blobsOf, putImage, type Repository, type StoredImage } from '../../registry/repository.ts';
import type { EcrState } from './ecr-state.ts';
import { findRepository } from './find-repository.ts';
import { imageShape } from './images.ts';

/** PutImage: how an image that the repository's layers can make gets a manifest or another tag. */
export function putImageOperations(state: EcrState): readonly Operation[] {
  return [
    operation(PutImageCommand, async (input, context) => {
      const repository = findRepository(state, input, context);
      const { imageManifest = '', imageManifestMediaType, imageTag, imageDigest } = input;
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
          if (repository.scanOnPush) startScan(repository, result.image, state.clock.now());
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
