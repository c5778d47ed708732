import { type Query, type QueryCache, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { RequestBudget, Scope } from '../../../shared/model/account.ts';
import { DockerState } from '../features/docker/docker-state.tsx';
import { usePlace } from '../lib/place.ts';
import { useEngineQuery } from '../lib/queries.ts';
import type { ServiceList } from '../lib/service-list.ts';
import { shortcutLabel } from '../lib/shortcuts.ts';
import { RelativeTime } from '../ui/relative-time.tsx';
import styles from './shell.module.css';

/** The machine's Docker Engine, whether calls wait for AWS's request rate, and how old the view is. */
export function StatusBar() {
  const { scope } = usePlace();
  return (
    <footer className={styles.status}>
      <DockerState />
      {scope === undefined ? null : <Budget scope={scope} />}
      <span className={styles.grow} />
      <UpdatedAt />
      <span>{shortcutLabel('sheet')} for shortcuts</span>
    </footer>
  );
}

function Budget({ scope }: { readonly scope: Scope }) {
  const budget = useEngineQuery('accounts.budget', scope, { pollMs: 5_000 });
  const waiting = (budget.data ?? []).filter((bucket) => bucket.waiting > 0);
  if (waiting.length === 0) return null;
  return (
    <span title={waiting.map(bucketLabel).join(', ')}>
      {scope.region}: {waiting.reduce((sum, bucket) => sum + bucket.waiting, 0)} calls wait for AWS's rate
      limit
    </span>
  );
}

/** Such as `cluster read: 12 wait, 3.4 of 50 left`. */
function bucketLabel({ bucket, waiting, available, burst }: RequestBudget): string {
  return `${bucket}: ${waiting} wait, ${Math.floor(available)} of ${burst} left`;
}

/** What a page is about, the most particular first; the journal is on this machine, and is always up to date. */
const VIEWS = ['services.get', 'services.list', 'clusters.list', 'journal.list'] as const;

/** When the view was read, in milliseconds since 1970; 0 where none is. */
function readTime(cache: QueryCache): number {
  const all = cache.getAll();
  for (const view of VIEWS) {
    const queries = all.filter((query) => query.queryKey[0] === view && query.isActive());
    if (queries.length > 0) return Math.max(...queries.map(({ state }) => timeOf(state)));
  }
  return 0;
}

/** Services of an earlier reading come at once; they are as old as that reading. */
function timeOf({ data, dataUpdatedAt }: Query['state']): number {
  const { rows, kept } = (data ?? {}) as Partial<ServiceList>;
  if (rows === undefined || kept === undefined || kept.size < rows.size || kept.size === 0)
    return dataUpdatedAt;
  return Math.max(...[...kept.values()].map((readAt) => Date.parse(readAt)));
}

function UpdatedAt() {
  const cache = useQueryClient().getQueryCache();
  const at = useSyncExternalStore(
    (listener) => cache.subscribe(listener),
    () => readTime(cache),
  );
  if (at === 0) return null;
  return (
    <span>
      Updated <RelativeTime at={new Date(at).toISOString()} />
    </span>
  );
}
