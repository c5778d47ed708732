import type { JournalSearch } from '../../../../shared/model/journal.ts';
import { JOURNAL_TEXT } from './journal-text.ts';

/** What the fields of the journal page hold. */
export interface JournalFields {
  readonly text: string;
  readonly account: string;
  readonly result: string;
  readonly since: string;
}

export const NO_FIELDS: JournalFields = { text: '', account: '', result: '', since: '' };

/** The results that the page can filter by, with their search in the journal. */
export const RESULTS = [
  { value: 'open', label: JOURNAL_TEXT.states.open, search: { state: 'open' } },
  { value: 'succeeded', label: JOURNAL_TEXT.states.done, search: { outcome: 'succeeded' } },
  { value: 'rolled-back', label: JOURNAL_TEXT.rolledBack, search: { outcome: 'rolled-back' } },
  { value: 'failed', label: JOURNAL_TEXT.states.failed, search: { state: 'failed' } },
  { value: 'unfinished', label: JOURNAL_TEXT.states.unfinished, search: { state: 'unfinished' } },
] as const satisfies readonly {
  readonly value: string;
  readonly label: string;
  readonly search: JournalSearch;
}[];

/** The search of the fields; an empty one does not matter. A day begins at midnight where the person is. */
export function searchOf({ text, account, result, since }: JournalFields): JournalSearch {
  const day = since === '' ? undefined : new Date(`${since}T00:00:00`);
  return {
    ...(text.trim() === '' ? {} : { text: text.trim() }),
    ...(account === '' ? {} : { account }),
    ...RESULTS.find(({ value }) => value === result)?.search,
    ...(day === undefined || Number.isNaN(day.getTime()) ? {} : { since: day.toISOString() }),
  };
}
