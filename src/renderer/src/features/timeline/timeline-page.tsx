import { Button, SegmentedControl } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { TIMELINE_VIEWS, type TimelineSearch } from '../../lib/search.ts';
import { type Folding, useEngineFold } from '../../lib/streams.ts';
import { StaleNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import styles from './timeline.module.css';
import { TimelineChanges } from './timeline-changes.tsx';
import { type OnSearch, TimelineMatrix } from './timeline-matrix.tsx';
import { TimelineRestore } from './timeline-restore.tsx';
import { TIMELINE_TEXT } from './timeline-text.ts';

export interface TimelinePageProps {
  readonly search: TimelineSearch;
}

/** What runs where, now and at any moment of the past; what changed between two moments; and the way back to one. */
export function TimelinePage({ search }: TimelinePageProps) {
  const navigate = useNavigate();
  const { view = 'matrix' } = search;
  const show: OnSearch = (change) => {
    const members = Object.entries({ ...search, ...change });
    const next: TimelineSearch = Object.fromEntries(
      members.filter(([, value]) => value !== undefined && value !== ''),
    );
    void navigate({ to: '/timeline', search: next });
  };
  const reading = useReading(search);
  const { problems = [] } = reading.data ?? {};
  return (
    <Page
      title={TIMELINE_TEXT.title}
      about={
        <span className={styles.soft} role="status">
          {reading.isFetching ? progressText(reading.data) : ''}
        </span>
      }
      actions={
        <Button onClick={() => void reading.refetch()} loading={reading.isFetching}>
          {TIMELINE_TEXT.refresh}
        </Button>
      }
    >
      <StaleNotice error={reading.error} onRetry={() => void reading.refetch()} />
      {problems.length === 0 ? null : (
        <div role="alert">
          <ul className={styles.problems}>
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </div>
      )}
      <SegmentedControl
        className={styles.views}
        aria-label={TIMELINE_TEXT.viewsLabel}
        data={TIMELINE_VIEWS.map((value) => ({ value, label: TIMELINE_TEXT.views[value] }))}
        value={view}
        onChange={(value) => {
          const chosen = TIMELINE_VIEWS.find((each) => each === value);
          show({ view: chosen === 'matrix' ? undefined : chosen });
        }}
      />
      {view === 'matrix' ? (
        <TimelineMatrix search={search} onSearch={show} isReading={reading.isFetching} />
      ) : null}
      {view === 'changes' ? <TimelineChanges search={search} onSearch={show} /> : null}
      {view === 'restore' ? (
        <TimelineRestore
          search={search}
          onSearch={show}
          isReading={reading.isFetching}
          readAt={reading.dataUpdatedAt}
        />
      ) : null}
    </Page>
  );
}

function progressText({ read, total, listed, toList }: Omit<Reading, 'problems'> = NOTHING_READ): string {
  if (total === 0) return TIMELINE_TEXT.readingClusters;
  if (read < total || toList === 0) return TIMELINE_TEXT.reading(read, total);
  return TIMELINE_TEXT.readingDeployments(listed, toList);
}

interface Reading {
  readonly read: number;
  readonly total: number;
  readonly listed: number;
  readonly toList: number;
  readonly problems: readonly string[];
}

const NOTHING_READ = { read: 0, total: 0, listed: 0, toList: 0 };

const READING: Folding<'timeline.read', Reading> = {
  initial: { ...NOTHING_READ, problems: [] },
  event: (state, progress) => ({ ...state, ...progress }),
  output: (state, { problems }) => ({ ...state, problems }),
};

const STALE_MS = 30_000;
/** A large account takes hundreds of requests. */
const POLL_MS = 300_000;
const ANSWERED_FROM_IT: ReadonlySet<unknown> = new Set(['timeline.matrix', 'timeline.changes']);

/** Reads what the views answer from, and shows in them what has arrived. */
function useReading({ at }: TimelineSearch) {
  const queries = useQueryClient();
  const reading = useEngineFold('timeline.read', at === undefined ? {} : { at }, READING, {
    staleMs: STALE_MS,
    pollMs: POLL_MS,
  });
  const { data } = reading;
  useEffect(() => {
    if (data === undefined) return;
    void queries.invalidateQueries({ predicate: ({ queryKey: [method] }) => ANSWERED_FROM_IT.has(method) });
  }, [data, queries]);
  return reading;
}
