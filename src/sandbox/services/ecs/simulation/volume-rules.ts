import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { clientError } from './errors.ts';

/**
 * Throws ClientException for an EFS volume with an authorization that needs encryption in transit, or its own folder.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html
 */
export function checkEfsVolumes({ volumes = [] }: RegisterTaskDefinitionRequest): void {
  for (const { name, efsVolumeConfiguration: efs } of volumes) {
    const { accessPointId, iam } = efs?.authorizationConfig ?? {};
    const isAuthorized = iam === 'ENABLED' || accessPointId !== undefined;
    if (isAuthorized && efs?.transitEncryption !== 'ENABLED') {
      throw clientError(
        `Invalid setting for volume '${name ?? ''}'. transitEncryption must be ENABLED with an access point or IAM authorization.`,
      );
    }
    if (accessPointId !== undefined && !['', '/'].includes(efs?.rootDirectory ?? '')) {
      throw clientError(
        `Invalid setting for volume '${name ?? ''}'. rootDirectory must be omitted or / with an access point.`,
      );
    }
  }
}
