import { BatchGetImageCommand, type ECRClient, type ImageDetail, type Repository } from '@aws-sdk/client-ecr';
import { SlipwayError } from '../../../../shared/errors.ts';
import { inBatches } from '../../ecs/batches.ts';
import { requireRepository } from '../../images/ecr-repository.ts';
import { describeAll } from '../../images/list-images.ts';
import { MANIFEST_TYPES, type ManifestLinks, parseLinks } from '../../images/manifest.ts';
import { readPart } from '../../use/read-part.ts';
import { imageName } from '../jobs/image-name.ts';

/** An image of a repository with what it refers to. */
export interface LinkedImage {
  readonly repository: string;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly kind: 'image' | 'index';
  readonly sizeBytes: number;
  readonly pushedAt?: Date;
  /** ECR's imageStatus. */
  readonly status: string;
  readonly links: ManifestLinks;
}

/** A repository with everything that is in it. */
export interface RepositoryContent {
  readonly repository: Repository;
  readonly images: readonly LinkedImage[];
}

/** What manifests refer to, by digest: it never changes. */
export type KnownLinks = Map<string, ManifestLinks>;

interface Read {
  readonly ecr: ECRClient;
  readonly signal: AbortSignal;
}

const MANIFESTS_PER_CALL = 100;
const INDEX_TYPES: readonly string[] = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

/**
 * Every image of a repository, and what each index lists (ECR DescribeImages and BatchGetImage). Throws, naming the
 * part, when any of it cannot be read, and NOT_FOUND for a repository that doesn't exist.
 */
export async function readRepository(
  read: Read,
  name: string,
  known: KnownLinks,
): Promise<RepositoryContent> {
  const repository = await requireRepository(read.ecr, name, read.signal);
  const details = await readPart(`the images of ${name}`, () => describeAll(read.ecr, name, read.signal));
  await readPart(`the manifests of ${name}`, () => readLinks(read, name, details, known));
  return {
    repository,
    images: details.flatMap((detail) => {
      const { imageDigest: digest, imageTags = [], imageSizeInBytes = 0, imagePushedAt } = detail;
      if (digest === undefined) return [];
      const image = {
        repository: name,
        digest,
        tags: imageTags,
        kind: isIndex(detail) ? 'index' : 'image',
        sizeBytes: imageSizeInBytes,
        status: detail.imageStatus ?? 'ACTIVE',
        links: known.get(digest) ?? linksOf(detail),
        ...(imagePushedAt === undefined ? {} : { pushedAt: imagePushedAt }),
      } as const;
      return [image];
    }),
  };
}

/** ECR reports the subject of an image, but not the images of an index. */
function linksOf({ subjectManifestDigest: subject }: ImageDetail): ManifestLinks {
  return { lists: [], ...(subject === undefined ? {} : { subject }) };
}

function isIndex({ imageManifestMediaType = '' }: ImageDetail): boolean {
  return INDEX_TYPES.includes(imageManifestMediaType);
}

/** Adds the links of new indexes. A missing index is an error, because its images are unknown. */
async function readLinks(
  { ecr, signal }: Read,
  repositoryName: string,
  details: readonly ImageDetail[],
  known: KnownLinks,
): Promise<void> {
  const unknown = details.filter(({ imageDigest = '' }) => !known.has(imageDigest));
  await inBatches(unknown, MANIFESTS_PER_CALL, async (batch) => {
    const imageIds = batch.map(({ imageDigest }) => ({ imageDigest }));
    const command = new BatchGetImageCommand({
      repositoryName,
      imageIds,
      acceptedMediaTypes: MANIFEST_TYPES,
    });
    const { images = [], failures = [] } = await ecr.send(command, { abortSignal: signal });
    for (const { imageId, imageManifest = '' } of images) {
      const links = parseLinks(imageManifest);
      if (imageId?.imageDigest !== undefined && links !== undefined) known.set(imageId.imageDigest, links);
    }
    const gone = new Set(
      failures
        .filter(({ failureCode }) => failureCode === 'ImageNotFound')
        .map(({ imageId }) => imageId?.imageDigest),
    );
    const hidden = batch.find(
      (each) => isIndex(each) && !known.has(each.imageDigest ?? '') && !gone.has(each.imageDigest),
    );
    if (hidden !== undefined) throw withheld(repositoryName, hidden);
    return [];
  });
}

function withheld(
  repository: string,
  { imageDigest = '', imageTags = [], imageStatus }: ImageDetail,
): SlipwayError {
  const name = imageName({ repository, digest: imageDigest, tags: imageTags });
  const why = imageStatus === undefined || imageStatus === 'ACTIVE' ? '' : ` It is ${imageStatus}.`;
  return new SlipwayError(
    'UNAVAILABLE',
    `ECR did not return the index ${name}, so the images in it are unknown.${why} Restore or delete it, or try again.`,
    { retryable: true },
  );
}
