import { createHash } from 'node:crypto';
import {
  BatchGetImageCommand,
  type ECRClient,
  type ImageIdentifier,
  ListImageReferrersCommand,
} from '@aws-sdk/client-ecr';
import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import { batchesOf, eachOfFew } from '../ecs/batches.ts';
import { MANIFEST_TYPES } from '../images/manifest.ts';

/** A blob that a manifest names: a layer or a configuration. */
export interface Blob {
  readonly digest: string;
  readonly size: number;
}

/** A manifest to copy, to the byte. */
export interface ManifestNode {
  readonly digest: string;
  readonly text: string;
  readonly mediaType: string | undefined;
  readonly blobs: readonly Blob[];
  /** Digests of what an index lists. */
  readonly lists: readonly string[];
  /** The tag that it is found by, of signatures that are tags. */
  readonly tag?: string;
}

/** An image with everything that belongs to it. What is named comes before what names it. */
export interface ImageTree {
  readonly root: ManifestNode;
  /** What the index lists, and what these list; without the root. */
  readonly parts: readonly ManifestNode[];
  /** Signatures, SBOMs and other artifacts that refer to one of these. */
  readonly referrers: readonly ManifestNode[];
  readonly warnings: readonly string[];
}

export interface TreeSource {
  readonly ecr: ECRClient;
  readonly repository: string;
  readonly signal: AbortSignal;
}

const IMAGES_PER_CALL = 100;
/** An index of indexes is rare, and a deeper one is a mistake. */
const DEEPEST = 4;
const MOST_MANIFESTS = 500;

const Descriptor = z.object({
  digest: z.string(),
  size: z.number().int().nonnegative(),
  urls: z.array(z.string()).optional(),
});
const RawManifest = z.object({
  config: Descriptor.optional(),
  layers: z.array(Descriptor).optional(),
  manifests: z.array(z.object({ digest: z.string() })).optional(),
});

/**
 * Reads an image with what its index lists and what refers to it (BatchGetImage, ListImageReferrers). Throws NOT_FOUND for an
 * image that is not there and for an index whose images are not all there, and REGISTRY_REFUSED for a manifest that
 * does not have its digest.
 */
export async function readImageTree(
  source: TreeSource,
  image: string,
  withReferrers: boolean,
): Promise<ImageTree> {
  const { repository } = source;
  const id = image.startsWith('sha256:') ? { imageDigest: image } : { imageTag: image };
  const { found, failures } = await readNodes(source, [id]);
  const [root] = found;
  if (root === undefined) throw missingImage(repository, image, failures[0]?.code);
  const parts = await readParts(source, root);
  if (!withReferrers) return { root, parts, referrers: [], warnings: [] };
  const { nodes: referrers, warnings } = await readReferrers(source, [root, ...parts]);
  return { root, parts, referrers, warnings };
}

/** Breadth first, so that the reverse has each image before the index that lists it. */
async function readParts(source: TreeSource, root: ManifestNode): Promise<readonly ManifestNode[]> {
  const known = new Map([[root.digest, root]]);
  const levels: ManifestNode[][] = [];
  let level: readonly ManifestNode[] = [root];
  while (level.length > 0) {
    if (levels.length > DEEPEST || known.size > MOST_MANIFESTS) throw tooLarge(source.repository);
    const wanted = [...new Set(level.flatMap(({ lists }) => lists))].filter((digest) => !known.has(digest));
    const { found, failures } = await readNodes(
      source,
      wanted.map((imageDigest) => ({ imageDigest })),
    );
    const [missing] = failures;
    if (missing !== undefined) throw missingPart(source.repository, missing);
    for (const node of found) known.set(node.digest, node);
    levels.push(found);
    level = found;
  }
  return levels.toReversed().flat();
}

/**
 * What refers to images: by the referrers of the OCI distribution specification, and by the tags that cosign and older
 * tools give (`sha256-….sig`). https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
 */
async function readReferrers(
  source: TreeSource,
  images: readonly ManifestNode[],
): Promise<{ readonly nodes: readonly ManifestNode[]; readonly warnings: readonly string[] }> {
  const known = new Set(images.map(({ digest }) => digest));
  const nodes: ManifestNode[] = [];
  const warnings: string[] = [];
  let level: readonly ManifestNode[] = images;
  // A signature may be of an SBOM, which is of the image.
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth += 1) {
    const digests = await listReferrers(
      source,
      level.map(({ digest }) => digest),
      warnings,
    );
    const { found } = await readNodes(
      source,
      digests.filter((digest) => !known.has(digest)).map((imageDigest) => ({ imageDigest })),
    );
    const { found: tagged } = await readNodes(source, level.flatMap(tagsAbout));
    const next = [...found, ...tagged].filter(({ digest }) => !known.has(digest));
    for (const { digest } of next) known.add(digest);
    if (known.size > MOST_MANIFESTS) throw tooLarge(source.repository);
    const parts = await Promise.all(next.map((node) => readParts(source, node)));
    nodes.push(...parts.flat().filter(({ digest }) => !known.has(digest)), ...next);
    level = next;
  }
  return { nodes: [...new Map(nodes.map((node) => [node.digest, node])).values()], warnings };
}

