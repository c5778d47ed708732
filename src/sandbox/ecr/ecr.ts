import type { AwsJsonService } from '../aws-json/service.ts';
import { operationsByName } from '../aws-json/service.ts';
import type { Clock } from '../clock.ts';
import type { AccessTokens } from '../registry/access-tokens.ts';
import type { BlobStore } from '../registry/blob-store.ts';
import type { GarbageCollector } from '../registry/garbage.ts';
import type { Repositories } from '../registry/repositories.ts';
import type { Repository } from '../registry/repository.ts';
import { authorizationOperations } from './authorization.ts';
import { constrained } from './constraints.ts';
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

/** What ECR's operations work on. */
export interface EcrState {
  /**
   * The repositories of a region. The registry at `/v2/` serves those of the sandbox's default region only, because
   * there is one loopback address for all regions; repositories elsewhere are reached through the API.
   */
  repositoriesIn(region: string): Repositories;
  /** Those that are there when ECR begins: a data folder brings them. */
  readonly repositories: () => readonly Repository[];
  readonly blobs: BlobStore;
  readonly garbage: GarbageCollector;
  readonly tokens: AccessTokens;
  readonly clock: Clock;
}

/** Amazon ECR, private repositories. */
export function createEcr(state: EcrState): AwsJsonService {
  return {
    name: 'ECR',
    targetPrefix: 'AmazonEC2ContainerRegistry_V20150921',
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
