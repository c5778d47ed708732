import { cancelled } from '../../../shared/errors.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Journal } from './journal.ts';

const EXPORT_BATCH = 200;

/**
 * The methods that read the journal. `findInterrupted` is called on each read: changes that were interrupted
 * by the end of another process are to be resolved.
 */
export function createJournalHandlers(
  journal: Journal,
  findInterrupted: () => void,
): Pick<Handlers, 'journal.list' | 'journal.export'> {
  return {
    'journal.list': async (wanted) => {
      findInterrupted();
      const { problem } = journal;
      return { ...journal.entries.page(wanted), ...(problem === undefined ? {} : { problem }) };
    },
    'journal.export': async (search, { signal, emit }) => {
      let count = 0;
      for (const entries of journal.entries.batches(search, EXPORT_BATCH)) {
        if (signal.aborted) throw cancelled('The export of the journal');
        emit({ entries });
        count += entries.length;
        // A long journal must not keep the engine from everything else.
        await new Promise((resume) => setImmediate(resume));
      }
      return { count };
    },
  };
}
