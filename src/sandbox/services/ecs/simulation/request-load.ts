import type { PullableImage } from './image-resolution.ts';
import { type Behaviour, behaviourOf, LABEL } from './task-behaviour.ts';

/** What one running container of an image serves, on average. */
export interface RequestLoad {
  readonly requestsPerSecond: number;
  /** The share of requests that are answered with 5xx, from 0 to 1. */
  readonly errorShare: number;
  readonly latencyMs: number;
}

const ERROR_PERCENT_LABEL = 'slipway.sandbox.error-percent';
const LATENCY_LABEL = 'slipway.sandbox.latency-ms';

const REQUESTS_PER_SECOND = 8;
/** Of an image that says nothing else. */
export const USUAL_LOAD: RequestLoad = {
  requestsPerSecond: REQUESTS_PER_SECOND,
  errorShare: 0.001,
  latencyMs: 38,
};
const ERRORS: RequestLoad = { requestsPerSecond: REQUESTS_PER_SECOND, errorShare: 0.024, latencyMs: 95 };
const LATENT: RequestLoad = { ...USUAL_LOAD, latencyMs: 240 };
/** Of a container that answers its health check with an error. */
const SICK: RequestLoad = { requestsPerSecond: REQUESTS_PER_SECOND, errorShare: 0.3, latencyMs: 120 };

/** What the containers of `image` serve once they run: by its labels, or else by a word in its tag. */
export function requestLoadOf(image: PullableImage): RequestLoad {
  const usual = loadOfWord(wordOf(image), behaviourOf(image, undefined));
  const percent = numberIn(image.labels[ERROR_PERCENT_LABEL]);
  return {
    ...usual,
    errorShare: percent === undefined ? usual.errorShare : Math.min(percent, 100) / 100,
    latencyMs: numberIn(image.labels[LATENCY_LABEL]) ?? usual.latencyMs,
  };
}

type Word = 'errors' | 'latency';

function wordOf({ labels, tags }: PullableImage): Word | undefined {
  const label = labels[LABEL];
  if (label !== undefined) return label === 'errors' || label === 'latency' ? label : undefined;
  if (tags.some((tag) => /errors/i.test(tag))) return 'errors';
  return tags.some((tag) => /latency/i.test(tag)) ? 'latency' : undefined;
}

function loadOfWord(word: Word | undefined, { kind }: Behaviour): RequestLoad {
  if (word === 'errors') return ERRORS;
  if (word === 'latency') return LATENT;
  return kind === 'unhealthy' || kind === 'unhealthy-target' ? SICK : USUAL_LOAD;
}

function numberIn(label: string | undefined): number | undefined {
  const value = Number(label ?? Number.NaN);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}
