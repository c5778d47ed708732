import type { RuntimePlatform } from '@aws-sdk/client-ecs';
import type { PullableImage } from './image-resolution.ts';

/** What a container does once the sandbox runs it, or why it does not come to that. */
export type Behaviour =
  | { readonly kind: 'healthy' }
  | { readonly kind: 'slow'; readonly extraSeconds: number }
  | { readonly kind: 'crash'; readonly exitCode: number; readonly afterSeconds: number }
  | { readonly kind: 'out-of-memory'; readonly afterSeconds: number }
  | { readonly kind: 'port-in-use' }
  /** Fails the container's health check; without one, that of the load balancer. */
  | { readonly kind: 'unhealthy' }
  | { readonly kind: 'unhealthy-target' }
  /** The same, but only after it has been healthy for a while. */
  | { readonly kind: 'unhealthy-later'; readonly afterSeconds: number }
  | { readonly kind: 'spot-interruption'; readonly afterSeconds: number }
  | { readonly kind: 'exec-format-error' }
  | { readonly kind: 'cannot-pull'; readonly why: 'not-found' | 'not-permitted' | 'no-network' }
  | { readonly kind: 'secret-missing' }
  | { readonly kind: 'role-missing' }
  | { readonly kind: 'no-capacity' };

/** Labels of an image's configuration that say what its containers do. */
export const LABEL = 'slipway.sandbox.behaviour';
const EXIT_CODE_LABEL = 'slipway.sandbox.exit-code';
const AFTER_SECONDS_LABEL = 'slipway.sandbox.after-seconds';

/** The first that a tag holds counts. */
const LABELS_OF_TAGS: readonly (readonly [RegExp, string])[] = [
  [/crash/i, 'crash'],
  [/unhealthy-target/i, 'unhealthy-target'],
  [/unhealthy-later/i, 'unhealthy-later'],
  [/unhealthy/i, 'unhealthy'],
  [/slow/i, 'slow'],
  [/oom|out-of-memory/i, 'out-of-memory'],
  [/exec-format/i, 'exec-format-error'],
  [/pull-not-permitted/i, 'pull-not-permitted'],
  [/no-network/i, 'no-network'],
  [/secret-missing/i, 'secret-missing'],
  [/role-missing/i, 'role-missing'],
  [/port-in-use/i, 'port-in-use'],
  [/spot-interruption/i, 'spot-interruption'],
  [/no-capacity/i, 'no-capacity'],
];

const CRASH_AFTER_SECONDS = 8;
const SLOW_BY_SECONDS = 200;
const INTERRUPTED_AFTER_SECONDS = 120;
const UNHEALTHY_AFTER_SECONDS = 300;

/** What a container of `image` does on `platform`; an image that doesn't exist cannot be pulled. */
export function behaviourOf(
  image: PullableImage | undefined,
  platform: RuntimePlatform | undefined,
): Behaviour {
  if (image === undefined) return { kind: 'cannot-pull', why: 'not-found' };
  if (!runsOn(image.architecture, platform)) return { kind: 'exec-format-error' };
  const { labels } = image;
  const after = (seconds: number): number => numberIn(labels[AFTER_SECONDS_LABEL], seconds);
  const word = labels[LABEL] ?? wordIn(image.tags);
  switch (word) {
    case 'crash':
      return {
        kind: 'crash',
        exitCode: numberIn(labels[EXIT_CODE_LABEL], 1),
        afterSeconds: after(CRASH_AFTER_SECONDS),
      };
    case 'out-of-memory':
      return { kind: 'out-of-memory', afterSeconds: after(CRASH_AFTER_SECONDS) };
    case 'slow':
      return { kind: 'slow', extraSeconds: after(SLOW_BY_SECONDS) };
    case 'spot-interruption':
      return { kind: 'spot-interruption', afterSeconds: after(INTERRUPTED_AFTER_SECONDS) };
    case 'unhealthy-later':
      return { kind: 'unhealthy-later', afterSeconds: after(UNHEALTHY_AFTER_SECONDS) };
    case 'pull-not-permitted':
      return { kind: 'cannot-pull', why: 'not-permitted' };
    case 'no-network':
      return { kind: 'cannot-pull', why: 'no-network' };
    case 'unhealthy':
    case 'unhealthy-target':
    case 'exec-format-error':
    case 'secret-missing':
    case 'role-missing':
    case 'port-in-use':
    case 'no-capacity':
      return { kind: word };
    default:
      return { kind: 'healthy' };
  }
}

const NEVER_STARTS: ReadonlySet<Behaviour['kind']> = new Set([
  'exec-format-error',
  'cannot-pull',
  'secret-missing',
  'role-missing',
  'no-capacity',
]);

/** The command of an override runs in no shell here: `exit 3` at its end says with which code the container exits. */
export function behaviourOfCommand(command: readonly string[] | undefined, ofImage: Behaviour): Behaviour {
  const code = /\bexit (?<code>\d{1,3})$/.exec(command?.at(-1) ?? '')?.groups?.code;
  if (code === undefined || NEVER_STARTS.has(ofImage.kind)) return ofImage;
  return { kind: 'crash', exitCode: Number(code), afterSeconds: CRASH_AFTER_SECONDS };
}

/** Fargate and EC2 take X86_64 when the task definition does not say. */
function runsOn(architecture: string, platform: RuntimePlatform | undefined): boolean {
  const wanted = platform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'amd64';
  return architecture === 'any' || architecture === wanted;
}

function wordIn(tags: readonly string[]): string | undefined {
  return LABELS_OF_TAGS.find(([word]) => tags.some((tag) => word.test(tag)))?.[1];
}

function numberIn(label: string | undefined, otherwise: number): number {
  const value = Number(label ?? otherwise);
  return Number.isFinite(value) && value >= 0 ? value : otherwise;
}
