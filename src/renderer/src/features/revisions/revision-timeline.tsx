import { TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useEngineFold } from '../../lib/streams.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { CompareBar } from './compare-bar.tsx';
import styles from './revision-timeline.module.css';
import { TimelineList } from './timeline-list.tsx';
import { searchTimeline, timelineFolding, toggleChoice } from './timeline-state.ts';

interface RevisionTimelineProps {
  /** The service whose running revision is marked, if the family is looked at from one. */
  readonly service?: ServiceRef;
  readonly scope: Scope;
  readonly family: string;
}

/** All ACTIVE revisions of a family, newest first, each with its software; any two can be compared. */
export function RevisionTimeline({ service, scope, family }: RevisionTimelineProps) {
  const { account, region } = scope;
  const navigate = useNavigate();
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const timeline = useEngineFold(
    'revisions.list',
    { account, region, family, ...(service && { cluster: service.cluster, service: service.service }) },
    timelineFolding,
  );
  const compare = (before: string, after: string): void =>
    void navigate({
      to: '/a/$account/$region/diff',
      params: { account, region },
      search: { before, after },
    });

  const retry = (): void => void timeline.refetch();
  const { count, entries } = timeline.data ?? timelineFolding.initial;
  const reading = timeline.isFetching && entries.length < (count ?? 1);
  if (entries.length === 0 && !timeline.isError) {
    if (reading) return <LoadingRows what={`revisions of ${family}`} rows={8} height={50} />;
    return <EmptyState title={`${family} has no ACTIVE revision.`} />;
  }

  return (
    <section className={styles.timeline} aria-label={`Revisions of ${family}`}>
      {timeline.isError && <ErrorNotice error={timeline.error} onRetry={retry} />}
      {entries.length > 0 && (
        <>
          <div className={styles.bar}>
            <TextInput
              aria-label="Search revisions"
              placeholder={`Search ${count ?? entries.length} revisions`}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
              className={styles.search}
            />
            {reading && (
              <span role="status" className={styles.reading}>
                Read {entries.length} of {count}
              </span>
            )}
            <CompareBar entries={entries} chosen={chosen} onCompare={compare} onClear={() => setChosen([])} />
          </div>
          <TimelineList
            entries={searchTimeline(entries, search)}
            all={entries}
            chosen={chosen}
            onToggle={(name) => setChosen((before) => toggleChoice(before, name))}
            onCompare={compare}
          />
        </>
      )}
    </section>
  );
}
