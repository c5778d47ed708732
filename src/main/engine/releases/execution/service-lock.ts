import { SlipwayError } from '../../../../shared/errors.ts';
import { utcText } from '../../../../shared/moment-text.ts';
import { serviceLabel } from '../../aws/arns.ts';
import { isUnsure, withRetry } from '../../aws/retry.ts';
import { holdLabel } from '../../ledger/lock-item.ts';
import type { HeldLock } from '../../ledger/locks.ts';
import type { Locking } from '../../ledger/service-locks.ts';
import { HELD } from '../checks/hold-checks.ts';
import { type Execution, sendStep } from './execution.ts';
import { requireNoClaim, withServiceClaim } from './service-claim.ts';
import { readUnchangedService } from './stale-plan.ts';

/**
 * Has the service for this change alone while `act` reads its base and changes it: of all those of this machine by the
 * journal, and of all others by the lock of the ledger, or by a claim on the service where there is none. Throws
 * STALE_PLAN, with who it is, when another change is at it. A stop has no claim and goes on without a lock that somebody
 * else has: it names its deployment, ECS decides, and it must not wait.
 *
 * @param act gets the execution whose calls the lock limits
 */
export async function withServiceLock<T>(
  execution: Execution,
  act: (locked: Execution) => Promise<T>,
): Promise<T> {
  const { dependencies, plan, entry } = execution;
  const { holds } = dependencies.journal;
  if (!holds.take(plan.service, entry)) throw lockedByAnother(execution);
  try {
    return await withLedgerLock(execution, act);
  } finally {
    holds.release(plan.service, entry);
  }
}

async function withLedgerLock<T>(execution: Execution, act: (locked: Execution) => Promise<T>): Promise<T> {
  const locking = await takeLock(execution);
  switch (locking.kind) {
    case 'taken':
      return underLock(execution, locking.lock, act);
    case 'none':
      return withClaim(execution, act);
    case 'held':
      if (execution.plan.action.kind !== 'stop') throw lockedInLedger(execution, locking.label);
      await sayUnlocked(execution, `it is taken (${locking.label}). A stop doesn't wait: ECS decides`);
      return act(execution);
    case 'unavailable':
      if (locking.isRequired) throw refusedUnlocked(execution, locking.problem);
      await sayUnlocked(execution, locking.problem);
      return withClaim(execution, act);
  }
}

function takeLock({ dependencies, plan, entry }: Execution): Promise<Locking> {
  const { locks, journal } = dependencies;
  if (locks === undefined) return Promise.resolve({ kind: 'none' });
  const by = journal.entries.find(entry)?.callerIdentity;
  return locks.take(plan.service, { id: entry, by, what: plan.title });
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
    return await act({ ...execution, ecs, lock });
  } catch (error) {
    if (isUnsure(error)) lock.mayArriveLate();
    throw error;
  } finally {
    await lock.giveBack();
  }
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

function lockedInLedger({ plan }: Execution, label: string): SlipwayError {
  return new SlipwayError(
    'STALE_PLAN',
    `${serviceLabel(plan.service)} is locked: ${label}. Nothing was sent. Wait for the lock (--wait-lock), or refresh in a moment.`,
    { detail: { lock: 'held' } },
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
