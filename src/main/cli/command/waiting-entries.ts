import type { LedgerState } from '../../../shared/model/ledger.ts';

/** What a command prints at its end about entries that are not in the ledger yet; undefined if there are none. */
export function waitingSentence({ waiting, problem }: LedgerState): string | undefined {
  if (waiting === 0) return undefined;
  const why = problem ?? 'The ledger did not answer in time.';
  return `${waiting} ${waiting === 1 ? 'entry is' : 'entries are'} not in the ledger yet. The next command sends ${waiting === 1 ? 'it' : 'them'}. ${why}`;
}
