import {
  type Repository as DescribedRepository,
  DescribeImagesCommand,
  type ECRClient,
  type ImageDetail,
  paginateDescribeRepositories,
} from '@aws-sdk/client-ecr';
import type { Image, Repository } from '../../../shared/model/image.ts';
import type { Logger } from '../ports/ports.ts';
import type { ImageCache } from './image-cache.ts';
import { describedImage } from './image-facts.ts';
import { readContents } from './read-contents.ts';
import { type FoundManifest, readManifests } from './read-manifests.ts';
import { tagExceptionsOf } from './tag-mutability.ts';

const PAGE = 1000;
/** Of the newest images the content is read as well; older ones show what DescribeImages says, and what is cached. */
const WITH_CONTENT = 200;

/** All repositories of the account and region, by name (ECR DescribeRepositories, 1000 a page). */
export async function listRepositories(ecr: ECRClient, signal: AbortSignal): Promise<readonly Repository[]> {
  const found: Repository[] = [];
  const pages = paginateDescribeRepositories({ client: ecr, pageSize: PAGE }, {}, { abortSignal: signal });
  for await (const { repositories = [] } of pages) {
    found.push(...repositories.flatMap(repositoryFacts));
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What is shown of a repository; nothing of one that ECR describes without name and address. */
export function repositoryFacts(repository: DescribedRepository): readonly Repository[] {
  const { repositoryName, repositoryUri, repositoryArn, imageTagMutability, createdAt } = repository;
  const { imageScanningConfiguration: scanning, encryptionConfiguration: encryption } = repository;
  const exceptions = tagExceptionsOf(repository);
  if (repositoryName === undefined || repositoryUri === undefined) return [];
  return [
    {
      name: repositoryName,
      uri: repositoryUri,
      arn: repositoryArn ?? '',
      tagMutability: imageTagMutability ?? 'MUTABLE',
      ...(exceptions.length === 0 ? {} : { tagExceptions: exceptions }),
      ...(scanning?.scanOnPush === undefined ? {} : { scanOnPush: scanning.scanOnPush }),
      ...(encryption?.encryptionType === undefined ? {} : { encryption: encryption.encryptionType }),
      ...(encryption?.kmsKey === undefined ? {} : { kmsKey: encryption.kmsKey }),
      ...(createdAt === undefined ? {} : { createdAt: createdAt.toISOString() }),
    },
  ];
}

interface ImageListing {
  readonly ecr: ECRClient;
  readonly repository: string;
  readonly cache: ImageCache;
  readonly logger: Logger;
}

/**
 * Images of a repository, the newest push first. The images of an index, which ECR lists beside it without a tag, are
 * left out as far as the index was read. Throws NOT_FOUND for a repository that doesn't exist.
 */
export async function listImages(listing: ImageListing, signal: AbortSignal): Promise<readonly Image[]> {
  const { ecr, repository, cache } = listing;
  const details = (await describeAll(ecr, repository, signal)).sort((a, b) => pushedAt(b) - pushedAt(a));
  const newest = details.slice(0, WITH_CONTENT).map(({ imageDigest }) => ({ imageDigest }));
  const { found } = await readManifests(ecr, repository, newest, signal);
  const partsOfIndexes = digestsInIndexes(found);
  const contents = await readContents(
    listing,
    found.filter(({ digest }) => !partsOfIndexes.has(digest)),
    signal,
  );
  return details.flatMap((detail) => {
    const digest = detail.imageDigest ?? '';
    const isPart = partsOfIndexes.has(digest) && (detail.imageTags ?? []).length === 0;
    const image = isPart ? undefined : describedImage(detail, contents.get(digest) ?? cache.read(digest));
    return image === undefined ? [] : [image];
  });
}

/** ECR DescribeImages, 1000 a page; a page may be short or empty and still have a next one. */
export async function describeAll(
  ecr: ECRClient,
  repositoryName: string,
  signal: AbortSignal,
): Promise<ImageDetail[]> {
  const details: ImageDetail[] = [];
  let nextToken: string | undefined;
  do {
    const command = new DescribeImagesCommand({ repositoryName, maxResults: PAGE, nextToken });
    const page = await ecr.send(command, { abortSignal: signal });
    details.push(...(page.imageDetails ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return details;
}

function digestsInIndexes(manifests: readonly FoundManifest[]): ReadonlySet<string> {
  return new Set(
    manifests.flatMap(({ manifest }) =>
      manifest.kind === 'index' ? manifest.images.map((each) => each.digest) : [],
    ),
  );
}

function pushedAt({ imagePushedAt }: ImageDetail): number {
  return imagePushedAt?.getTime() ?? 0;
}
