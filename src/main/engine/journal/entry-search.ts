import type { Immutable } from '../../../shared/model/immutable.ts';
import type { JournalEntry, JournalSearch } from '../../../shared/model/journal.ts';
import type { ReadEntries } from './entry-rows.ts';

/** A search, and where in its result to start. */
export type PageWanted = Immutable<JournalSearch> & {
  readonly limit: number;
  /** The id of the last entry of the page before. */
  readonly before?: string | undefined;
};

export interface EntrySearch {
  /** The newest 500 that a search finds, newest first. */
  list(search: Immutable<JournalSearch>): readonly JournalEntry[];
  /** Newest first; `next` when there are older ones. */
  page(wanted: PageWanted): { readonly entries: readonly JournalEntry[]; readonly next?: string };
  /** All that a search finds, oldest first, at most `size` at a time. Others may write meanwhile. */
  batches(search: Immutable<JournalSearch>, size: number): Generator<readonly JournalEntry[]>;
}

const MOST_LISTED = 500;

const EXACT = ['region', 'cluster', 'subject', 'kind', 'state', 'outcome'] as const;

/** Where the words of a search are looked for. */
const TEXT = [
  'title',
  'why',
  'link',
  'git_commit',
  'caller_identity',
  'approved_by',
  'planned_by',
  'account',
  'cluster',
  'subject',
  'sentence',
  'task_definition_arn',
  'deployment_arn',
].map((column) => `coalesce(${column}, '')`);

/** A condition of SQL with the values of its placeholders. */
interface Condition {
  readonly sql: string;
  readonly values: readonly string[];
}

/** The ids of all accounts of this machine that are the same AWS account, with the given one. */
export type SameAccount = (account: string) => readonly string[];

export function createEntrySearch({ select }: ReadEntries, sameAccount: SameAccount): EntrySearch {
  const conditionsOf = (search: Immutable<JournalSearch>): readonly Condition[] => [
    ...(search.account === undefined ? [] : [isOfAccount(sameAccount(search.account))]),
    ...otherConditionsOf(search),
  ];

  const page: EntrySearch['page'] = ({ limit, before, ...search }) => {
    const conditions = [...conditionsOf(search), ...(before === undefined ? [] : [isBefore(before)])];
    // One more than requested, to see whether there are older ones.
    const found = select(`${whereOf(conditions)} ORDER BY at DESC, rowid DESC LIMIT ${limit + 1}`, [
      ...valuesOf(conditions),
    ]);
    const entries = found.slice(0, limit);
    const last = entries.at(-1);
    return { entries, ...(found.length > limit && last !== undefined ? { next: last.id } : {}) };
  };

  return {
    page,
    list: (search) => page({ ...search, limit: MOST_LISTED }).entries,
    *batches(search, size) {
      let last: string | undefined;
      for (;;) {
        const conditions = [...conditionsOf(search), ...(last === undefined ? [] : [isAfter(last)])];
        const batch = select(`${whereOf(conditions)} ORDER BY at, rowid LIMIT ${size}`, [
          ...valuesOf(conditions),
        ]);
        if (batch.length > 0) yield batch;
        if (batch.length < size) return;
        last = batch.at(-1)?.id;
      }
    },
  };
}

/** Entries of others are stored under one profile, and are about all profiles of the AWS account. */
function isOfAccount(accounts: readonly string[]): Condition {
  return { sql: `account IN (${accounts.map(() => '?').join(', ')})`, values: accounts };
}

function otherConditionsOf(search: Immutable<JournalSearch>): readonly Condition[] {
  const exact = EXACT.flatMap((column) => {
    const value = search[column];
    return value === undefined ? [] : [{ sql: `${column} = ?`, values: [value] }];
  });
  const since = search.since === undefined ? [] : [{ sql: 'at >= ?', values: [instantOf(search.since)] }];
  const until = search.until === undefined ? [] : [{ sql: 'at <= ?', values: [instantOf(search.until)] }];
  const words = (search.text ?? '').split(/\s+/).filter((word) => word !== '');
  return [...exact, ...since, ...until, ...words.map(holdsWord)];
}

/** Times are compared as text, so that they are all written alike. */
function instantOf(at: string): string {
  return new Date(at).toISOString();
}

function holdsWord(word: string): Condition {
  const pattern = `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  // A separator that is never typed, so that a search word can't match across two fields.
  return { sql: String.raw`${TEXT.join(` || char(10) || `)} LIKE ? ESCAPE '\'`, values: [pattern] };
}

function isBefore(id: string): Condition {
  return { sql: '(at, rowid) < (SELECT at, rowid FROM entries WHERE id = ?)', values: [id] };
}

function isAfter(id: string): Condition {
  return { sql: '(at, rowid) > (SELECT at, rowid FROM entries WHERE id = ?)', values: [id] };
}

function whereOf(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.map(({ sql }) => `(${sql})`).join(' AND ')}`;
}

function valuesOf(conditions: readonly Condition[]): readonly string[] {
  return conditions.flatMap(({ values }) => values);
}
