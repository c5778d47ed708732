import { randomUUID } from 'node:crypto';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { Check, Release, ReleaseStep } from '../../../shared/model/plan.ts';
import { revisionNameOf, serviceLabel } from '../aws/arns.ts';
import { readCallerIdentity } from '../aws/caller-identity.ts';
import { withRetry } from '../aws/retry.ts';
import { requireTicket } from '../environments/guarded-change.ts';
import type { Locking } from '../ledger/service-locks.ts';
import type { ReleaseNotes } from '../register/revision-tags.ts';
import { type Execution, giveWayToOthers, registerContent } from './execution/execution.ts';
import { checkAgain } from './execution/recheck.ts';
import { gaveWay } from './execution/registration-race.ts';
import { askForLock, giveLockBack, withServiceLock } from './execution/service-lock.ts';
import { readUnchangedService } from './execution/stale-plan.ts';
import { runTaskBefore } from './execution/task-before.ts';
import type { ReleaseDependencies } from './model/release-dependencies.ts';
import { loadPlan, type StoredPlan } from './model/stored-plan.ts';
import { plannerOf, takeSharedPlan } from './shared-plans.ts';
import { startRollout, stopRollout } from './task-sets/notify-service.ts';

/** What the person enters with a plan. */
export interface ExecuteRequest extends Omit<ReleaseNotes, 'callerIdentity'> {
  readonly plan: string;
  readonly confirmation?: string | undefined;
  /** The overridden checks, as named by overrideOf. */
  readonly overrides?: readonly string[] | undefined;
  /** Whether the notes become tags of the revision. */
  readonly tagRevision?: boolean | undefined;
}

/**
 * Executes a plan, at most once. Nothing is changed when it throws NOT_FOUND (expired), CONFLICT (carried out before),
 * INVALID_INPUT (not confirmed, or without a reason that a rule asks for), STALE_PLAN (somebody deployed since) or
 * PREFLIGHT_FAILED. When it stops after the registration, the error's detail has `releaseId` and `taskDefinitionArn`, for
 * resume and discard.
 */
export async function executePlan(
  dependencies: ReleaseDependencies,
  request: ExecuteRequest,
  signal: AbortSignal,
  onStep: (step: ReleaseStep) => void,
): Promise<Release> {
  const { journal, aws } = dependencies;
  const { plan, claimedAt } = loadPlan(journal, request.plan);
  if (claimedAt !== undefined) throw carriedOutBefore(plan, claimedAt);
  requireConfirmation(plan, request.confirmation);
  const reasons = plan.reopened ?? request;
  requireReason(plan, reasons.why);
  const place = serviceLabel(plan.service);
  await requireTicket(plan.ticket, { ...reasons, place }, `“${plan.title}” was not started.`);

  const ecs = aws.ecs(plan.service, 'clicked');
  const service = await withRetry(signal, () => readUnchangedService(ecs, plan, signal));
  const { overrides = [], tagRevision = true } = request;
  // What the other person gave who planned it.
  const { why, link, commit } = plan.reopened ?? request;
  const overridden = await withRetry(signal, () =>
    checkAgain(dependencies, plan, service, { overrides }, signal),
  );
  const callerIdentity = await readCallerIdentity(dependencies, plan.service, signal);
  if (signal.aborted) throw cancelled(`“${plan.title}”`);
  const notes = { why, link, commit, callerIdentity };
  const entry = randomUUID();
  const locking = await askForLock({ dependencies, plan, entry, by: callerIdentity });
  try {
    await takeSharedPlan(dependencies, plan, signal);
    begin(dependencies, entry, plan, notes, overridden);
  } catch (error) {
    await giveLockBack(locking);
    throw error;
  }
  const execution: Execution = { dependencies, ecs, plan, entry, signal, onStep, checked: service };
  return carryOut(execution, locking, tagRevision ? notes : {});
}

