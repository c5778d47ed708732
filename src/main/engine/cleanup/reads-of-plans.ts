import type { Scope } from '../../../shared/model/account.ts';
import type { KnownUse } from '../use/read-all-use.ts';
import type { KnownImageUse } from './images/read-image-use.ts';

/** Plans whose readings are kept for their start. */
const PLANS_KEPT = 5;

/**
 * What was read for a plan and does not change, or tells when it has changed: the rollback targets of services, the
 * images that revisions name. In a large account that takes minutes, so a clean-up starts from it, and reads again only
 * what is new, and so does the next plan of the account and region. After a restart it is read again.
 */
export interface ReadingsOfPlans<Readings> {
  keep(plan: string, scope: Scope, readings: Readings): void;
  of(plan: string): Readings;
  /** Those of the newest plan of an account and region. */
  lastOf(scope: Scope): Readings | undefined;
}

export interface CleanupReadings {
  readonly use: ReadingsOfPlans<KnownUse>;
  readonly imageUse: ReadingsOfPlans<KnownImageUse>;
}

/** `none`: what is known of a plan whose readings are not kept. */
export function createReadingsOfPlans<Readings>(none: () => Readings): ReadingsOfPlans<Readings> {
  const kept = new Map<string, { readonly scope: string; readonly readings: Readings }>();
  return {
    keep(plan, scope, readings) {
      kept.set(plan, { scope: keyOf(scope), readings });
      const [oldest] = kept.keys();
      if (kept.size > PLANS_KEPT && oldest !== undefined) kept.delete(oldest);
    },
    of: (plan) => kept.get(plan)?.readings ?? none(),
    lastOf: (scope) => [...kept.values()].findLast((each) => each.scope === keyOf(scope))?.readings,
  };
}

function keyOf({ account, region }: Scope): string {
  return JSON.stringify([account, region]);
}
