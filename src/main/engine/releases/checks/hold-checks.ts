import type { Hold, LockStatus } from '../../../../shared/model/lock.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import { failUnlessOverridden, pass, unknown, warn } from '../../ecs/check.ts';
import { holderLabel, holdLabel } from '../../ledger/lock-item.ts';

/** The check of holds, as overrideOf names it. */
export const HELD = 'held';

/** What the ledger says about a change of the service now: whether a person stops it, and whether somebody changes it. */
export function holdChecks({
  ledger,
  problem,
  hold,
  clusterHold,
  holder,
  waiting,
}: LockStatus): readonly Check[] {
  if (ledger === 'none') return [];
  if (ledger === 'unavailable') return [ledgerIsUnavailable(problem ?? '')];
  const held = [
    ...(hold === undefined ? [] : [isHeld('The service', hold)]),
    ...(clusterHold === undefined ? [] : [isHeld('The cluster', clusterHold)]),
  ];
  return [
    // One override goes ahead over both.
    ...(held.length === 0 ? [pass(HELD, 'Neither the service nor its cluster is on hold')] : held),
    ...(holder === undefined
      ? []
      : [
          warn(
            'lock',
            `The service is locked: ${holderLabel(holder)}${waiting.length === 0 ? '' : `; waiting: ${waiting.length}`}`,
            'A release is refused until the lock is given back. Wait for the lock, or refresh.',
          ),
        ]),
  ];
}

function isHeld(what: string, hold: Hold): Check {
  return failUnlessOverridden(
    HELD,
    `${what} is ${holdLabel(hold)}`,
    `Wait until the hold ends or ask ${hold.by ?? 'who made it'} to end it, or override this check.`,
  );
}

function ledgerIsUnavailable(problem: string): Check {
  return unknown(
    HELD,
    "Couldn't ask the ledger for holds and the lock, so this release isn't locked",
    problem,
  );
}
