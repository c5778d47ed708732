import type { Handlers } from '../handlers.ts';
import type { Journal } from './journal.ts';

/** The methods that read the journal. */
export function createJournalHandlers(journal: Journal): Pick<Handlers, 'journal.list'> {
  return {
    'journal.list': async (filter) => {
      journal.entries.endBrokenOff();
      return journal.entries.list(filter);
    },
  };
}
