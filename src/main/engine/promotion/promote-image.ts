import {
  BatchCheckLayerAvailabilityCommand,
  DescribeImageReplicationStatusCommand,
  DescribeImagesCommand,
  type Repository,
} from '@aws-sdk/client-ecr';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { Promoted, PromotionProgress } from '../../../shared/model/promotion.ts';
import { withRetry } from '../aws/retry.ts';
import { batchesOf } from '../ecs/batches.ts';
import { putManifest } from '../images/add-tag.ts';
import { requireRepository } from '../images/ecr-repository.ts';
import { pinnedReference } from '../images/image-address.ts';
import { upstreamOf } from '../images/missing-image.ts';
import { readManifests } from '../images/read-manifests.ts';
import { isTagImmutable, tagTaken } from '../images/tag-mutability.ts';
import type { KnownSecrets } from '../ports/known-secrets.ts';
import { copyBlobs, type Side } from './copy-blobs.ts';
import { type Blob, type ManifestNode, readImageTree } from './image-tree.ts';
import { createRegistryClient } from './registry-client.ts';

export interface Promotion {
  readonly from: Side;
  readonly to: Side;
  /** A tag or a digest of the source. */
  readonly image: string;
  readonly tag: string | undefined;
  readonly referrers: boolean;
}

interface Context {
  readonly secrets: KnownSecrets;
  readonly signal: AbortSignal;
  readonly emit: (progress: PromotionProgress) => void;
  /** Puts the last manifest, the one with the tag. In the journal before it is sent. */
  readonly putLast: (digest: string, put: () => Promise<boolean>) => Promise<boolean>;
  /** The commit that an image was built from, where it is known. */
  readonly commitOf: (digest: string) => string | undefined;
}

/** Digests in one request. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchCheckLayerAvailability.html */
const LAYERS_PER_CALL = 100;

/**
 * Copies an image to another repository, account or region, byte by byte and with the same digest, without Docker. What
 * the target has is not sent; what another repository of the same registry has is mounted. The tag comes last, so a copy that
 * was interrupted has no tag and goes on where it ended. Throws CONFLICT, before anything is sent, for a tag that has
 * another image and is immutable; NOT_FOUND for an image or a repository that is not there; REGISTRY_REFUSED with the
 * registry's reason; CANCELLED.
 */
export async function promoteImage(promotion: Promotion, context: Context): Promise<Promoted> {
  const { from, to, image } = promotion;
  try {
    return await copy(promotion, context);
  } catch (error) {
    if (context.signal.aborted)
      throw cancelled(`The copy of ${from.repository} ${image} to ${to.repository}`);
    throw error;
  }
}

async function copy({ from, to, image, tag, referrers }: Promotion, context: Context): Promise<Promoted> {
  const { signal, secrets, emit, putLast, commitOf } = context;
  const [source, target] = await Promise.all([
    requireRepository(from.ecr, from.repository, signal),
    requireRepository(to.ecr, to.repository, signal),
  ]);
  const [tree, { found: tagged }] = await Promise.all([
    readImageTree({ ecr: from.ecr, repository: from.repository, signal }, image, referrers).catch(
      async (error: unknown) => {
        throw (await notPulledYet(from, image, error, signal)) ?? error;
      },
    ),
    readManifests(to.ecr, to.repository, tag === undefined ? [] : [{ imageTag: tag }], signal),
  ]);
  const { root } = tree;
  await refuseArchived(from, root.digest, signal);
  const current = tagged[0]?.digest;
  if (tag !== undefined && current !== undefined && current !== root.digest && isTagImmutable(target, tag)) {
    const taken = { repository: to.repository, tag, digest: current, commit: commitOf(root.digest) };
    throw await tagTaken(to.ecr, taken, signal);
  }

  const { referrers: kept, warnings } = await keepTags(to, tree.referrers, signal);
  const nodes = [...tree.parts, root, ...kept.map(({ node }) => node)];
  const present = await presentImages(to, nodes, signal);
  if (present.has(root.digest)) await refuseArchived(to, root.digest, signal);
  const missing = nodes.filter(({ digest }) => !present.has(digest));
  const blobs = await missingBlobs(to, missing, signal);
  const layers = await copyBlobs(blobs.missing, {
    from,
    to,
    client: createRegistryClient(to.ecr, secrets),
    mountFrom: isSameRegistry([source, from], [target, to]) ? from.repository : undefined,
    signal,
    emit,
  });

  const put = (node: ManifestNode, asTag?: string): Promise<boolean> => {
    const manifest = { repository: to.repository, manifest: node, tag: asTag };
    return withRetry(signal, () => putManifest(to.ecr, manifest, signal));
  };
  for (const node of tree.parts) if (!present.has(node.digest)) await put(node);
  // Who verifies signatures finds them as soon as the tag is there.
  if (kept.length > 0 && !present.has(root.digest)) await put(root);
  for (const { node, isTagged: hasItsTag } of kept)
    if (!present.has(node.digest) || !hasItsTag) await put(node, node.tag);
  const isTagged = tag === undefined ? present.has(root.digest) : current === root.digest;
  if (!isTagged) await putLast(root.digest, () => put(root, tag));
  const [replication, upstream] = await Promise.all([
    readReplication(to, root.digest, signal),
    upstreamIfKnown(to, signal),
  ]);
  const cached =
    upstream === undefined
      ? []
      : [
          `${to.repository} is filled from ${upstream} by a pull-through cache rule, so ECR may replace the image of a tag with that of the same tag there. Copy it to a repository that no rule covers.`,
        ];
  return {
    image: pinnedReference(target.repositoryUri, tag, root.digest),
    digest: root.digest,
    alreadyThere: isTagged && missing.length === 0,
    layers: { sent: layers.sent, mounted: layers.mounted, present: blobs.present },
    sentBytes: layers.sentBytes,
    referrers: kept.length,
    replication,
    warnings: [...tree.warnings, ...warnings, ...cached],
  };
}

