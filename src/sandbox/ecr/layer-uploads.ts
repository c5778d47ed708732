import {
  CompleteLayerUploadCommand,
  EmptyUploadException$,
  InitiateLayerUploadCommand,
  InvalidLayerException$,
  InvalidLayerPartException$,
  LayerAlreadyExistsException$,
  ServerException$,
  UploadLayerPartCommand,
  UploadNotFoundException$,
} from '@aws-sdk/client-ecr';
import { awsError, type CallContext, type Operation, operation } from '../aws-json/service.ts';
import { isDiskFull, type Upload } from '../registry/blob-store.ts';
import { isDigest } from '../registry/digest.ts';
import { addLayer, type Repository } from '../registry/repository.ts';
import type { EcrState } from './ecr-state.ts';
import { findRepository } from './find-repository.ts';

/** What a client is told to send at once. AWS says 10 MiB; in base64 that would be longer than the sandbox takes. */
const PART_BYTES = 5 * 1024 * 1024;

/** InitiateLayerUpload, UploadLayerPart and CompleteLayerUpload: how a layer is copied without Docker. */
export function layerUploadOperations(state: EcrState): readonly Operation[] {
  const uploads = new Map<string, Upload>();

  const findUpload = (id: string | undefined, repository: Repository, { accountId }: CallContext): Upload => {
    const upload = uploads.get(`${repository.name} ${id ?? ''}`);
    if (upload !== undefined) return upload;
    const message = `The upload with id '${id ?? ''}' could not be found in the repository with name '${repository.name}' in the registry with id '${accountId}'`;
    throw awsError(UploadNotFoundException$, message);
  };

  return [
    operation(InitiateLayerUploadCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      const upload = state.blobs.startUpload();
      uploads.set(`${repository.name} ${upload.id}`, upload);
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
      await upload.append([part]).catch((error: unknown) => {
        throw isDiskFull(error)
          ? awsError(ServerException$, 'The disk that the sandbox writes to is full.')
          : error;
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
      uploads.delete(`${repository.name} ${upload.id}`);
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
