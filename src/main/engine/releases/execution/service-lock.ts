import { SlipwayError } from '../../../../shared/errors.ts';
import type { JournalEntry } from '../../../../shared/model/journal.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { utcText } from '../../../../shared/moment-text.ts';
import { serviceLabel } from '../../aws/arns.ts';
import { isUnsure, waitUnlessCancelled, withRetry } from '../../aws/retry.ts';
import type { Journal } from '../../journal/journal.ts';
import { holdLabel } from '../../ledger/lock-item.ts';
import type { HeldLock } from '../../ledger/locks.ts';
import type { Locking } from '../../ledger/service-locks.ts';
import { HELD } from '../checks/hold-checks.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import type { StoredPlan } from '../model/stored-plan.ts';
import { type Execution, sendStep } from './execution.ts';
import { requireNoClaim, withServiceClaim } from './service-claim.ts';
import { readUnchangedService } from './stale-plan.ts';

/** What asks for the lock of a service. */
interface LockRequest extends Pick<Execution, 'dependencies' | 'plan' | 'entry'> {
  /** Who releases, in short. */
  readonly by: string | undefined;
}

/**
 * Asks the ledger for the lock. Comes before the entry of the journal, so that a release that waits for its turn and tries
 * again leaves one entry. Throws STALE_PLAN, with who it is, when somebody else has the lock. A stop goes on without it: it
 * names its deployment, ECS decides, and it must not wait. `withServiceLock` gives the lock back.
 */
export async function askForLock({ dependencies, plan, entry, by }: LockRequest): Promise<Locking> {
  const { locks } = dependencies;
  if (locks === undefined) return { kind: 'none' };
  const takesBack = takenBack(dependencies, plan, entry);
  const locking = await locks.take(plan.service, { id: entry, takesBack, by, what: plan.title });
  if (locking.kind === 'held' && plan.action.kind !== 'stop') throw lockedInLedger(plan, locking.label);
  return locking;
}

/** A release with task sets has the lock until its last call, so that what takes it back takes the lock over. */
function takenBack(
  { journal }: ReleaseDependencies,
  { kind, service, action }: StoredPlan,
  entry: string,
): string | undefined {
  if (kind !== 'rollback' || action.kind !== 'update' || action.taskSet === undefined) return undefined;
  return openTaskSetReleases(journal, service).find(({ id }) => id !== entry)?.id;
}

/** The releases of the service with task sets that have not ended; first the newest, such as the rollback of the other. */
export function openTaskSetReleases(
  journal: Journal,
  { service: subject, ...place }: ServiceRef,
): readonly JournalEntry[] {
  return journal.entries
    .list({ ...place, subject, state: 'open' })
    .filter(({ calls }) => calls.some(({ operation }) => operation === 'UpdateServicePrimaryTaskSet'));
}

/**
 * Has the lock for the later calls of a release with task sets, whose first call has left it, while `act` sends them. Throws
 * STALE_PLAN when somebody else has it by then, UNAVAILABLE where a rule wants it and the ledger does not answer.
 */
export async function withLaterLock<T>(
  execution: Execution,
  act: (locked: Execution) => Promise<T>,
): Promise<T> {
  const { dependencies, plan, entry } = execution;
  const { locks, journal } = dependencies;
  const by = journal.entries.find(entry)?.callerIdentity;
  const locking = await locks?.take(plan.service, { id: entry, by, what: plan.title });
  if (locking?.kind === 'held') throw lockLost(plan, locking.label);
  if (locking?.kind === 'unavailable' && locking.isRequired) {
    throw new SlipwayError('UNAVAILABLE', locking.problem, { retryable: true });
  }
  if (locking?.kind !== 'taken') return act(execution);
  const { lock } = locking;
  try {
    const ecs = dependencies.aws.ecsUntil(plan.service, 'clicked', lock);
    return await act({ ...execution, ecs, lock });
  } catch (error) {
    if (isUnsure(error)) lock.leave();
    throw error;
  } finally {
    await lock.giveBack();
  }
}

/** Gives a lock back that nothing was done with. */
export async function giveLockBack(locking: Locking): Promise<void> {
  if (locking.kind === 'taken') await locking.lock.giveBack();
}

/**
 * Has the service for this change alone while `act` reads its base and changes it: of all those of this machine by the
 * journal, and of all others by the lock of the ledger, or by a claim on the service where there is none. Throws
 * STALE_PLAN, with who it is, when another change is at it. A stop has no claim.
 *
 * @param act gets the execution whose calls the lock limits
 */
export async function withServiceLock<T>(
  execution: Execution,
  locking: Locking,
  act: (locked: Execution) => Promise<T>,
): Promise<T> {
  const { plan, entry } = execution;
  const { holds } = execution.dependencies.journal;
  try {
    await takeService(execution);
  } catch (error) {
    await giveLockBack(locking);
    throw error;
  }
  try {
    return await withLedgerLock(execution, locking, act);
  } finally {
    holds.release(plan.service, entry);
  }
}

const SERVICE_POLL_MS = 100;
/** A call of a release with task sets ends long before. */
const MOST_SERVICE_POLLS = 50;

