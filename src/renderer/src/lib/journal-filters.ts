import { filterTextOf, parseFilterSearch, type RawSearch } from './search.ts';

export const JOURNAL_RESULTS = ['open', 'succeeded', 'rolled-back', 'failed', 'unfinished'] as const;
export type JournalResult = (typeof JOURNAL_RESULTS)[number];

/** Which changes the journal shows. */
export interface JournalPageSearch {
  readonly q?: string | undefined;
  readonly account?: string | undefined;
  readonly result?: JournalResult | undefined;
  /** A day such as `2026-11-30`. */
  readonly since?: string | undefined;
}

/** The search of the journal; what it does not know falls away. */
export function parseJournalSearch(raw: RawSearch): JournalPageSearch {
  const account = filterTextOf(raw.account);
  const result = JOURNAL_RESULTS.find((each) => each === raw.result);
  const since = filterTextOf(raw.since);
  return {
    ...(account !== undefined && { account }),
    ...(result && { result }),
    ...(since !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(since) && { since }),
    ...parseFilterSearch(raw),
  };
}
