import type { FleetOverride, FleetPlan, PlannedMember } from '../../../../shared/model/fleet.ts';
import { mayGoAhead } from '../../lib/overrides.ts';
import { serviceLabel } from './fleet-draft.ts';

/** By place: the failed checks of a service to go ahead with. */
export type Overrides = ReadonlyMap<string, ReadonlySet<string>>;

export const NO_OVERRIDES: Overrides = new Map();
const NONE: ReadonlySet<string> = new Set();

export function overridesFor(overrides: Overrides, member: PlannedMember): ReadonlySet<string> {
  return overrides.get(serviceLabel(member)) ?? NONE;
}

/** Whether a service of a plan keeps the whole from being carried out. */
export function isBlocked(member: PlannedMember, overrides: Overrides): boolean {
  return member.plan === undefined || !mayGoAhead(member.plan, overridesFor(overrides, member));
}

/** The overrides of a plan's services as fleet.execute is told them. */
export function toldOverrides({ waves }: FleetPlan, overrides: Overrides): FleetOverride[] {
  return waves.flat().flatMap((member) => {
    const checks = [...overridesFor(overrides, member)];
    const { cluster, service } = member;
    return checks.length === 0 ? [] : [{ cluster, service, checks }];
  });
}
