import { z } from 'zod';
import type { PushEvent, PushLayer } from '../../../shared/model/docker.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import type { TransferMeter } from '../ports/transfer-meter.ts';

/** After a failure the Engine waits, and sends the layer from its beginning. */
const RETRYING = /^Retrying in (\d+) seconds?/;

/** One object of the engine's push stream. */
export const PushMessage = lazyObject(() => ({
  id: z.string().optional(),
  status: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).optional(),
  error: z.string().optional(),
  errorDetail: z.object({ message: z.string().optional() }).optional(),
  aux: z.object({ Digest: z.string().optional() }).optional(),
}));
export type PushMessage = Readonly<z.infer<typeof PushMessage>>;

export type PushLayers = ReadonlyMap<string, PushLayer>;

/** Bytes of layers by their id in the stream of a push. */
export type LayerSizes = ReadonlyMap<string, number>;

const UNKNOWN_SIZES: LayerSizes = new Map();
/** Digits of a layer's digest that the Engine writes as its id. */
const ID_LENGTH = 12;

/**
 * The sizes of an image's layers. The history has an entry for each step of the build, also for those that made no layer, so it
 * tells the sizes only where the entries with bytes, or all of them, are as many as the layers. Empty otherwise.
 *
 * @param layers digests, from the base on
 * @param history bytes of each step, the newest first
 */
export function layerSizesOf(layers: readonly string[], history: readonly number[]): LayerSizes {
  const all = history.toReversed();
  const sizes = [all.filter((size) => size > 0), all].find(({ length }) => length === layers.length);
  if (sizes === undefined) return UNKNOWN_SIZES;
  return new Map(
    layers.map((digest, index) => [digest.replace('sha256:', '').slice(0, ID_LENGTH), sizes[index] ?? 0]),
  );
}

/** The layers with what they have in all and how fast it is sent. */
export function pushEventOf(layers: PushLayers, sizes: LayerSizes, meter: TransferMeter): PushEvent {
  const all = [...layers.values()];
  const toSend = all.filter(({ state }) => state !== 'exists' && state !== 'mounted');
  const sentBytes = toSend.reduce((sum, layer) => sum + layer.sentBytes, 0);
  meter.count(sentBytes);
  const isKnown = ({ id, state, totalBytes }: PushLayer): boolean =>
    state === 'pushed' || totalBytes > 0 || sizes.has(id);
  if (!toSend.every(isKnown)) return { layers: all, sentBytes, ...meter.speed(undefined) };
  const totalBytes = toSend.reduce((sum, layer) => sum + layer.totalBytes, 0);
  // Nobody knows how often the Engine tries a layer again.
  const isRetrying = toSend.some(({ state }) => state === 'retrying');
  const speed = meter.speed(isRetrying ? undefined : totalBytes - sentBytes);
  return { layers: all, sentBytes, totalBytes, ...speed };
}

/** The layers after one more message of the stream; the same map when the message is about something else. */
export function applyPushMessage(layers: PushLayers, message: PushMessage, sizes: LayerSizes): PushLayers {
  const { id, status } = message;
  const state = status === undefined ? undefined : stateOf(status);
  if (id === undefined || state === undefined) return layers;

  const known = layers.get(id);
  const retryInSeconds = state === 'retrying' ? Number(RETRYING.exec(status ?? '')?.[1]) : undefined;
  const sent = message.progressDetail?.current ?? known?.sentBytes ?? 0;
  const total = Math.max(message.progressDetail?.total ?? known?.totalBytes ?? sizes.get(id) ?? 0, sent);
  const isOver = state === 'pushed' || state === 'exists' || state === 'mounted';
  return new Map(layers).set(id, {
    id,
    state,
    sentBytes: isOver ? total : sent,
    totalBytes: total,
    ...(retryInSeconds === undefined ? {} : { retryInSeconds }),
  });
}

function stateOf(status: string): PushLayer['state'] | undefined {
  switch (status) {
    case 'Preparing':
    case 'Waiting':
      return 'waiting';
    case 'Pushing':
      return 'pushing';
    case 'Pushed':
      return 'pushed';
    case 'Layer already exists':
      return 'exists';
    default:
      if (RETRYING.test(status)) return 'retrying';
      return status.startsWith('Mounted from') ? 'mounted' : undefined;
  }
}
