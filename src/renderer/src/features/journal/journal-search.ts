import type { JournalSearch } from '../../../../shared/model/journal.ts';
import type { JournalPageSearch, JournalResult } from '../../lib/journal-filters.ts';
import { JOURNAL_TEXT } from './journal-text.ts';

/** The results that the page can filter by, with their search in the journal. */
export const RESULTS = [
  { value: 'open', label: JOURNAL_TEXT.states.open, search: { state: 'open' } },
  { value: 'succeeded', label: JOURNAL_TEXT.states.done, search: { outcome: 'succeeded' } },
  { value: 'rolled-back', label: JOURNAL_TEXT.rolledBack, search: { outcome: 'rolled-back' } },
  { value: 'failed', label: JOURNAL_TEXT.states.failed, search: { state: 'failed' } },
  { value: 'unfinished', label: JOURNAL_TEXT.states.unfinished, search: { state: 'unfinished' } },
] as const satisfies readonly {
  readonly value: JournalResult;
  readonly label: string;
  readonly search: JournalSearch;
}[];

/** What the address of the page searches for. A day begins at midnight where the person is. */
export function searchOf({ q = '', account, result, since }: JournalPageSearch): JournalSearch {
  const day = since === undefined ? undefined : new Date(`${since}T00:00:00`);
  return {
    ...(q.trim() === '' ? {} : { text: q.trim() }),
    ...(account === undefined ? {} : { account }),
    ...RESULTS.find(({ value }) => value === result)?.search,
    ...(day === undefined || Number.isNaN(day.getTime()) ? {} : { since: day.toISOString() }),
  };
}
