import { BatchGetImageCommand, type ECRClient } from '@aws-sdk/client-ecr';
import { MANIFEST_TYPES, parseManifest } from '../images/manifest.ts';

/** The image that a tag of an ECR repository points to. */
export interface RemoteTag {
  readonly digest: string;
  /** Of the image's configuration; missing for an index. */
  readonly configDigest?: string;
}

/** Reads a tag (ECR BatchGetImage). Undefined when the repository does not have it. */
export async function readRemoteTag(
  ecr: ECRClient,
  repositoryName: string,
  imageTag: string,
  signal: AbortSignal,
): Promise<RemoteTag | undefined> {
  const command = new BatchGetImageCommand({
    repositoryName,
    imageIds: [{ imageTag }],
    acceptedMediaTypes: MANIFEST_TYPES,
  });
  const { images } = await ecr.send(command, { abortSignal: signal });
  const image = images?.[0];
  if (image?.imageId?.imageDigest === undefined) return undefined;
  const manifest = parseManifest(image.imageManifest ?? '');
  return {
    digest: image.imageId.imageDigest,
    ...(manifest.kind === 'image' ? { configDigest: manifest.configDigest } : {}),
  };
}
