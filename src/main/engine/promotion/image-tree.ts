import { createHash } from 'node:crypto';
import {
  BatchGetImageCommand,
  type ECRClient,
  type ImageIdentifier,
  ListImageReferrersCommand,
} from '@aws-sdk/client-ecr';
import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import { Digest } from '../../../shared/model/image.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import { batchesOf, eachOfFew } from '../ecs/batches.ts';
import { imageIdOf } from '../images/add-tag.ts';
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
const MOST_MANIFEST_CHARACTERS = 32_000_000;

const Descriptor = lazyObject(() => ({
  digest: Digest,
  size: z.number().int().nonnegative(),
  urls: z.array(z.string()).optional(),
}));
const RawManifest = lazyObject(() => ({
  config: Descriptor.optional(),
  layers: z.array(Descriptor).optional(),
  manifests: z.array(z.object({ digest: Digest })).optional(),
}));

/** One reading of an image, with what it has taken so far and what it leaves out. */
interface Reading extends TreeSource {
  readonly limit: Limit;
  readonly warnings: string[];
}

/**
 * Reads an image with what its index lists and what refers to it (BatchGetImage, ListImageReferrers). Throws NOT_FOUND for an
 * image that is not there and for an index whose images are not all there, REGISTRY_REFUSED for a manifest that
 * does not have its digest, and INVALID_INPUT for more manifests than any image has.
 */
export async function readImageTree(
  source: TreeSource,
  image: string,
  withReferrers: boolean,
): Promise<ImageTree> {
  const { repository } = source;
  const reading: Reading = { ...source, limit: createLimit(repository), warnings: [] };
  const { found, missing } = await readNodes(reading, [imageIdOf(image)]);
  const [root] = found;
  if (root === undefined) throw missingImage(repository, image, missing[0]?.code);
  const images = new Map([[root.digest, root]]);
  const [lost] = await readParts(reading, images, [root]);
  if (lost !== undefined) throw missingPart(repository, lost);
  const parts = namedFirst(images).filter(({ digest }) => digest !== root.digest);
  const referrers = withReferrers ? await readReferrers(reading, images) : [];
  return { root, parts, referrers, warnings: reading.warnings };
}

/** Adds what these list, and what that lists, to what is known. Answers with what is not there. */
async function readParts(
  reading: Reading,
  known: Map<string, ManifestNode>,
  roots: readonly ManifestNode[],
): Promise<readonly Missing[]> {
  const lost: Missing[] = [];
  let level = roots;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) throw tooLarge(reading.repository);
    const wanted = new Set(level.flatMap(({ lists }) => lists).filter((digest) => !known.has(digest)));
    const { found, missing } = await readNodes(
      reading,
      [...wanted].map((imageDigest) => ({ imageDigest })),
    );
    lost.push(...missing);
    for (const node of found) known.set(node.digest, node);
    level = found;
  }
  return lost;
}

/** Each manifest before those that list it: ECR takes no index before its images. */
function namedFirst(nodes: ReadonlyMap<string, ManifestNode>): readonly ManifestNode[] {
  const ordered = new Set<ManifestNode>();
  function add(node: ManifestNode): void {
    if (ordered.has(node)) return;
    for (const digest of node.lists) {
      const listed = nodes.get(digest);
      if (listed !== undefined) add(listed);
    }
    ordered.add(node);
  }
  for (const node of nodes.values()) add(node);
  return [...ordered];
}

/**
 * What refers to images: by the referrers of the OCI distribution specification, and by the tags that cosign and older
 * tools give (`sha256-….sig`). What cannot be read is left out with a warning.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
 */
async function readReferrers(
  reading: Reading,
  images: ReadonlyMap<string, ManifestNode>,
): Promise<readonly ManifestNode[]> {
  const known = new Map(images);
  const lost: Missing[] = [];
  let maySeeReferrers = true;
  let level: readonly ManifestNode[] = [...images.values()];
  // A signature may be of an SBOM, which is of the image.
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth += 1) {
    const listed = maySeeReferrers ? await listReferrers(reading, level) : [];
    if (listed === undefined) maySeeReferrers = false;
    const untagged = await readNodes(
      reading,
      (listed ?? []).filter((digest) => !known.has(digest)).map((imageDigest) => ({ imageDigest })),
    );
    const tagged = await readNodes(reading, level.flatMap(tagsAbout));
    // One that has a tag as well keeps it.
    const next = new Map([...untagged.found, ...tagged.found].map((node) => [node.digest, node]));
    for (const digest of known.keys()) next.delete(digest);
    for (const [digest, node] of next) known.set(digest, node);
    lost.push(...untagged.missing, ...tagged.missing.filter(({ code }) => code !== NOT_THERE));
    lost.push(...(await readParts(reading, known, [...next.values()])));
    level = [...next.values()];
  }
  const gone = new Set(lost.map(({ name }) => name));
  const whole = namedFirst(known).filter(({ digest, lists }) => {
    if (images.has(digest)) return false;
    if (lists.some((each) => gone.has(each))) gone.add(digest);
    return !gone.has(digest);
  });
  if (gone.size > 0) {
    reading.warnings.push(
      `${gone.size} of the signatures and other artifacts that refer to the image were not copied, because ${reading.repository} does not return all of their parts. Restore those that are archived, or sign the image again.`,
    );
  }
  return whole;
}

