import { pipeline } from 'node:stream';
import type { ECRClient } from '@aws-sdk/client-ecr';
import { SlipwayError } from '../../../shared/errors.ts';
import type { PromotionProgress } from '../../../shared/model/promotion.ts';
import { withRetry } from '../aws/retry.ts';
import { eachOfFew } from '../ecs/batches.ts';
import { openLayer } from '../images/layer-download.ts';
import { createTransferMeter } from '../ports/transfer-meter.ts';
import type { Blob } from './image-tree.ts';
import { LayerStream } from './layer-stream.ts';
import type { RegistryClient } from './registry-client.ts';

/** A repository that a copy is read from or written to. */
export interface Side {
  readonly ecr: ECRClient;
  readonly region: string;
  readonly repository: string;
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

/** Events of one copy at most, beside one for each layer and each second. */
const MOST_EVENTS = 200;
/** A copy that stands still says so. */
const LONGEST_SILENCE_MS = 1_000;

/** Copies blobs, some at a time. One that fails for a moment is sent again; the first other failure ends the rest. */
export async function copyBlobs(
  blobs: readonly Blob[],
  copying: BlobCopy,
): Promise<{ readonly sent: number; readonly mounted: number; readonly sentBytes: number }> {
  const totalBytes = blobs.reduce((sum, { size }) => sum + size, 0);
  const meter = createTransferMeter();
  const doneOf = new Map<string, number>();
  let doneLayers = 0;
  let told = 0;
  let doneBytes = 0;
  const count = (digest: string, bytes: number): void => {
    doneBytes += bytes - (doneOf.get(digest) ?? 0);
    doneOf.set(digest, bytes);
    meter.count(doneBytes);
  };
  const tell = (): void => {
    told = doneBytes;
    const speed = meter.speed(totalBytes - doneBytes);
    copying.emit({ doneBytes, totalBytes, doneLayers, totalLayers: blobs.length, ...speed });
  };
  const stop = new AbortController();
  const signal = AbortSignal.any([copying.signal, stop.signal]);
  tell();
  const silence = setInterval(tell, LONGEST_SILENCE_MS);
  const kinds = await eachOfFew(blobs, async (blob) => {
    const onBytes = (bytes: number): void => {
      count(blob.digest, bytes);
      if (doneBytes - told >= totalBytes / MOST_EVENTS) tell();
    };
    const kind = await withRetry(signal, () => copyBlob(blob, { ...copying, signal }, onBytes));
    count(blob.digest, blob.size);
    doneLayers += 1;
    tell();
    return { kind, size: kind === 'sent' ? blob.size : 0 };
  })
    .catch((error: unknown) => {
      stop.abort();
      throw error;
    })
    .finally(() => clearInterval(silence));
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
  const checked = pipeline(download, new LayerStream(from.repository, blob, onBytes), (error) => {
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

function downloadFailure({ repository }: Side, { digest }: Blob, cause: unknown): SlipwayError {
  return new SlipwayError(
    'UNAVAILABLE',
    `The layer ${digest.slice(0, 19)}… of ${repository} could not be downloaded. Try again in a moment.`,
    { retryable: true, cause },
  );
}
