import { BatchGetImageCommand, type ECRClient, type ImageIdentifier } from '@aws-sdk/client-ecr';
import { MANIFEST_TYPES, type Manifest, parseManifest } from './manifest.ts';

const IMAGES_PER_CALL = 100;

export interface FoundManifest {
  readonly digest: string;
  readonly manifest: Manifest;
  readonly sizeBytes: number;
  /** The tag that was asked for, if it was one. */
  readonly tag?: string;
}

export interface ReadManifests {
  readonly found: readonly FoundManifest[];
  /** Images that exist but can't be read, such as archived ones. */
  readonly withheld: readonly ImageIdentifier[];
}

/** Manifests of images by tag or digest (ECR BatchGetImage, 100 a call). What the repository lacks is left out. */
export async function readManifests(
  ecr: ECRClient,
  repositoryName: string,
  imageIds: readonly ImageIdentifier[],
  signal: AbortSignal,
): Promise<ReadManifests> {
  const found: FoundManifest[] = [];
  const withheld: ImageIdentifier[] = [];
  for (let at = 0; at < imageIds.length; at += IMAGES_PER_CALL) {
    const command = new BatchGetImageCommand({
      repositoryName,
      imageIds: imageIds.slice(at, at + IMAGES_PER_CALL),
      acceptedMediaTypes: MANIFEST_TYPES,
    });
    const { images = [], failures = [] } = await ecr.send(command, { abortSignal: signal });
    for (const { imageId, imageManifest } of images) {
      if (imageId?.imageDigest === undefined) continue;
      const manifest = parseManifest(imageManifest ?? '');
      found.push({
        digest: imageId.imageDigest,
        manifest,
        sizeBytes: Buffer.byteLength(imageManifest ?? ''),
        ...(imageId.imageTag && { tag: imageId.imageTag }),
      });
    }
    for (const { imageId, failureCode } of failures) {
      if (imageId !== undefined && failureCode !== 'ImageNotFound') withheld.push(imageId);
    }
  }
  return { found, withheld };
}
