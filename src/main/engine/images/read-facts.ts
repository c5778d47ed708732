import {
  DescribeImagesCommand,
  type ECRClient,
  type ImageDetail,
  type ImageIdentifier,
} from '@aws-sdk/client-ecr';
import type { Image } from '../../../shared/model/image.ts';
import { awsErrorName } from '../aws/errors.ts';
import type { Logger } from '../ports/ports.ts';
import type { ImageCache } from './image-cache.ts';
import { describedImage } from './image-facts.ts';
import { readContents } from './read-contents.ts';
import { type ReadManifests, readManifests } from './read-manifests.ts';

export interface RepositoryReading {
  readonly ecr: ECRClient;
  readonly repository: string;
  readonly cache: ImageCache;
  readonly logger: Logger;
}

/** What an image was asked for by, as a key. */
export function keyOf({ imageTag, imageDigest }: ImageIdentifier): string {
  return imageDigest ?? `:${imageTag}`;
}

function uniqueIds(ids: readonly ImageIdentifier[]): readonly ImageIdentifier[] {
  return [...new Map(ids.map((id) => [keyOf(id), id])).values()];
}

/**
 * Facts of images of one repository, by keyOf their identifiers; what the repository lacks is left out. Three kinds of
 * calls: BatchGetImage and DescribeImages for all at once, and the configurations that are not in the cache.
 */
export async function readFacts(
  reading: RepositoryReading,
  ids: readonly ImageIdentifier[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Image>> {
  const { ecr, repository } = reading;
  const manifests = await readManifests(ecr, repository, uniqueIds(ids), signal);
  const details = await describeFound(ecr, repository, manifests, signal);
  const contents = await readContents(reading, manifests.found, signal);

  const facts = new Map<string, Image>();
  for (const detail of details) {
    const image = describedImage(detail, contents.get(detail.imageDigest ?? ''));
    if (image !== undefined) facts.set(image.digest, image);
  }
  for (const id of ids) {
    if (id.imageTag === undefined) continue;
    const digest = manifests.found.find(({ tag }) => tag === id.imageTag)?.digest;
    const image = digest === undefined ? taggedBy(facts, id.imageTag) : facts.get(digest);
    if (image !== undefined) facts.set(keyOf(id), image);
  }
  return facts;
}

function taggedBy(facts: ReadonlyMap<string, Image>, tag: string): Image | undefined {
  return [...facts.values()].find(({ tags }) => tags.includes(tag));
}

const DETAILS_PER_CALL = 100;

/** ECR DescribeImages fails as a whole when one image doesn't exist, so it is asked only for those that do. */
async function describeFound(
  ecr: ECRClient,
  repositoryName: string,
  { found, withheld }: ReadManifests,
  signal: AbortSignal,
): Promise<readonly ImageDetail[]> {
  const digests = [...new Set(found.map(({ digest }) => digest))];
  const details: ImageDetail[] = [];
  for (let at = 0; at < digests.length; at += DETAILS_PER_CALL) {
    const imageIds = digests.slice(at, at + DETAILS_PER_CALL).map((imageDigest) => ({ imageDigest }));
    const command = new DescribeImagesCommand({ repositoryName, imageIds });
    const { imageDetails = [] } = await ecr.send(command, { abortSignal: signal });
    details.push(...imageDetails);
  }
  for (const imageId of withheld) {
    const detail = await describeOne(ecr, repositoryName, imageId, signal);
    if (detail !== undefined) details.push(detail);
  }
  return details;
}

async function describeOne(
  ecr: ECRClient,
  repositoryName: string,
  imageId: ImageIdentifier,
  signal: AbortSignal,
): Promise<ImageDetail | undefined> {
  try {
    const command = new DescribeImagesCommand({ repositoryName, imageIds: [imageId] });
    const { imageDetails } = await ecr.send(command, { abortSignal: signal });
    return imageDetails?.[0];
  } catch (error) {
    if (awsErrorName(error) === 'ImageNotFoundException') return undefined;
    throw error;
  }
}
