import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useRef } from 'react';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import { useTimeText } from '../../lib/clock.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import type { OverviewSearch, OverviewSpan } from '../../lib/search.ts';
import { isOld, type ServiceList, serviceListFolding } from '../../lib/service-list.ts';
import { useFilterText } from '../../lib/use-filter-text.ts';
import { StaleNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { DaemonsCard } from '../clusters/daemons-card.tsx';
import styles from './cluster-overview.module.css';
import { type Overview, overviewOf } from './overview-of.ts';
import { OverviewRows } from './overview-rows.tsx';
import { OverviewToolbar } from './overview-toolbar.tsx';
import { releasesByService, SPAN_MS } from './release-marks.ts';
import { NoServices } from './service-list-pane.tsx';
import { OVERVIEW_TEXT } from './service-text.ts';
import type { ServiceRowsHandle } from './use-service-focus.ts';
import { useServiceList } from './use-service-list.ts';

const LockNotice = lazy(async () => ({
  default: (await import('../locks/lock-notice.tsx')).LockNotice,
}));

const HOUR = 3_600_000;
/** The most that journal.list gives at once. */
const MOST_RELEASES = 500;

interface ClusterOverviewProps {
  readonly cluster: ClusterRef;
  readonly search: OverviewSearch;
}

/** The services of a cluster: what is wrong and why, what deploys, what has drifted, and then the others. */
export function ClusterOverview({ cluster, search }: ClusterOverviewProps) {
  const { list, onDrawn } = useServiceList(cluster);
  const rows = useRef<ServiceRowsHandle>(null);
  const navigate = useNavigate();
  const show = (next: OverviewSearch, options: { readonly replace?: boolean } = {}): void => {
    void navigate({ to: '/a/$account/$region/c/$cluster', params: cluster, search: next, ...options });
  };
  const { q: _shown, ...withoutText } = search;
  // The letters of one filter are one step of Back.
  const [text, setText] = useFilterText(search.q ?? '', (q) =>
    show(q === '' ? withoutText : { ...withoutText, q }, { replace: true }),
  );
  const span = search.span ?? 'day';
  const releases = useReleases(cluster, span);
  const data = list.data ?? serviceListFolding.initial;
  const old = useOldRows(data);
  const overview = overviewOf(data, text === '' ? withoutText : { ...withoutText, q: text });
  const clear = (): void => {
    setText('');
    show({});
  };
  return (
    <Page
      title={cluster.cluster}
      about={<About list={data} overview={overview} old={old} />}
      actions={
        <Button
          renderRoot={(props) => (
            <Link to="/a/$account/$region/compare/$cluster" params={cluster} {...props} />
          )}
        >
          {OVERVIEW_TEXT.compare}
        </Button>
      }
    >
      <Suspense>
        <LockNotice place={cluster} />
      </Suspense>
      <section
        className={styles.services}
        data-fills="page"
        aria-label="Services"
        aria-busy={list.isFetching}
      >
        <OverviewToolbar
          search={search}
          text={text}
          counts={overview.counts}
          total={data.names?.length}
          rows={rows}
          onSearch={show}
          onText={setText}
        />
        {data.names ? <StaleNotice error={list.error} onRetry={() => void list.refetch()} /> : null}
        {overview.names.length > 0 ? (
          <OverviewRows
            ref={rows}
            cluster={cluster}
            list={data}
            names={overview.names}
            releases={releases}
            span={span}
            onSpan={(next) => {
              const { span: _before, ...withoutSpan } = search;
              show(next === 'day' ? withoutSpan : { ...withoutSpan, span: next });
            }}
            onDrawn={onDrawn}
          />
        ) : (
          <NoServices cluster={cluster.cluster} list={list} onClear={clear} />
        )}
      </section>
      <DaemonsCard cluster={cluster} />
    </Page>
  );
}

interface AboutProps {
  readonly list: ServiceList;
  readonly overview: Overview;
  readonly old: number;
}

/** How many services and tasks there are, and whether all is well as far as it was read. */
function About({ list, overview, old }: AboutProps) {
  if (list.names === undefined) return null;
  const { running, desired, unread, needsAttention } = overview;
  return (
    <p className={styles.about} role="status">
      {OVERVIEW_TEXT.counts(list.names.length, running, desired)}
      {list.names.length === 0 ? '' : ` · ${sentenceOf(unread, needsAttention, old)}`}
    </p>
  );
}

function sentenceOf(unread: number, needsAttention: boolean, old: number): string {
  if (unread > 0) return OVERVIEW_TEXT.reading(unread);
  if (!needsAttention) return OVERVIEW_TEXT.healthy(old);
  return old > 0 ? OVERVIEW_TEXT.old(old) : OVERVIEW_TEXT.attention;
}

/** How many rows were read so long ago that their state may have changed. */
function useOldRows({ kept }: ServiceList): number {
  return Number(
    useTimeText((now) => String([...kept.values()].filter((readAt) => isOld(readAt, now)).length)),
  );
}

/** What the journal has of the last hour, day or week. It is on this machine, so that nothing is asked of AWS. */
function useReleases(
  { account, region, cluster }: ClusterRef,
  span: OverviewSpan,
): ReturnType<typeof releasesByService> {
  const since = useTimeText((now) => new Date(Math.floor(now / HOUR) * HOUR - SPAN_MS[span]).toISOString());
  const journal = useEngineQuery(
    'journal.list',
    { account, region, cluster, since, limit: MOST_RELEASES },
    { staleMs: 15_000 },
  );
  return releasesByService(journal.data?.entries ?? []);
}
