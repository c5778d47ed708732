import type { AwsJsonService } from '../../aws-api/service.ts';
import { operationsByName } from '../../aws-api/service.ts';
import { authorizationOperations } from './authorization.ts';
import { constrained } from './constraints.ts';
import type { EcrState } from './ecr-state.ts';
import { imageScanOperations } from './image-scans.ts';
import { imageStorageOperations } from './image-storage.ts';
import { imageOperations } from './images.ts';
import { layerUploadOperations } from './layer-uploads.ts';
import { layerOperations } from './layers.ts';
import { lifecycleOperations } from './lifecycle-operations.ts';
import { putImageOperations } from './put-image.ts';
import { registrySettingOperations } from './registry-settings.ts';
import { repositoryOperations } from './repository-operations.ts';
import { repositorySettingOperations } from './repository-settings.ts';

/** Amazon ECR, private repositories. */
export function createEcr(state: EcrState): AwsJsonService {
  return {
    name: 'ECR',
    targetPrefix: 'AmazonEC2ContainerRegistry_V20150921',
    // A layer part of 5 MiB in base64, and a manifest of 4 MiB in a JSON string.
    bodyLimit: 8 * 1024 * 1024,
    operations: operationsByName(
      [
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
      ].map(constrained),
    ),
  };
}
