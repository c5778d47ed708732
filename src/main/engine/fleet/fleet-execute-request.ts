import { SlipwayError } from '../../../shared/errors.ts';
import type { FleetOverride } from '../../../shared/model/fleet.ts';
import { serviceLabel } from '../aws/arns.ts';
import { requireTicket } from '../environments/guarded-change.ts';
import type { StoredExecuteRequest, StoredFleet, StoredMember } from './stored-fleet.ts';

/** What the person says with a fleet plan. */
export interface FleetExecuteRequest {
  readonly plan: string;
  readonly why?: string | undefined;
  /** A ticket or a pull request. */
  readonly link?: string | undefined;
  /** The git commit that is released. */
  readonly commit?: string | undefined;
  readonly tagRevision?: boolean | undefined;
  /** How long a service waits for its lock; not at all where it is missing. */
  readonly waitLockSeconds?: number | undefined;
  readonly confirmation?: string | undefined;
  readonly overrides?: readonly FleetOverride[] | undefined;
}

/** The part that applies to each service, now or after an interruption. */
export function requestToKeep({
  why,
  link,
  commit,
  tagRevision,
  waitLockSeconds,
  overrides,
}: FleetExecuteRequest): StoredExecuteRequest {
  return {
    ...(why === undefined ? {} : { why }),
    ...(link === undefined ? {} : { link }),
    ...(commit === undefined ? {} : { commit }),
    ...(tagRevision === undefined ? {} : { tagRevision }),
    ...(waitLockSeconds === undefined ? {} : { waitLockSeconds }),
    overrides: overrides ?? [],
  };
}

/** The overridden checks of a service. */
export function overridesOf(
  { overrides }: Pick<StoredExecuteRequest, 'overrides'>,
  { cluster, service }: Pick<StoredMember, 'cluster' | 'service'>,
): readonly string[] {
  return overrides
    .filter((each) => each.cluster === cluster && each.service === service)
    .flatMap(({ checks }) => checks);
}

/** Throws PREFLIGHT_FAILED for a failed check that was not overridden, INVALID_INPUT without a confirmation or a reason. */
export async function checkExecuteRequest(fleet: StoredFleet, request: FleetExecuteRequest): Promise<void> {
  const { title, canExecute, confirmation, needsReason } = fleet;
  if (!canExecute) {
    throw new SlipwayError(
      'PREFLIGHT_FAILED',
      `“${title}” has services that can't be deployed. Remove them or fix their checks, then review the changes again.`,
    );
  }
  for (const member of fleet.waves.flat()) {
    const overrides = overridesOf({ overrides: request.overrides ?? [] }, member);
    const blocking = member.fails.find((check) => !overrides.includes(check));
    if (blocking === undefined) continue;
    throw new SlipwayError(
      'PREFLIGHT_FAILED',
      `“${title}” was not started: the check ${blocking} of ${serviceLabel(member)} failed. Fix it, override this check, or remove the service, then review the changes again.`,
    );
  }
  if (needsReason === true && (request.why ?? '').trim() === '') {
    throw new SlipwayError(
      'INVALID_INPUT',
      `“${title}” needs a reason, because a rule of environments.yml or slipway.yml asks for one. Give the reason and try again.`,
      { detail: { field: 'why' } },
    );
  }
  for (const ticket of fleet.tickets) {
    await requireTicket(ticket, { ...request, place: 'its services' }, `“${title}” was not started.`);
  }
  if (confirmation === undefined || confirmation === request.confirmation) return;
  throw new SlipwayError(
    'INVALID_INPUT',
    `This release changes many services or production: type ${confirmation} to confirm.`,
  );
}