function tagsAbout({ digest }: ManifestNode): readonly ImageIdentifier[] {
  const tag = digest.replace(':', '-');
  return ['', '.sig', '.att', '.sbom'].map((end) => ({ imageTag: `${tag}${end}` }));
}

/** A role that may not list referrers can copy the image all the same; the warning says what is left out. */
async function listReferrers(
  { ecr, repository, signal }: TreeSource,
  digests: readonly string[],
  warnings: string[],
): Promise<readonly string[]> {
  if (warnings.length > 0) return [];
  try {
    const pages = await eachOfFew(digests, async (imageDigest) => {
      const found: string[] = [];
      let nextToken: string | undefined;
      do {
        const answer = await ecr.send(
          new ListImageReferrersCommand({
            repositoryName: repository,
            subjectId: { imageDigest },
            nextToken,
          }),
          { abortSignal: signal },
        );
        found.push(...(answer.referrers ?? []).flatMap(({ digest = '' }) => (digest === '' ? [] : [digest])));
        nextToken = answer.nextToken;
      } while (nextToken !== undefined);
      return found;
    });
    return [...new Set(pages.flat())];
  } catch (error) {
    if (signal.aborted || !(error instanceof SlipwayError)) throw error;
    warnings.push(`Signatures and SBOMs that refer to the image were not copied. ${error.message}`);
    return [];
  }
}

interface Failure {
  readonly name: string;
  readonly code: string | undefined;
}

async function readNodes(
  { ecr, repository, signal }: TreeSource,
  ids: readonly ImageIdentifier[],
): Promise<{ readonly found: ManifestNode[]; readonly failures: readonly Failure[] }> {
  const found: ManifestNode[] = [];
  const failures: Failure[] = [];
  for (const imageIds of batchesOf(ids, IMAGES_PER_CALL)) {
    const command = new BatchGetImageCommand({
      repositoryName: repository,
      imageIds,
      acceptedMediaTypes: MANIFEST_TYPES,
    });
    const answer = await ecr.send(command, { abortSignal: signal });
    for (const { imageId, imageManifest, imageManifestMediaType } of answer.images ?? []) {
      if (imageId?.imageDigest === undefined || imageManifest === undefined) continue;
      const node = nodeOf(repository, imageId.imageDigest, imageManifest, imageManifestMediaType);
      found.push(imageId.imageTag === undefined ? node : { ...node, tag: imageId.imageTag });
    }
    for (const { imageId, failureCode } of answer.failures ?? [])
      failures.push({ name: imageId?.imageDigest ?? imageId?.imageTag ?? '', code: failureCode });
  }
  return { found, failures };
}

function nodeOf(
  repository: string,
  digest: string,
  text: string,
  mediaType: string | undefined,
): ManifestNode {
  const [algorithm = '', hash] = digest.split(':');
  if (algorithm !== 'sha256' || createHash('sha256').update(text).digest('hex') !== hash) {
    throw new SlipwayError(
      'REGISTRY_REFUSED',
      `The manifest that ECR returned for ${repository}@${digest} does not have this digest, so nothing was copied. Push the image again.`,
    );
  }
  const { config, layers = [], manifests = [] } = parsed(repository, digest, text);
  // The bytes of a layer with addresses are elsewhere: no registry has them.
  const own = [...(config === undefined ? [] : [config]), ...layers].filter(
    ({ urls = [] }) => urls.length === 0,
  );
  return {
    digest,
    text,
    mediaType,
    blobs: own.map(({ digest: blob, size }) => ({ digest: blob, size })),
    lists: manifests.map((each) => each.digest),
  };
}

function parsed(repository: string, digest: string, text: string): z.infer<typeof RawManifest> {
  try {
    return RawManifest.parse(JSON.parse(text));
  } catch (error) {
    throw new SlipwayError(
      'REGISTRY_REFUSED',
      `${repository}@${digest} is not an image that Slipway can read, so nothing was copied.`,
      { cause: error },
    );
  }
}

function missingImage(repository: string, image: string, code: string | undefined): SlipwayError {
  if (code === undefined || code === 'ImageNotFound') {
    return new SlipwayError(
      'NOT_FOUND',
      `${repository} has no image ${image}. List its images, and name one.`,
    );
  }
  return new SlipwayError(
    'CONFLICT',
    `ECR does not return the image ${image} of ${repository} (${code}). If it is archived, restore it first.`,
  );
}

function missingPart(repository: string, { name: digest, code }: Failure): SlipwayError {
  if (code !== undefined && code !== 'ImageNotFound') return missingImage(repository, digest, code);
  return new SlipwayError(
    'NOT_FOUND',
    `The image index lists ${digest}, which ${repository} does not have, so nothing was copied. Push the image again for all of its platforms.`,
  );
}

function tooLarge(repository: string): SlipwayError {
  return new SlipwayError(
    'INVALID_INPUT',
    `The image of ${repository} has more than ${MOST_MANIFESTS} manifests or ${DEEPEST} levels of indexes, so it is not copied.`,
  );
}
