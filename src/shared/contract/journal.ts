import { z } from 'zod';
import { JournalEntry, JournalPage, JournalSearch } from '../model/journal.ts';
import type { Methods } from './method.ts';

/** What was changed through Slipway. */
export const journalMethods = {
  'journal.list': {
    kind: 'query',
    about: 'Changes made through Slipway, newest first, a page at a time; searchable. Kept permanently.',
    input: z.strictObject({
      ...JournalSearch.shape,
      limit: z.number().int().min(1).max(500).default(100),
      before: z.uuid().optional().describe('the id of the last entry of the page before'),
    }),
    output: JournalPage,
  },
  'journal.export': {
    kind: 'stream',
    about: 'All changes that a search finds, oldest first, in batches. Returns their number.',
    input: JournalSearch,
    event: z.object({ entries: z.array(JournalEntry) }),
    output: z.object({ count: z.number().int() }),
  },
} as const satisfies Methods;
