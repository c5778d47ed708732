import { SlipwayError } from '../../../../shared/errors.ts';
import { serviceLabel } from '../../aws/arns.ts';
import type { Execution } from './execution.ts';
import { withServiceClaim } from './service-claim.ts';

/**
 * Has the service for this change alone while `act` reads its base and changes it: of all those of this machine by the
 * journal, and of all others by a claim on the service. Throws STALE_PLAN, with who it is, when another change is at it.
 * A stop has no claim: it names its deployment, ECS decides, and it must not wait.
 */
export async function withServiceLock<T>(execution: Execution, act: () => Promise<T>): Promise<T> {
  const { dependencies, plan, entry } = execution;
  const { holds } = dependencies.journal;
  if (!holds.take(plan.service, entry)) throw lockedByAnother(execution);
  try {
    return await (plan.action.kind === 'stop' ? act() : withServiceClaim(execution, act));
  } finally {
    holds.release(plan.service, entry);
  }
}

function lockedByAnother({ dependencies, plan }: Execution): SlipwayError {
  const { holds, entries } = dependencies.journal;
  const holder = entries.find(holds.holderOf(plan.service) ?? '');
  const by = holder?.callerIdentity === undefined ? '' : ` by ${holder.callerIdentity}`;
  const which = holder === undefined ? '' : ` (“${holder.title}”${by}, since ${holder.at})`;
  return new SlipwayError(
    'STALE_PLAN',
    `Another release of ${serviceLabel(plan.service)} is starting${which}. Wait until it has started, then refresh.`,
  );
}
