import { SlipwayError } from '../../../shared/errors.ts';
import type { JournalKind } from '../../../shared/model/journal.ts';
import type { Hold } from '../../../shared/model/lock.ts';
import { utcText } from '../../../shared/moment-text.ts';
import type { Aws } from '../aws/aws.ts';
import { readCallerIdentity } from '../aws/caller-identity.ts';
import type { GuardedChangeDependencies } from '../aws/guarded-changes.ts';
import { waitUnlessCancelled } from '../aws/retry.ts';
import { requireChangeable } from '../environments/guarded-change.ts';
import type { Journal } from '../journal/journal.ts';
import { recordChange } from '../journal/record-step.ts';
import type { Handlers } from '../ports/handlers.ts';
import { requireReplaceable } from './holds.ts';
import type { HoldPlace } from './lock-table.ts';
import type { Locks } from './service-locks.ts';

interface LockHandlerOptions extends GuardedChangeDependencies {
  readonly locks: Locks;
  readonly aws: Aws;
  /** Milliseconds between two looks at the queue. */
  readonly pollIntervalMs: number;
}

/** What a page that polls the status shows may be this old. */
const SHOWN_MS = 1_000;

/** Locks and holds for the window and the command line. */
export function createLockHandlers(
  options: LockHandlerOptions,
): Pick<Handlers, 'locks.status' | 'locks.hold' | 'locks.unhold' | 'locks.wait'> {
  const { locks, aws, logger, pollIntervalMs } = options;
  return {
    'locks.status': (place) => locks.status(place, SHOWN_MS),
    async 'locks.hold'({ why, until, ...place }, { signal }) {
      requireHoldable(options, place);
      const by = await readCallerIdentity({ aws, logger }, place, signal);
      const { hold, clusterHold } = await locks.status(place, 0);
      requireReplaceable(place.service === undefined ? clusterHold : hold, { by }, nameOf(place));
      const end = until === undefined ? '' : ` until ${utcText(until)}`;
      return recordHold(options, { place, by, why, title: `Put ${nameOf(place)} on hold${end}` }, () =>
        locks.hold(place, { why, by, until }),
      );
    },
    async 'locks.unhold'({ why, ...place }, { signal }) {
      requireHoldable(options, place);
      const { ledger, problem, hold, clusterHold } = await locks.status(place, 0);
      if (ledger === 'unavailable') throw new SlipwayError('UNAVAILABLE', problem ?? '', { retryable: true });
      const held = place.service === undefined ? clusterHold : hold;
      if (held === undefined) return endNothing(options, place);
      const by = await readCallerIdentity({ aws, logger }, place, signal);
      const title = `End the hold of ${nameOf(place)}: ${held.why}`;
      return recordHold(options, { place, by, why, title }, async () => {
        const ended = await locks.unhold(place);
        if (ended === undefined) throw notHeld(place);
        return ended;
      });
    },
    async 'locks.wait'(service, { signal, emit }) {
      const by = await readCallerIdentity({ aws, logger }, service, signal);
      const { reservedUntil } = await locks.wait(service, by, {
        pause: () => waitUnlessCancelled(pollIntervalMs, signal, 'Waiting for the lock'),
        onPlace: emit,
      });
      return { reservedUntil: reservedUntil.toISOString() };
    },
  };
}

/** A hold that has ended by itself is removed without an entry: nobody is stopped by it any more. */
async function endNothing({ locks }: LockHandlerOptions, place: HoldPlace): Promise<Hold> {
  await locks.unhold(place);
  throw notHeld(place);
}

function notHeld(place: HoldPlace): SlipwayError {
  return new SlipwayError('NOT_FOUND', `${nameOf(place)} is not on hold, so there is nothing to end.`);
}

function nameOf({ cluster, service }: HoldPlace): string {
  return service === undefined ? `the cluster ${cluster}` : `${cluster}/${service}`;
}

/**
 * A read-only place refuses holds like every other change. Its windows and its confirmation don't count: a hold only stops
 * changes, often in an incident, and a change after its end is checked by itself.
 */
function requireHoldable({ accounts, environments, locks }: LockHandlerOptions, place: HoldPlace): void {
  locks.requireLedger(place);
  const { account } = accounts.find(place.account);
  requireChangeable(environments.guardOf({ ...place, account }), nameOf(place));
}

interface HoldChange {
  readonly place: HoldPlace;
  readonly by: string | undefined;
  readonly why: string | undefined;
  readonly title: string;
}

/** The journal has each hold and its end, and shares them like other changes. */
function recordHold(
  { journal }: LockHandlerOptions,
  { place, by, why, title }: HoldChange,
  send: () => Promise<Hold>,
): Promise<Hold> {
  const { account, region, cluster, service } = place;
  const subject = service ?? cluster;
  return recordChange(journal.entries, {
    begin: {
      account,
      region,
      cluster,
      subject,
      kind: service === undefined ? 'cluster-hold' : 'hold',
      title,
      ...(why === undefined ? {} : { why }),
      ...(by === undefined ? {} : { callerIdentity: by }),
    },
    call: { operation: 'UpdateItem', target: nameOf(place) },
    send,
    resultOf: () => undefined,
  });
}

/** What to look at where the answer about a change of the ledger is missing. */
const LOOK_AT: Readonly<Partial<Record<JournalKind, string>>> = {
  hold: 'Look at the hold before you rely on it.',
  'cluster-hold': 'Look at the hold before you rely on it.',
  withdrawal: 'Look whether the plan still waits.',
};

/** Holds and withdrawals of plans whose process ended between their request and its answer. */
export function recoverLedgerChanges({ entries }: Pick<Journal, 'entries'>): void {
  for (const { id, kind } of entries.interrupted()) {
    const next = LOOK_AT[kind];
    if (next === undefined || !entries.takeOver(id)) continue;
    entries.update(id, { state: 'failed', sentence: `Slipway ended before the ledger answered. ${next}` });
  }
}
