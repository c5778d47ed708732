import type { ClusterRef } from '../../../shared/model/cluster.ts';
import type { EntrySearch } from './entry-search.ts';

/** Those of a bulk release of many waves are among so many. */
const NEWEST = 200;

/** When Slipway last changed services of a cluster, by name, from its newest changes there. One in progress counts as now. */
export function changedServices(
  entries: Pick<EntrySearch, 'page'>,
  { account, region, cluster }: ClusterRef,
  now: Date,
): ReadonlyMap<string, Date> {
  const changed = new Map<string, Date>();
  for (const entry of entries.page({ account, region, cluster, limit: NEWEST }).entries) {
    const at = entry.state === 'open' ? now : new Date(entry.settledAt ?? entry.at);
    const known = changed.get(entry.subject);
    if (known === undefined || at > known) changed.set(entry.subject, at);
  }
  return changed;
}