interface KeptReferrer {
  readonly node: ManifestNode;
  /** The target has it under its tag, or it has none. */
  readonly isTagged: boolean;
}

/**
 * The referrers to copy. Signatures that are found by a tag share one manifest: to move the tag would take away those
 * that the target has, such as the ones that were made there.
 */
async function keepTags(
  { ecr, repository }: Side,
  referrers: readonly ManifestNode[],
  signal: AbortSignal,
): Promise<{ readonly referrers: readonly KeptReferrer[]; readonly warnings: readonly string[] }> {
  const tags = referrers.flatMap(({ tag }) => (tag === undefined ? [] : [{ imageTag: tag }]));
  const { found, withheld } = await readManifests(ecr, repository, tags, signal);
  const taken = new Map([
    ...found.map(({ tag, digest }) => [tag, digest] as const),
    ...withheld.map(({ imageTag }) => [imageTag, undefined] as const),
  ]);
  const isFree = ({ tag, digest }: ManifestNode): boolean =>
    tag === undefined || !taken.has(tag) || taken.get(tag) === digest;
  return {
    referrers: referrers
      .filter(isFree)
      .map((node) => ({ node, isTagged: node.tag === undefined || taken.has(node.tag) })),
    warnings: referrers
      .filter((node) => !isFree(node))
      .map(
        ({ tag }) =>
          `${repository} has other signatures or artifacts under the tag ${tag}. They were left as they are, so those of the source were not copied.`,
      ),
  };
}

function isSameRegistry(
  [one, { region }]: readonly [Repository, Side],
  [other, { region: otherRegion }]: readonly [Repository, Side],
): boolean {
  return one.registryId !== undefined && one.registryId === other.registryId && region === otherRegion;
}

/** What is archived cannot be pulled. https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-images.html */
async function refuseArchived({ ecr, repository }: Side, digest: string, signal: AbortSignal): Promise<void> {
  const command = new DescribeImagesCommand({
    repositoryName: repository,
    imageIds: [{ imageDigest: digest }],
  });
  const { imageDetails } = await ecr.send(command, { abortSignal: signal });
  const status = imageDetails?.[0]?.imageStatus;
  if (status === undefined || status === 'ACTIVE') return;
  const what = status === 'ARCHIVED' ? 'is archived' : `has the status ${status}`;
  throw new SlipwayError(
    'CONFLICT',
    `The image ${digest.slice(0, 19)}… of ${repository} ${what}, so it was not copied. Restore it first, and copy it when it is ACTIVE.`,
  );
}

async function presentImages(
  { ecr, repository }: Side,
  nodes: readonly ManifestNode[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const ids = nodes.map(({ digest }) => ({ imageDigest: digest }));
  const { found, withheld } = await readManifests(ecr, repository, ids, signal);
  return new Set([
    ...found.map(({ digest }) => digest),
    ...withheld.flatMap(({ imageDigest }) => imageDigest ?? []),
  ]);
}

async function missingBlobs(
  { ecr, repository }: Side,
  nodes: readonly ManifestNode[],
  signal: AbortSignal,
): Promise<{ readonly missing: readonly Blob[]; readonly present: number }> {
  const wanted = [
    ...new Map(nodes.flatMap(({ blobs }) => blobs).map((blob) => [blob.digest, blob])).values(),
  ];
  const there = new Set<string>();
  for (const batch of batchesOf(wanted, LAYERS_PER_CALL)) {
    const command = new BatchCheckLayerAvailabilityCommand({
      repositoryName: repository,
      layerDigests: batch.map(({ digest }) => digest),
    });
    const { layers = [] } = await ecr.send(command, { abortSignal: signal });
    for (const { layerDigest = '', layerAvailability } of layers)
      if (layerAvailability === 'AVAILABLE') there.add(layerDigest);
  }
  return { missing: wanted.filter(({ digest }) => !there.has(digest)), present: there.size };
}

/**
 * The registry that a pull-through cache rule fills a repository from; undefined also where the rules cannot be read.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
 */
async function upstreamIfKnown({ ecr, repository }: Side, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await upstreamOf(ecr, repository, signal);
  } catch {
    return undefined;
  }
}

/** A cache has an image only once it was pulled through it. */
async function notPulledYet(
  from: Side,
  image: string,
  error: unknown,
  signal: AbortSignal,
): Promise<SlipwayError | undefined> {
  if (signal.aborted || !(error instanceof SlipwayError) || error.code !== 'NOT_FOUND') return undefined;
  const upstream = await upstreamIfKnown(from, signal);
  if (upstream === undefined) return undefined;
  return new SlipwayError(
    'NOT_FOUND',
    `${error.message} ECR gets images of ${from.repository} from ${upstream} when they are first pulled: pull ${image} once, and copy it then.`,
  );
}

/** Where the registry replicates the image to. It is a note beside a copy that has succeeded: without it there is none. */
async function readReplication(
  { ecr, repository }: Side,
  imageDigest: string,
  signal: AbortSignal,
): Promise<Promoted['replication']> {
  try {
    const command = new DescribeImageReplicationStatusCommand({
      repositoryName: repository,
      imageId: { imageDigest },
    });
    const { replicationStatuses = [] } = await ecr.send(command, { abortSignal: signal });
    return replicationStatuses.map(({ registryId = '', region = '', status = '' }) => ({
      account: registryId,
      region,
      status,
    }));
  } catch {
    return [];
  }
}
