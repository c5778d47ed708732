import type { RuntimePlatform } from '@aws-sdk/client-ecs';
import type { PullableImage } from './image-resolution.ts';

/** What a container does once the sandbox runs it. */
export type Behaviour =
  | { readonly kind: 'healthy' }
  | { readonly kind: 'slow'; readonly extraSeconds: number }
  | { readonly kind: 'crash'; readonly exitCode: number; readonly afterSeconds: number }
  | { readonly kind: 'out-of-memory'; readonly afterSeconds: number }
  | { readonly kind: 'unhealthy' }
  | { readonly kind: 'exec-format-error' }
  | { readonly kind: 'cannot-pull' };

/** Labels of an image's configuration that say what its containers do. */
const LABEL = 'slipway.sandbox.behaviour';
const EXIT_CODE_LABEL = 'slipway.sandbox.exit-code';
const AFTER_SECONDS_LABEL = 'slipway.sandbox.after-seconds';

const WORDS_OF_TAGS: readonly (readonly [RegExp, string])[] = [
  [/crash/i, 'crash'],
  [/unhealthy/i, 'unhealthy'],
  [/slow/i, 'slow'],
  [/oom|out-of-memory/i, 'out-of-memory'],
  [/exec-format/i, 'exec-format-error'],
];

const CRASH_AFTER_SECONDS = 8;
const SLOW_BY_SECONDS = 200;

/** What a container of `image` does on `platform`; an image that is not there cannot be pulled. */
export function behaviourOf(
  image: PullableImage | undefined,
  platform: RuntimePlatform | undefined,
): Behaviour {
  if (image === undefined) return { kind: 'cannot-pull' };
  if (!runsOn(image.architecture, platform)) return { kind: 'exec-format-error' };
  const { labels } = image;
  switch (labels[LABEL] ?? wordIn(image.tags)) {
    case 'crash':
      return {
        kind: 'crash',
        exitCode: numberIn(labels[EXIT_CODE_LABEL], 1),
        afterSeconds: numberIn(labels[AFTER_SECONDS_LABEL], CRASH_AFTER_SECONDS),
      };
    case 'out-of-memory':
      return {
        kind: 'out-of-memory',
        afterSeconds: numberIn(labels[AFTER_SECONDS_LABEL], CRASH_AFTER_SECONDS),
      };
    case 'slow':
      return { kind: 'slow', extraSeconds: numberIn(labels[AFTER_SECONDS_LABEL], SLOW_BY_SECONDS) };
    case 'unhealthy':
      return { kind: 'unhealthy' };
    case 'exec-format-error':
      return { kind: 'exec-format-error' };
    default:
      return { kind: 'healthy' };
  }
}

/** Fargate and EC2 take X86_64 when the task definition does not say. */
function runsOn(architecture: string, platform: RuntimePlatform | undefined): boolean {
  const wanted = platform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'amd64';
  return architecture === 'any' || architecture === wanted;
}

function wordIn(tags: readonly string[]): string | undefined {
  return WORDS_OF_TAGS.find(([word]) => tags.some((tag) => word.test(tag)))?.[1];
}

function numberIn(label: string | undefined, otherwise: number): number {
  const value = Number(label ?? otherwise);
  return Number.isFinite(value) && value >= 0 ? value : otherwise;
}
