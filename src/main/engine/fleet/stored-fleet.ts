import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import { Scope } from '../../../shared/model/account.ts';
import { ClusterName } from '../../../shared/model/cluster.ts';
import { StopCondition } from '../../../shared/model/fleet.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import { PlanId } from '../../../shared/model/plan.ts';
import { ServiceName } from '../../../shared/model/service.ts';
import type { Journal } from '../journal/journal.ts';

/** A fleet plan as the journal keeps it. The plans of its services stand beside it, each with its own basis. */
export const StoredFleet = z.object({
  use: z.literal('fleet'),
  id: PlanId,
  ...Scope.shape,
  ...StopCondition.shape,
  title: z.string(),
  repository: z.string(),
  canExecute: z.boolean(),
  confirmation: z.string().optional(),
  waves: z.array(z.array(z.object({ cluster: ClusterName, service: ServiceName, plan: PlanId }))),
});
export type StoredFleet = Immutable<z.infer<typeof StoredFleet>>;
export type StoredMember = StoredFleet['waves'][number][number];

/** Throws NOT_FOUND when it has lapsed, INVALID_INPUT when it is a plan of something else. */
export function loadFleet(
  journal: Journal,
  id: string,
): { readonly fleet: StoredFleet; readonly claimedAt: string | undefined } {
  const found = journal.plans.find(id);
  if (found === undefined) {
    throw new SlipwayError(
      'NOT_FOUND',
      'This release to many services is not there any more: it is kept for a day. The journal has what became of it.',
    );
  }
  const fleet = StoredFleet.safeParse(found.content);
  if (!fleet.success) {
    throw new SlipwayError(
      'INVALID_INPUT',
      'This is not the plan of a release to many services. Plan again.',
    );
  }
  return { fleet: fleet.data, claimedAt: found.claimedAt };
}
