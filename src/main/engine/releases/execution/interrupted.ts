import type { JournalEntry } from '../../../../shared/model/journal.ts';
import { revisionNameOf, serviceLabel } from '../../aws/arns.ts';
import type { Execution } from './execution.ts';

export const ENDED = 'Slipway quit before this finished';
export const NOTHING_SENT = `${ENDED}. Nothing was sent or changed; create a new plan.`;

/** An interrupted release as the journal has it, with what it takes to ask AWS. */
export interface InterruptedRelease extends Execution {
  readonly written: JournalEntry;
}

/** Nothing was told to the service: what is left behind is at most a revision. */
export function settleUnsent(
  { dependencies, plan, entry }: InterruptedRelease,
  registered: string | undefined,
): void {
  const { entries } = dependencies.journal;
  if (registered === undefined) {
    entries.update(entry, { state: 'failed', sentence: NOTHING_SENT });
    return;
  }
  const sentence = `${revisionNameOf(registered)} was registered, but wasn't deployed to ${serviceLabel(plan.service)}: ${ENDED}.`;
  entries.update(entry, { state: 'unfinished', sentence });
}
