import type { JournalEntry } from '../../../../shared/model/journal.ts';

/** The columns of an exported journal, and what stands in them. */
const COLUMNS: Readonly<Record<string, (entry: JournalEntry) => string | undefined>> = {
  at: ({ at }) => at,
  account: ({ account }) => account,
  region: ({ region }) => region,
  cluster: ({ cluster }) => cluster,
  subject: ({ subject }) => subject,
  kind: ({ kind }) => kind,
  title: ({ title }) => title,
  state: ({ state }) => state,
  outcome: ({ outcome }) => outcome,
  revision: ({ taskDefinitionArn }) => taskDefinitionArn?.split('/').at(-1),
  by: ({ callerIdentity }) => callerIdentity,
  reason: ({ why }) => why,
  link: ({ link }) => link,
  commit: ({ commit }) => commit,
  result: ({ sentence }) => sentence,
  settledAt: ({ settledAt }) => settledAt,
  approvedBy: ({ approvedBy }) => approvedBy,
  plannedBy: ({ plannedBy }) => plannedBy,
};

/** Each change as one line of JSON (https://jsonlines.org). */
export function jsonLinesOf(entries: readonly JournalEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

/** The facts of each change as a table (RFC 4180). Steps, checks and evidence are in the JSON alone. */
export function csvOf(entries: readonly JournalEntry[]): string {
  const rows = entries.map((entry) => Object.values(COLUMNS).map((read) => read(entry) ?? ''));
  return [Object.keys(COLUMNS), ...rows].map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
}

/** A text that spreadsheets would run as a formula gets an apostrophe before it (OWASP, "CSV Injection"). */
function cellOf(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
