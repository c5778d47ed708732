import { createHash } from 'node:crypto';
import { pipeline, Transform } from 'node:stream';
import {
  BatchCheckLayerAvailabilityCommand,
  DescribeImageReplicationStatusCommand,
  DescribeImagesCommand,
  type ECRClient,
  type Repository,
} from '@aws-sdk/client-ecr';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { Promoted, PromotionProgress } from '../../../shared/model/promotion.ts';
import { withRetry } from '../aws/retry.ts';
import { batchesOf, eachOfFew } from '../ecs/batches.ts';
import { putManifest } from '../images/add-tag.ts';
import { requireRepository } from '../images/ecr-repository.ts';
import { pinnedReference } from '../images/image-address.ts';
import { openLayer } from '../images/layer-download.ts';
import { readManifests } from '../images/read-manifests.ts';
import { isTagImmutable, tagTaken } from '../images/tag-mutability.ts';
import type { KnownSecrets } from '../ports/known-secrets.ts';
import { type Blob, type ManifestNode, readImageTree } from './image-tree.ts';
import { createRegistryClient, type RegistryClient } from './registry-client.ts';

interface Side {
  readonly ecr: ECRClient;
  readonly region: string;
  readonly repository: string;
}

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
  readonly putLast: (put: () => Promise<boolean>) => Promise<boolean>;
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
    readImageTree({ ecr: from.ecr, repository: from.repository, signal }, image, referrers),
    readManifests(to.ecr, to.repository, tag === undefined ? [] : [{ imageTag: tag }], signal),
  ]);
  const { root } = tree;
  await refuseArchived(from, root.digest, signal);
  const current = tagged[0]?.digest;
  if (tag !== undefined && current !== undefined && current !== root.digest && isTagImmutable(target, tag)) {
    const taken = { repository: to.repository, tag, digest: current, commit: commitOf(root.digest) };
    throw await tagTaken(to.ecr, taken, signal);
  }

  const nodes = [...tree.parts, root, ...tree.referrers];
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
  if (tree.referrers.length > 0 && !present.has(root.digest)) await put(root);
  for (const node of tree.referrers)
    if (!present.has(node.digest) || node.tag !== undefined) await put(node, node.tag);
  const isTagged = tag === undefined ? present.has(root.digest) : current === root.digest;
  if (!isTagged) await putLast(() => put(root, tag));
  return {
    image: pinnedReference(target.repositoryUri, tag, root.digest),
    digest: root.digest,
    alreadyThere: isTagged && missing.length === 0,
    layers: { sent: layers.sent, mounted: layers.mounted, present: blobs.present },
    sentBytes: layers.sentBytes,
    referrers: tree.referrers.length,
    replication: await readReplication(to, root.digest, signal),
    warnings: [...tree.warnings],
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

interface BlobCopy {
  readonly from: Side;
  readonly to: Side;
  readonly client: RegistryClient;
  /** The repository of the same registry that can lend its blobs. */
  readonly mountFrom: string | undefined;
  readonly signal: AbortSignal;
  readonly emit: (progress: PromotionProgress) => void;
}

/** Events of one copy at most, beside one for each layer. */
const MOST_EVENTS = 200;

/** Copies blobs, some at a time. One that fails for a moment is sent again; the first other failure ends the rest. */
async function copyBlobs(
  blobs: readonly Blob[],
  copying: BlobCopy,
): Promise<{ readonly sent: number; readonly mounted: number; readonly sentBytes: number }> {
  const totalBytes = blobs.reduce((sum, { size }) => sum + size, 0);
  const doneOf = new Map<string, number>();
  let doneLayers = 0;
  let told = 0;
  const doneBytes = (): number => [...doneOf.values()].reduce((sum, bytes) => sum + bytes, 0);
  const tell = (): void => {
    told = doneBytes();
    copying.emit({ doneBytes: told, totalBytes, doneLayers, totalLayers: blobs.length });
  };
  const stop = new AbortController();
  const signal = AbortSignal.any([copying.signal, stop.signal]);
  tell();
  const kinds = await eachOfFew(blobs, async (blob) => {
    const onBytes = (bytes: number): void => {
      doneOf.set(blob.digest, bytes);
      if (doneBytes() - told >= totalBytes / MOST_EVENTS) tell();
    };
    const kind = await withRetry(signal, () => copyBlob(blob, { ...copying, signal }, onBytes));
    doneOf.set(blob.digest, blob.size);
    doneLayers += 1;
    tell();
    return { kind, size: kind === 'sent' ? blob.size : 0 };
  }).catch((error: unknown) => {
    stop.abort();
    throw error;
  });
  const sent = kinds.filter(({ kind }) => kind === 'sent');
  return {
    sent: sent.length,
    mounted: kinds.length - sent.length,
    sentBytes: sent.reduce((sum, { size }) => sum + size, 0),
  };
}

/** Streams one blob from registry to registry: no more than some blocks of it are in memory. */
async function copyBlob(
  blob: Blob,
  { from, to, client, mountFrom, signal }: BlobCopy,
  onBytes: (bytes: number) => void,
): Promise<'sent' | 'mounted'> {
  onBytes(0);
  const upload = await client.beginUpload(to.repository, blob, mountFrom, signal);
  if (upload.kind === 'mounted') return 'mounted';
  const layer = { ecr: from.ecr, repository: from.repository, digest: blob.digest };
  const download = await openLayer(layer, signal).catch((error: unknown) => {
    throw error instanceof SlipwayError || signal.aborted ? error : downloadFailure(from, blob, error);
  });
  const failed = new AbortController();
  const checked = pipeline(download, checkingStream(from, blob, onBytes), (error) => {
    if (error) failed.abort(error instanceof SlipwayError ? error : downloadFailure(from, blob, error));
  });
  try {
    await client.sendBlob(upload.address, blob, checked, AbortSignal.any([signal, failed.signal]));
    return 'sent';
  } catch (error) {
    throw failed.signal.aborted && !signal.aborted ? failed.signal.reason : error;
  } finally {
    download.destroy();
  }
}

/** Passes bytes on, and fails at their end when they are not those of the digest. */
function checkingStream(
  { repository }: Side,
  { digest, size }: Blob,
  onBytes: (bytes: number) => void,
): Transform {
  const hash = createHash('sha256');
  let bytes = 0;
  const wrong = (): SlipwayError =>
    new SlipwayError(
      'REGISTRY_REFUSED',
      `The layer ${digest} of ${repository} does not have the bytes of its digest, so it was not copied. Push the image again.`,
    );
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > size) return done(wrong());
      hash.update(chunk);
      onBytes(bytes);
      done(null, chunk);
    },
    flush(done) {
      done(bytes === size && `sha256:${hash.digest('hex')}` === digest ? null : wrong());
    },
  });
}

function downloadFailure({ repository }: Side, { digest }: Blob, cause: unknown): SlipwayError {
  return new SlipwayError(
    'UNAVAILABLE',
    `The layer ${digest.slice(0, 19)}… of ${repository} could not be downloaded. Try again in a moment.`,
    { retryable: true, cause },
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