/** Claims the plan and opens its entry in one transaction, so that no plan is claimed without an entry. */
function begin(
  { journal, approverOf }: ReleaseDependencies,
  id: string,
  plan: StoredPlan,
  { why, link, commit, callerIdentity }: ReleaseNotes,
  overridden: readonly Check[],
): void {
  const { account, region, cluster, service: subject } = plan.service;
  const approvedBy = approverOf?.(plan.id);
  const plannedBy = plannerOf(plan);
  journal.atOnce(() => {
    if (!journal.plans.claim(plan.id)) throw carriedOutBefore(plan, undefined);
    journal.entries.begin({
      id,
      account,
      region,
      cluster,
      subject,
      plan: plan.id,
      kind: plan.kind,
      title: plan.title,
      base: plan.base.taskDefinitionArn,
      calls: plan.calls,
      ...(why === undefined ? {} : { why }),
      ...(link === undefined ? {} : { link }),
      ...(commit === undefined ? {} : { commit }),
      ...(overridden.length === 0 ? {} : { overrides: [...overridden] }),
      ...(callerIdentity === undefined ? {} : { callerIdentity }),
      ...(approvedBy === undefined ? {} : { approvedBy }),
      ...(plannedBy === undefined ? {} : { plannedBy }),
    });
  });
}

async function carryOut(execution: Execution, locking: Locking, notes: ReleaseNotes): Promise<Release> {
  const { plan, signal } = execution;
  const { action } = plan;
  let registered: string | undefined;
  try {
    return await withServiceLock(execution, locking, async (locked) => {
      if (action.kind === 'stop') return stopRollout(locked, action.deploymentArn);
      if (action.register !== undefined) {
        registered = await registerContent(locked, action.register, notes);
      }
      if (registered !== undefined) await giveWayToOthers(locked, registered);
      await runTaskBefore(locked, action, registered);
      if (signal.aborted) throw cancelled(`“${plan.title}”`);
      return startRollout(locked, action, registered);
    });
  } catch (error) {
    throw gaveWay(error) ? error : leaveBehind(execution, registered, error);
  }
}

/** Writes down where a release stopped, and returns the error that says how to continue. */
export function leaveBehind(
  { dependencies, plan, entry }: Execution,
  registered: string | undefined,
  error: unknown,
): unknown {
  const { entries } = dependencies.journal;
  const sentence =
    error instanceof SlipwayError ? error.message : 'It failed unexpectedly. See the log for details.';
  if (registered === undefined) {
    entries.update(entry, { state: 'failed', sentence });
    return error;
  }
  const revision = revisionNameOf(registered);
  const left = `${revision} was registered, but wasn't deployed to ${serviceLabel(plan.service)}. ${sentence}`;
  entries.update(entry, { state: 'unfinished', sentence: left });
  const { code, detail, retryable } =
    error instanceof SlipwayError ? error : new SlipwayError('INTERNAL', sentence);
  return new SlipwayError(code, `${left} Resume the release, or deregister ${revision}.`, {
    retryable,
    detail: { ...detail, releaseId: entry, taskDefinitionArn: registered },
    cause: error,
  });
}

function requireConfirmation({ confirmation, service }: StoredPlan, typed: string | undefined): void {
  if (confirmation === undefined || confirmation === typed) return;
  throw new SlipwayError(
    'INVALID_INPUT',
    `A change of ${serviceLabel(service)} has to be confirmed: type ${confirmation}.`,
  );
}

function requireReason({ needsReason, service }: StoredPlan, why: string | undefined): void {
  if (needsReason !== true || (why ?? '').trim() !== '') return;
  throw new SlipwayError(
    'INVALID_INPUT',
    `A release to ${serviceLabel(service)} needs a reason, because a rule of environments.yml or slipway.yml asks for one. Give the reason and try again.`,
    { detail: { field: 'why' } },
  );
}

function carriedOutBefore({ title }: StoredPlan, claimedAt: string | undefined): SlipwayError {
  const when = claimedAt === undefined ? 'a moment ago' : `at ${claimedAt}`;
  return new SlipwayError(
    'CONFLICT',
    `“${title}” was already executed ${when}. A plan runs only once. See the journal, or create a new plan.`,
  );
}
