import { z } from 'zod';
import { JournalEntry, JournalPage, JournalSearch } from '../model/journal.ts';
import { lazyObject, lazyStrictObject } from '../model/lazy-objects.ts';
import type { Methods } from './method.ts';

/** The journal of changes. */
export const journalMethods = {
  'journal.list': {
    kind: 'query',
    about:
      'Lists changes made through Slipway, newest first, one page at a time; searchable. Entries are kept ' +
      'permanently.',
    input: lazyStrictObject(() => ({
      ...JournalSearch.shape,
      limit: z.number().int().min(1).max(500).default(100),
      before: z.uuid().optional().describe('the id of the last entry of the previous page'),
    })),
    output: JournalPage,
  },
  'journal.export': {
    kind: 'stream',
    about: 'Streams all changes that match a search, oldest first, in batches. Returns their number.',
    input: JournalSearch,
    event: lazyObject(() => ({ entries: z.array(JournalEntry) })),
    output: lazyObject(() => ({ count: z.number().int() })),
  },
} as const satisfies Methods;