/** Takes the service for this change. One that takes a release back waits until the call is sent that this release is at. */
async function takeService(execution: Execution): Promise<void> {
  const { dependencies, plan, entry, signal } = execution;
  const { holds } = dependencies.journal;
  const takesBack = takenBack(dependencies, plan, entry);
  for (let poll = 1; !holds.take(plan.service, entry); poll += 1) {
    const isItsRelease = takesBack !== undefined && holds.holderOf(plan.service) === takesBack;
    if (!isItsRelease || poll > MOST_SERVICE_POLLS) throw lockedByAnother(execution);
    await waitUnlessCancelled(SERVICE_POLL_MS, signal, `“${plan.title}”`);
  }
}

async function withLedgerLock<T>(
  execution: Execution,
  locking: Locking,
  act: (locked: Execution) => Promise<T>,
): Promise<T> {
  switch (locking.kind) {
    case 'taken':
      return underLock(execution, locking.lock, act);
    case 'none':
      return withClaim(execution, act);
    case 'held':
      await sayUnlocked(execution, `it is taken (${locking.label}). A stop doesn't wait: ECS decides`);
      return act(execution);
    case 'unavailable':
      if (locking.isRequired) throw refusedUnlocked(execution, locking.problem);
      await sayUnlocked(execution, locking.problem);
      return withClaim(execution, act);
  }
}

function withClaim<T>(execution: Execution, act: (locked: Execution) => Promise<T>): Promise<T> {
  return execution.plan.action.kind === 'stop'
    ? act(execution)
    : withServiceClaim(execution, () => act(execution));
}

/**
 * No claim of its own: the ledger decides, in one request in place of two tags and their reads, and by AWS's time. A claim of
 * a change without a lock still counts, such as that of a Slipway that can't ask the ledger.
 */
async function underLock<T>(
  execution: Execution,
  lock: HeldLock,
  act: (locked: Execution) => Promise<T>,
): Promise<T> {
  const { dependencies, plan, signal } = execution;
  try {
    requireNoHold(execution, lock);
    const ecs = dependencies.aws.ecsUntil(plan.service, 'clicked', lock);
    if (plan.action.kind !== 'stop') {
      requireNoClaim(execution, await withRetry(signal, () => readUnchangedService(ecs, plan, signal)));
    }
    const answer = await act({ ...execution, ecs, lock });
    if (hasLaterCalls(plan)) lock.leave();
    return answer;
  } catch (error) {
    if (isUnsure(error)) lock.leave();
    throw error;
  } finally {
    await lock.giveBack();
  }
}

function hasLaterCalls({ action }: StoredPlan): boolean {
  return action.kind === 'update' && action.taskSet !== undefined;
}

/** A hold that was made after the checks. */
function requireNoHold({ dependencies, plan, entry }: Execution, { hold }: HeldLock): void {
  const overrides = dependencies.journal.entries.find(entry)?.overrides ?? [];
  if (hold === undefined || overrides.some(({ rule }) => rule === HELD)) return;
  throw new SlipwayError(
    'PREFLIGHT_FAILED',
    `“${plan.title}” was not started: ${serviceLabel(plan.service)} is ${holdLabel(hold)}. Refresh, then override the check ${HELD}, or wait.`,
    { detail: { rule: HELD } },
  );
}

/** Says in the journal that nothing holds back others, and why. */
async function sayUnlocked(execution: Execution, why: string): Promise<void> {
  const sentence = `without the lock of the ledger: ${why}`;
  await sendStep(
    execution,
    LOCK_OPERATION,
    async () => sentence,
    (said) => said,
  );
}

/** How a lock is taken. */
const LOCK_OPERATION = 'UpdateItem';

function refusedUnlocked({ plan }: Execution, problem: string): SlipwayError {
  return new SlipwayError(
    'PREFLIGHT_FAILED',
    `“${plan.title}” was not started, because the lock of ${serviceLabel(plan.service)} can't be taken and a rule refuses releases without it. ${problem}`,
    { detail: { rule: 'ledger' } },
  );
}

function lockedInLedger(plan: StoredPlan, label: string): SlipwayError {
  return new SlipwayError(
    'STALE_PLAN',
    `${serviceLabel(plan.service)} is locked: ${label}. Nothing was sent. Wait for the lock, or refresh in a moment.`,
    { detail: { lock: 'held' } },
  );
}

function lockLost({ service }: StoredPlan, label: string): SlipwayError {
  return new SlipwayError(
    'STALE_PLAN',
    `The lock of ${serviceLabel(service)} was lost: ${label}. Nothing more was sent. Check the service, then refresh.`,
    { detail: { lock: 'lost' } },
  );
}

function lockedByAnother({ dependencies, plan }: Execution): SlipwayError {
  const { holds, entries } = dependencies.journal;
  const holder = entries.find(holds.holderOf(plan.service) ?? '');
  const by = holder?.callerIdentity === undefined ? '' : ` by ${holder.callerIdentity}`;
  const which = holder === undefined ? '' : ` (“${holder.title}”${by}, since ${utcText(holder.at)})`;
  return new SlipwayError(
    'STALE_PLAN',
    `Another release of ${serviceLabel(plan.service)} is starting${which}. Wait until it has started, then refresh.`,
  );
}
