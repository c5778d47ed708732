import {
  BatchCheckLayerAvailabilityCommand,
  GetDownloadUrlForLayerCommand,
  type Layer,
  type LayerFailure,
  LayersNotFoundException$,
} from '@aws-sdk/client-ecr';
import { awsError, type Operation, operation } from '../../aws-api/service.ts';
import { isDigest } from '../../registry/digest.ts';
import { layerUrl } from '../../registry/layer-downloads.ts';
import type { EcrState } from './ecr-state.ts';
import { findRepository } from './find-repository.ts';

/** How long an address from GetDownloadUrlForLayer works, as in AWS. */
const DOWNLOAD_LIFE_MS = 60 * 60 * 1000;

/** GetDownloadUrlForLayer and BatchCheckLayerAvailability. */
export function layerOperations(state: EcrState): readonly Operation[] {
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