function tagsAbout({ digest }: ManifestNode): readonly ImageIdentifier[] {
  const tag = digest.replace(':', '-');
  return ['', '.sig', '.att', '.sbom'].map((end) => ({ imageTag: `${tag}${end}` }));
}

/** A role that may not list referrers can copy the image all the same: undefined, with a warning of what is left out. */
async function listReferrers(
  { ecr, repository, signal, warnings }: Reading,
  images: readonly ManifestNode[],
): Promise<readonly string[] | undefined> {
  const found = new Set<string>();
  try {
    await eachOfFew(images, async ({ digest: imageDigest }) => {
      let nextToken: string | undefined;
      do {
        const command = new ListImageReferrersCommand({
          repositoryName: repository,
          subjectId: { imageDigest },
          nextToken,
        });
        const answer = await ecr.send(command, { abortSignal: signal });
        for (const { digest = '' } of answer.referrers ?? []) if (digest !== '') found.add(digest);
        nextToken = answer.nextToken;
      } while (nextToken !== undefined && found.size <= MOST_MANIFESTS);
    });
    return [...found];
  } catch (error) {
    if (signal.aborted || !(error instanceof SlipwayError)) throw error;
    warnings.push(`Signatures and SBOMs that refer to the image were not copied. ${error.message}`);
    return undefined;
  }
}

/** The code of BatchGetImage for what a repository does not have. */
const NOT_THERE = 'ImageNotFound';

/** What was asked for and not returned. */
interface Missing {
  readonly name: string;
  readonly code: string;
}

async function readNodes(
  { ecr, repository, signal, limit }: Reading,
  ids: readonly ImageIdentifier[],
): Promise<{ readonly found: readonly ManifestNode[]; readonly missing: readonly Missing[] }> {
  limit.checkManifests(ids.filter(({ imageDigest }) => imageDigest !== undefined).length);
  const found: ManifestNode[] = [];
  const missing: Missing[] = [];
  for (const imageIds of batchesOf(ids, IMAGES_PER_CALL)) {
    const command = new BatchGetImageCommand({
      repositoryName: repository,
      imageIds,
      acceptedMediaTypes: MANIFEST_TYPES,
    });
    const answer = await ecr.send(command, { abortSignal: signal });
    const lost = new Map(
      imageIds.map(({ imageDigest, imageTag = '' }) => [imageDigest ?? imageTag, NOT_THERE]),
    );
    for (const {
      imageId: { imageDigest = '', imageTag = '' } = {},
      imageManifest,
      ...rest
    } of answer.images ?? []) {
      // A tag counts only where it was asked for.
      const isByTag = lost.has(imageTag);
      if (imageManifest === undefined || !(isByTag || lost.has(imageDigest))) continue;
      lost.delete(isByTag ? imageTag : imageDigest);
      limit.add(imageManifest.length);
      const node = nodeOf(repository, imageDigest, imageManifest, rest.imageManifestMediaType);
      found.push(isByTag ? { ...node, tag: imageTag } : node);
    }
    for (const { imageId: { imageDigest, imageTag = '' } = {}, failureCode = NOT_THERE } of answer.failures ??
      []) {
      const name = imageDigest ?? imageTag;
      if (lost.has(name)) lost.set(name, failureCode);
    }
    missing.push(...[...lost].map(([name, code]) => ({ name, code })));
  }
  return { found, missing };
}

/** Keeps memory bounded, whatever an index lists and whatever refers to an image. */
interface Limit {
  /** Throws before more manifests are read than an image may have. */
  checkManifests(more: number): void;
  /** Counts a manifest that was read. */
  add(characters: number): void;
}

function createLimit(repository: string): Limit {
  let manifests = 0;
  let characters = 0;
  return {
    checkManifests(more) {
      if (manifests + more > MOST_MANIFESTS) throw tooLarge(repository);
    },
    add(more) {
      manifests += 1;
      characters += more;
      if (manifests > MOST_MANIFESTS || characters > MOST_MANIFEST_CHARACTERS) throw tooLarge(repository);
    },
  };
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

function missingImage(repository: string, image: string, code = NOT_THERE): SlipwayError {
  if (code === NOT_THERE) {
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

function missingPart(repository: string, { name: digest, code }: Missing): SlipwayError {
  if (code !== NOT_THERE) return missingImage(repository, digest, code);
  return new SlipwayError(
    'NOT_FOUND',
    `The image index lists ${digest}, which ${repository} does not have, so nothing was copied. Push the image again for all of its platforms.`,
  );
}

function tooLarge(repository: string): SlipwayError {
  return new SlipwayError(
    'INVALID_INPUT',
    `The image of ${repository} has more than ${MOST_MANIFESTS} manifests with its signatures and SBOMs, more than ${DEEPEST} levels of indexes or too large manifests, so it is not copied. Copy it without signatures and SBOMs, or one of its platforms by its digest.`,
  );
}
