import { SlipwayError } from '../../../shared/errors.ts';
import type { PushEvent } from '../../../shared/model/docker.ts';
import { Digest } from '../../../shared/model/image.ts';
import { refusalIn } from '../aws/refused-calls.ts';
import { lastPer } from '../ports/pacing.ts';
import { createTransferMeter } from '../ports/transfer-meter.ts';
import { asSentence } from './docker-errors.ts';
import { readJsonStream } from './json-stream.ts';
import {
  applyPushMessage,
  type LayerSizes,
  type PushLayers,
  PushMessage,
  pushEventOf,
} from './push-progress.ts';

const PROGRESS_PACE_MS = 100;
/** A push that stands still says so. */
const LONGEST_SILENCE_MS = 1_000;
const LOGIN_REFUSED = /\b(?:unauthorized|no basic auth credentials|authorization token has expired)\b/i;
const NOT_REACHED =
  /connection re(?:fused|set)|no such host|dial tcp|i\/o timeout|TLS handshake timeout|broken pipe|\bEOF\b|\b50[0234]\b|\b507\b|Insufficient Storage|toomanyrequests/i;
const TAG_CANNOT_MOVE = /tag is immutable|immutable tag|cannot be overwritten/i;

/** How one push ended, errors other than a refused login aside. */
export type PushEnd =
  | { readonly kind: 'pushed'; readonly digest: string }
  | { readonly kind: 'login-refused'; readonly reason: string };

interface Following {
  readonly sizes: LayerSizes;
  readonly emit: (event: PushEvent) => void;
}

/** Reads the stream of a push to its end. */
export async function followPush(
  name: string,
  chunks: AsyncIterable<Uint8Array | string>,
  { sizes, emit }: Following,
): Promise<PushEnd> {
  const meter = createTransferMeter();
  const progress = lastPer<PushLayers>(PROGRESS_PACE_MS, (each) => emit(pushEventOf(each, sizes, meter)));
  let layers: PushLayers = new Map();
  let digest: string | undefined;
  const silence = setInterval(() => {
    if (layers.size > 0) progress.push(layers);
  }, LONGEST_SILENCE_MS);
  try {
    for await (const value of readJsonStream(chunks)) {
      const message = PushMessage.parse(value);
      const problem = message.errorDetail?.message ?? message.error;
      if (problem !== undefined) {
        if (LOGIN_REFUSED.test(problem)) return { kind: 'login-refused', reason: problem };
        throw pushFailure(name, problem);
      }
      digest = message.aux?.Digest ?? digest;
      const next = applyPushMessage(layers, message, sizes);
      if (next !== layers) progress.push(next);
      layers = next;
    }
    progress.flush();
  } finally {
    clearInterval(silence);
    progress.stop();
  }
  if (digest !== undefined) return { kind: 'pushed', digest: Digest.parse(digest) };
  throw new SlipwayError('REGISTRY_REFUSED', `The push of ${name} ended without a digest. Try again.`, {
    retryable: true,
  });
}

/** The Engine has tried again by itself before it says one of these. */
function pushFailure(name: string, problem: string): SlipwayError {
  if (NOT_REACHED.test(problem)) {
    return new SlipwayError(
      'REGISTRY_UNAVAILABLE',
      `The registry of ${name} didn't take the image: ${asSentence(problem)} Push again; layers that are complete are kept.`,
      { retryable: true },
    );
  }
  if (!TAG_CANNOT_MOVE.test(problem)) return refused(name, problem);
  return new SlipwayError(
    'REGISTRY_REFUSED',
    `${name} already exists and its tag is immutable. Push with another tag.`,
    { cause: new Error(problem) },
  );
}

export function refused(name: string, problem: string): SlipwayError {
  const message = `The registry refused ${name}: ${asSentence(problem)}`;
  const action = refusalIn(problem)?.action;
  if (action !== undefined) return new SlipwayError('FORBIDDEN', message, { detail: { action } });
  return new SlipwayError('REGISTRY_REFUSED', message);
}
