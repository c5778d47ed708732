import type { KnownTargets } from './read-use.ts';

/** Plans whose readings are kept for their start. */
const PLANS_KEPT = 5;

/**
 * What was read for a plan about the way back of services. In a large account that takes minutes, so a clean-up
 * starts from it, and reads again only what has changed since. After a restart it is read anew.
 */
export interface TargetsOfPlans {
  keep(plan: string, known: KnownTargets): void;
  of(plan: string): KnownTargets;
}

export function createTargetsOfPlans(): TargetsOfPlans {
  const kept = new Map<string, KnownTargets>();
  return {
    keep(plan, known) {
      kept.set(plan, known);
      const [oldest] = kept.keys();
      if (kept.size > PLANS_KEPT && oldest !== undefined) kept.delete(oldest);
    },
    of: (plan) => kept.get(plan) ?? new Map(),
  };
}
