import { useMemo } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { JournalEntry } from '../../../../shared/model/journal.ts';
import { useEngineQuery } from '../../lib/queries.ts';

const NEWEST_ENTRIES = 500;

/** Revisions whose last release through Slipway failed, by name, with what it said. It is in the journal: AWS is not asked. */
export function useFailedRevisions({ account, region }: Scope): ReadonlyMap<string, string> {
  const journal = useEngineQuery(
    'journal.list',
    { account, region, limit: NEWEST_ENTRIES },
    { staleMs: 15_000 },
  );
  return useMemo(() => failedIn(journal.data?.entries ?? []), [journal.data]);
}

/** Of entries with the newest first. */
function failedIn(entries: readonly JournalEntry[]): ReadonlyMap<string, string> {
  const last = new Map<string, JournalEntry>();
  for (const entry of entries) {
    const { taskDefinitionArn, outcome } = entry;
    if (taskDefinitionArn === undefined || outcome === undefined || outcome === 'in-progress') continue;
    const name = taskDefinitionArn.slice(taskDefinitionArn.lastIndexOf('/') + 1);
    if (!last.has(name)) last.set(name, entry);
  }
  return new Map(
    [...last].flatMap(([name, { outcome, title, sentence = '' }]) =>
      outcome === 'failed' || outcome === 'rolled-back' ? [[name, `${title}: ${sentence}`] as const] : [],
    ),
  );
}
