import type { Manifest } from './manifest.ts';

/** What a tag stands for now. */
interface TagTarget {
  readonly digest: string;
  readonly manifest: Manifest;
}

/** Reads what a tag stands for; undefined when the repository has no such tag. */
type ReadTag = () => Promise<TagTarget | undefined>;

/** What tags stood for when they were read last, for a minute: pages ask for it every few seconds. */
interface KnownTags {
  /** `key` tells accounts, regions, repositories and tags apart. A read that fails is not kept. */
  target(key: string, read: ReadTag): Promise<TagTarget | undefined>;
}

const KEPT_MS = 60_000;
const MOST_KEPT = 2_000;

/** Knows nothing at first. `now`: milliseconds of a clock that only goes forward. */
export function createKnownTags(now: () => number): KnownTags {
  const known = new Map<string, { readonly until: number; readonly target: TagTarget | undefined }>();
  return {
    async target(key, read) {
      const before = known.get(key);
      if (before !== undefined && before.until > now()) return before.target;
      const target = await read();
      known.delete(key);
      known.set(key, { until: now() + KEPT_MS, target });
      const [oldest] = known.keys();
      if (known.size > MOST_KEPT && oldest !== undefined) known.delete(oldest);
      return target;
    },
  };
}

/** Whether an image is what a tag stands for: the same digest, or one of the platforms of its index. */
export function isOfTag({ digest, manifest }: TagTarget, running: string): boolean {
  if (digest === running) return true;
  return manifest.kind === 'index' && manifest.images.some((image) => image.digest === running);
}
