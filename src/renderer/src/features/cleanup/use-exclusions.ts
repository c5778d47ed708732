import { useState } from 'react';

/** What a preview would remove and the person keeps. */
export interface Exclusions {
  /** The keys that were chosen by hand, as the engine is told them. */
  readonly chosen: ReadonlySet<string>;
  /** Those, and what is kept with them. */
  readonly all: ReadonlySet<string>;
  /** Excludes these, or takes them back. */
  readonly set: (keys: readonly string[], isExcluded: boolean) => void;
}

/** @param withOthers what is kept together with the chosen ones */
export function useExclusions(
  withOthers: (chosen: ReadonlySet<string>) => ReadonlySet<string> = (chosen) => chosen,
): Exclusions {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  return {
    chosen,
    all: withOthers(chosen),
    set(keys, isExcluded) {
      const next = new Set(chosen);
      for (const key of keys) {
        if (isExcluded) next.add(key);
        else next.delete(key);
      }
      setChosen(next);
    },
  };
}
