import type { KnownUse } from '../use/read-all-use.ts';
import type { KnownImageUse } from './images/read-image-use.ts';

/** Plans whose readings are kept for their start. */
const PLANS_KEPT = 5;

/**
 * What was read for a plan and does not change, or tells when it has changed: the rollback targets of services, the
 * images that revisions name. In a large account that takes minutes, so a clean-up starts from it, and reads again only
 * what is new. After a restart it is read again.
 */
export interface ReadingsOfPlans<Readings> {
  keep(plan: string, readings: Readings): void;
  of(plan: string): Readings;
}

export interface CleanupReadings {
  readonly use: ReadingsOfPlans<KnownUse>;
  readonly imageUse: ReadingsOfPlans<KnownImageUse>;
}

/** `none`: what is known of a plan whose readings are not kept. */
export function createReadingsOfPlans<Readings>(none: () => Readings): ReadingsOfPlans<Readings> {
  const kept = new Map<string, Readings>();
  return {
    keep(plan, readings) {
      kept.set(plan, readings);
      const [oldest] = kept.keys();
      if (kept.size > PLANS_KEPT && oldest !== undefined) kept.delete(oldest);
    },
    of: (plan) => kept.get(plan) ?? none(),
  };
}
