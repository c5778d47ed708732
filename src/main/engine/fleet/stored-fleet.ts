import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import { Scope } from '../../../shared/model/account.ts';
import { ClusterName } from '../../../shared/model/cluster.ts';
import { FleetOverride, WaveRules } from '../../../shared/model/fleet.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import { PlanId } from '../../../shared/model/plan.ts';
import { ServiceName } from '../../../shared/model/service.ts';
import type { Journal } from '../journal/journal.ts';
import { withNewNames } from '../journal/new-names.ts';

const StoredMember = withNewNames(
  { isBrokenOff: 'isInterrupted' },
  {
    cluster: ClusterName,
    service: ServiceName,
    plan: PlanId,
    /** Failed checks that a person may decide to go ahead with, as overrideOf names them. */
    fails: z.array(z.string()).default([]),
    /** Why its release was not started: then it has no entry in the journal. */
    refused: lazyObject(() => ({
      state: z.enum(['stale', 'failed', 'held-back']),
      sentence: z.string(),
    })).optional(),
    /** Slipway was ended while its release was sent, so that it may not have been sent to its end. */
    isInterrupted: z.boolean().optional(),
  },
);
export type StoredMember = Immutable<z.infer<typeof StoredMember>>;

/** What the person said when it started, for those that start after an interruption. */
const StoredExecuteRequest = lazyObject(() => ({
  why: z.string().optional(),
  link: z.string().optional(),
  commit: z.string().optional(),
  tagRevision: z.boolean().optional(),
  waitLockSeconds: z.number().optional(),
  overrides: z.array(FleetOverride).default([]),
}));
export type StoredExecuteRequest = Immutable<z.infer<typeof StoredExecuteRequest>>;

/**
 * A fleet plan as the journal keeps it permanently once it has started. The plans of its services stand beside it, each
 * with the state that it was made on.
 */
export const StoredFleet = withNewNames(
  { consent: 'request' },
  {
    use: z.literal('fleet'),
    id: PlanId,
    ...Scope.shape,
    ...WaveRules.shape,
    title: z.string(),
    repository: z.string(),
    /** False when a service has no plan, or a failed check that can't be overridden. */
    canExecute: z.boolean(),
    confirmation: z.string().optional(),
    needsReason: z.boolean().optional(),
    /** Those that rules of its services ask for. */
    tickets: z.array(z.string()).default([]),
    request: StoredExecuteRequest.optional(),
    waves: z.array(z.array(StoredMember)),
  },
);
export type StoredFleet = Immutable<z.infer<typeof StoredFleet>>;

/** Throws NOT_FOUND when it has expired, INVALID_INPUT when it is a plan of something else. */
export function loadFleet(
  journal: Journal,
  id: string,
): { readonly fleet: StoredFleet; readonly claimedAt: string | undefined } {
  const found = journal.plans.find(id);
  if (found === undefined) {
    throw new SlipwayError(
      'NOT_FOUND',
      'This plan of a bulk release no longer exists: plans are kept for one day. Review the changes again.',
    );
  }
  const fleet = StoredFleet.safeParse(found.content);
  if (!fleet.success) {
    throw new SlipwayError(
      'INVALID_INPUT',
      'This is not the plan of a bulk release. Review the changes again.',
    );
  }
  return { fleet: fleet.data, claimedAt: found.claimedAt };
}

/** Keeps something more of a service of a fleet. */
export function keepMember(
  journal: Journal,
  id: string,
  { cluster, service }: Pick<StoredMember, 'cluster' | 'service'>,
  change: Partial<Pick<StoredMember, 'plan' | 'refused' | 'isInterrupted'>>,
): void {
  journal.atOnce(() => {
    const { fleet } = loadFleet(journal, id);
    const changed = (member: StoredMember): StoredMember =>
      member.cluster === cluster && member.service === service ? { ...member, ...change } : member;
    journal.plans.replace(id, { ...fleet, waves: fleet.waves.map((wave) => wave.map(changed)) });
  });
}
