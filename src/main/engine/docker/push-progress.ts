import { z } from 'zod';
import type { PushLayer } from '../../../shared/model/docker.ts';

/** After a failure the Engine waits, and sends the layer from its beginning. */
const RETRYING = /^Retrying in (\d+) seconds?/;

/** One object of the engine's push stream. */
export const PushMessage = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).optional(),
  error: z.string().optional(),
  errorDetail: z.object({ message: z.string().optional() }).optional(),
  aux: z.object({ Digest: z.string().optional() }).optional(),
});
export type PushMessage = Readonly<z.infer<typeof PushMessage>>;

export type PushLayers = ReadonlyMap<string, PushLayer>;

/** The layers after one more message of the stream; the same map when the message is about something else. */
export function applyPushMessage(layers: PushLayers, message: PushMessage): PushLayers {
  const { id, status } = message;
  const state = status === undefined ? undefined : stateOf(status);
  if (id === undefined || state === undefined) return layers;

  const known = layers.get(id);
  const retryInSeconds = state === 'retrying' ? Number(RETRYING.exec(status ?? '')?.[1]) : undefined;
  const sent = message.progressDetail?.current ?? known?.sentBytes ?? 0;
  const total = Math.max(message.progressDetail?.total ?? known?.totalBytes ?? 0, sent);
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
