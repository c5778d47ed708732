import {
  CompleteLayerUploadCommand,
  EmptyUploadException$,
  InitiateLayerUploadCommand,
  InvalidLayerException$,
  InvalidLayerPartException$,
  LayerAlreadyExistsException$,
  LayerPartTooSmallException$,
  LimitExceededException$,
  ServerException$,
  UploadLayerPartCommand,
  UploadNotFoundException$,
} from '@aws-sdk/client-ecr';
import {
  type AwsError,
  awsError,
  type CallContext,
  type Operation,
  operation,
} from '../../aws-api/service.ts';
import { isDiskFull } from '../../registry/blob-store.ts';
import { isDigest } from '../../registry/digest.ts';
import { addLayer, type Repository } from '../../registry/repository.ts';
import { UploadGone, type UploadSession, UploadTooLarge } from '../../registry/upload-sessions.ts';
import type { EcrState } from './ecr-state.ts';
import { findRepository } from './find-repository.ts';

/**
 * What a client is told to send at once, which is also the least that a part has besides the last one: ECR's "Minimum
 * layer part size". ECR takes up to 10 MiB; in base64 that would be longer than the sandbox takes.
 */
const PART_BYTES = 5 * 1024 * 1024;

/** ECR's "Layer parts" (ECR user guide, service quotas). */
const MOST_PARTS = 4200;

/** What is known of the parts of an upload. */
interface Parts {
  readonly count: number;
  readonly isLastSmall: boolean;
  readonly isOneTooSmall: boolean;
}

const NO_PARTS: Parts = { count: 0, isLastSmall: false, isOneTooSmall: false };

/** InitiateLayerUpload, UploadLayerPart and CompleteLayerUpload: how a layer is copied without Docker. */
export function layerUploadOperations(state: EcrState): readonly Operation[] {
  const partsOf = new WeakMap<UploadSession, Parts>();

  const noUpload = (id: string | undefined, repository: Repository, { accountId }: CallContext): AwsError => {
    const message = `The upload with id '${id ?? ''}' could not be found in the repository with name '${repository.name}' in the registry with id '${accountId}'`;
    return awsError(UploadNotFoundException$, message);
  };

  const findUpload = (
    id: string | undefined,
    repository: Repository,
    context: CallContext,
  ): UploadSession => {
    const upload = state.uploads.find(id ?? '', repository);
    if (upload === undefined) throw noUpload(id, repository, context);
    return upload;
  };

  return [
    operation(InitiateLayerUploadCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      const upload = state.uploads.begin(repository);
      return { uploadId: upload.id, partSize: PART_BYTES };
    }),

    operation(UploadLayerPartCommand, async (input, context) => {
      const repository = findRepository(state, input, context);
      const upload = findUpload(input.uploadId, repository, context);
      const part = Buffer.from(input.layerPartBlob ?? []);
      const { partFirstByte = 0, partLastByte = 0 } = input;
      const follows = partFirstByte === upload.size() && partLastByte - partFirstByte + 1 === part.length;
      if (upload.isBusy() || !follows) {
        const lastValidByteReceived = upload.size() - 1;
        const members = {
          registryId: context.accountId,
          repositoryName: repository.name,
          uploadId: upload.id,
          lastValidByteReceived,
        };
        throw awsError(
          InvalidLayerPartException$,
          `The layer part of bytes ${partFirstByte} to ${partLastByte} is not valid: byte ${lastValidByteReceived} was the last one received.`,
          { members },
        );
      }
      const parts = partsOf.get(upload) ?? NO_PARTS;
      if (parts.count >= MOST_PARTS) {
        throw awsError(LimitExceededException$, `A layer has at most ${MOST_PARTS} parts.`);
      }
      await upload.append([part]).catch((error: unknown) => {
        if (isDiskFull(error))
          throw awsError(ServerException$, 'The disk that the sandbox writes to is full.');
        if (error instanceof UploadTooLarge) throw awsError(LimitExceededException$, error.message);
        throw error instanceof UploadGone ? noUpload(upload.id, repository, context) : error;
      });
      partsOf.set(upload, {
        count: parts.count + 1,
        isLastSmall: part.length < PART_BYTES,
        isOneTooSmall: parts.isOneTooSmall || parts.isLastSmall,
      });
      return {
        registryId: context.accountId,
        repositoryName: repository.name,
        uploadId: upload.id,
        lastByteReceived: partLastByte,
      };
    }),

    operation(CompleteLayerUploadCommand, async (input, context) => {
      const repository = findRepository(state, input, context);
      const upload = findUpload(input.uploadId, repository, context);
      const layerDigest = input.layerDigests?.find(isDigest);
      if (layerDigest === undefined)
        throw awsError(InvalidLayerException$, 'The layer has no valid sha256 digest.');
      if (upload.size() === 0) {
        throw awsError(
          EmptyUploadException$,
          `The upload with id '${upload.id}' does not contain any layer parts.`,
        );
      }
      if (upload.isBusy()) {
        throw awsError(InvalidLayerException$, 'A part of the layer is still being uploaded.');
      }
      if (partsOf.get(upload)?.isOneTooSmall === true) {
        const message = `Layer parts must be at least ${PART_BYTES} bytes in size, except for the last one.`;
        throw awsError(LayerPartTooSmallException$, message);
      }
      if (repository.layers.has(layerDigest)) {
        await upload.discard();
        throw awsError(
          LayerAlreadyExistsException$,
          `Layer with digest '${layerDigest}' already exists in the repository with name '${repository.name}' in the registry with id '${context.accountId}'`,
        );
      }
      if (!(await upload.finish(layerDigest, () => addLayer(repository, layerDigest)))) {
        throw awsError(InvalidLayerException$, `The uploaded bytes do not have the digest '${layerDigest}'.`);
      }
      return {
        registryId: context.accountId,
        repositoryName: repository.name,
        uploadId: upload.id,
        layerDigest,
      };
    }),
  ];
}
