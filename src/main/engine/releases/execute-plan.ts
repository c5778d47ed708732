import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { Check, Release, ReleaseStep } from '../../../shared/model/plan.ts';
import { placeOf, revisionNameOf } from '../aws/arns.ts';
import { whoAmI } from '../aws/caller-identity.ts';
import { patiently } from '../aws/retry.ts';
import type { ReleaseNotes } from '../register/revision-tags.ts';
import { type Execution, giveWayToOthers, holdingService, registerContent } from './execution/execution.ts';
import { checkAgain } from './execution/recheck.ts';
import { gaveWay } from './execution/registration-race.ts';
import { readUnchangedService } from './execution/stale-plan.ts';
import type { ReleaseDependencies } from './model/release-dependencies.ts';
import { loadPlan, type StoredPlan } from './model/stored-plan.ts';
import { stopRollout, tellService } from './task-sets/notify-service.ts';

/** What the person says with a plan. */
export interface Consent extends Omit<ReleaseNotes, 'who'> {
  readonly plan: string;
  readonly confirmation?: string | undefined;
  /** Failed checks to go ahead with, as overrideOf names them. */
  readonly overrides?: readonly string[] | undefined;
  /** Whether the notes become tags of the revision. */
  readonly tagRevision?: boolean | undefined;
}

/**
 * Carries a plan out, at most once. Nothing is changed when it throws NOT_FOUND (lapsed), CONFLICT (carried out
 * before), INVALID_INPUT (not confirmed), STALE_PLAN (somebody deployed since) or PREFLIGHT_FAILED. When it stops
 * after the registration, the error's detail has `releaseId` and `taskDefinitionArn`, for resume and discard.
 */
export async function executePlan(
  dependencies: ReleaseDependencies,
  consent: Consent,
  signal: AbortSignal,
  onStep: (step: ReleaseStep) => void,
): Promise<Release> {
  const { journal, aws } = dependencies;
  const { plan, claimedAt } = loadPlan(journal, consent.plan);
  if (claimedAt !== undefined) throw carriedOutBefore(plan, claimedAt);
  requireConfirmation(plan, consent.confirmation);

  const ecs = aws.ecs(plan.service, 'clicked');
  const service = await patiently(signal, () => readUnchangedService(ecs, plan, signal));
  const { overrides = [], why, link, commit, tagRevision = true } = consent;
  const overridden = await patiently(signal, () =>
    checkAgain(dependencies, plan, service, overrides, signal),
  );
  const who = await whoAmI(dependencies, plan.service, signal);
  if (signal.aborted) throw cancelled(`“${plan.title}”`);
  const notes = { why, link, commit, who };
  const entry = begin(dependencies, plan, notes, overridden);
  return carryOut({ dependencies, ecs, plan, entry, signal, onStep }, tagRevision ? notes : {});
}

/** Claims the plan and opens its entry at once, so that no plan is claimed with nothing to show for it. */
function begin(
  { journal }: ReleaseDependencies,
  plan: StoredPlan,
  { why, link, commit, who }: ReleaseNotes,
  overridden: readonly Check[],
): string {
  const { account, region, cluster, service: subject } = plan.service;
  return journal.atOnce(() => {
    if (!journal.plans.claim(plan.id)) throw carriedOutBefore(plan, undefined);
    return journal.entries.begin({
      account,
      region,
      cluster,
      subject,
      plan: plan.id,
      kind: plan.kind,
      title: plan.title,
      basis: plan.basis.taskDefinitionArn,
      calls: plan.calls,
      ...(why === undefined ? {} : { why }),
      ...(link === undefined ? {} : { link }),
      ...(commit === undefined ? {} : { commit }),
      ...(overridden.length === 0 ? {} : { overrides: [...overridden] }),
      ...(who === undefined ? {} : { who }),
    });
  });
}

async function carryOut(execution: Execution, notes: ReleaseNotes): Promise<Release> {
  const { plan, signal } = execution;
  const { action } = plan;
  let registered: string | undefined;
  try {
    return await holdingService(execution, async () => {
      if (action.kind === 'stop') return stopRollout(execution, action.deploymentArn);
      if (action.register !== undefined) {
        registered = await registerContent(execution, action.register, notes);
      }
      if (registered !== undefined) await giveWayToOthers(execution, registered);
      if (signal.aborted) throw cancelled(`“${plan.title}”`);
      return tellService(execution, action, registered);
    });
  } catch (error) {
    throw gaveWay(error) ? error : leaveBehind(execution, registered, error);
  }
}

/** Writes down where a release stopped, and answers the error that says how to go on. */
export function leaveBehind(
  { dependencies, plan, entry }: Execution,
  registered: string | undefined,
  error: unknown,
): unknown {
  const { entries } = dependencies.journal;
  const sentence =
    error instanceof SlipwayError ? error.message : 'It failed for a reason that is in the log.';
  if (registered === undefined) {
    entries.update(entry, { state: 'failed', sentence });
    return error;
  }
  const revision = revisionNameOf(registered);
  const left = `${revision} was registered, but ${placeOf(plan.service)} was not told to run it. ${sentence}`;
  entries.update(entry, { state: 'unfinished', sentence: left });
  const { code, detail, retryable } =
    error instanceof SlipwayError ? error : new SlipwayError('INTERNAL', sentence);
  return new SlipwayError(code, `${left} Go on from there, or deregister ${revision}.`, {
    retryable,
    detail: { ...detail, releaseId: entry, taskDefinitionArn: registered },
    cause: error,
  });
}

function requireConfirmation({ confirmation, service }: StoredPlan, typed: string | undefined): void {
  if (confirmation === undefined || confirmation === typed) return;
  throw new SlipwayError(
    'INVALID_INPUT',
    `${placeOf(service)} is production: type ${confirmation} to confirm that it shall be changed.`,
  );
}

function carriedOutBefore({ title }: StoredPlan, claimedAt: string | undefined): SlipwayError {
  const when = claimedAt === undefined ? 'at this moment' : `at ${claimedAt}`;
  return new SlipwayError(
    'CONFLICT',
    `“${title}” was carried out already, ${when}. A plan is carried out once; look at the journal, or plan again.`,
  );
}
