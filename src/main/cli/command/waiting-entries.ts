import type { LedgerState } from '../../../shared/model/ledger.ts';

/** What a command says at its end about entries that its ledger does not have yet; undefined where nothing waits. */
export function waitingSentence({ waiting, problem }: LedgerState): string | undefined {
  if (waiting === 0) return undefined;
  const why = problem ?? 'The ledger has not answered in time.';
  return `Not shared yet: ${waiting} ${waiting === 1 ? 'entry waits' : 'entries wait'} on this machine, and the next command sends them. ${why}`;
}
