import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import { type ComparedClusters, clusterNames } from '../../../../shared/model/cluster-comparison.ts';
import { useAccountName } from '../../lib/account-name.ts';
import { formatPlacedName, parsePlacedName } from '../../lib/place-address.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import type { ClusterComparisonSearch } from '../../lib/search.ts';
import { useEngineFold } from '../../lib/streams.ts';
import { useFilterText } from '../../lib/use-filter-text.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { EnvironmentBadge } from '../../ui/environment-badge.tsx';
import { ErrorPage, StaleNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Page } from '../../ui/page.tsx';
import { StateFilter } from '../../ui/state-filter.tsx';
import { VirtualList } from '../../ui/virtual-list.tsx';
import styles from './cluster-comparison.module.css';
import { ClustersForm } from './clusters-form.tsx';
import { ComparisonRow } from './comparison-row.tsx';
import { type ComparisonSoFar, comparisonFolding, countsOf, shownRows } from './comparison-rows.ts';
import { COMPARISON_TEXT } from './comparison-text.ts';

const STALE_MS = 60_000;
/** Of a row that is closed, in pixels. */
const ROW_HEIGHT = 37;

export interface ClusterComparisonPageProps {
  /** The first of the two clusters. */
  readonly cluster: ClusterRef;
  readonly search: ClusterComparisonSearch;
}

/** The services of a cluster against those of another one, in any account and region. */
export function ClusterComparisonPage({ cluster, search }: ClusterComparisonPageProps) {
  const navigate = useNavigate();
  const other = clusterOf(search.with, cluster);
  const show = (before: ClusterRef, after: ClusterRef): void =>
    void navigate({
      to: '/a/$account/$region/compare/$cluster',
      params: before,
      search: { with: withOf(after, before) },
    });
  if (other === undefined) {
    return (
      <Page title={COMPARISON_TEXT.choose(cluster.cluster)}>
        <ClustersForm before={cluster} after={undefined} onCompare={show} />
      </Page>
    );
  }
  const clusters = { before: cluster, after: other };
  return <Comparison key={JSON.stringify(clusters)} clusters={clusters} search={search} onShow={show} />;
}

function clusterOf(text: string | undefined, { account, region }: ClusterRef): ClusterRef | undefined {
  const placed = parsePlacedName(text ?? '', { account, region });
  return placed && { account: placed.account, region: placed.region, cluster: placed.name };
}

function withOf({ cluster, account, region }: ClusterRef, from: ClusterRef): string {
  return formatPlacedName({ name: cluster, account, region }, from);
}

interface ComparisonProps {
  readonly clusters: ComparedClusters;
  readonly search: ClusterComparisonSearch;
  readonly onShow: (before: ClusterRef, after: ClusterRef) => void;
}

function Comparison({ clusters, search, onShow }: ComparisonProps) {
  const { before, after } = clusters;
  const [isChoosing, setChoosing] = useState(false);
  const comparison = useEngineFold('clusters.compare', clusters, comparisonFolding, { staleMs: STALE_MS });
  const data = comparison.data ?? comparisonFolding.initial;
  return (
    <Page
      title={COMPARISON_TEXT.title(clusterNames(clusters))}
      about={<Progress data={data} isReading={comparison.isFetching} />}
      actions={
        <>
          <Button onClick={() => setChoosing(!isChoosing)} aria-expanded={isChoosing}>
            {COMPARISON_TEXT.changeSelection}
          </Button>
          <Button onClick={() => onShow(after, before)}>{COMPARISON_TEXT.swap}</Button>
        </>
      }
    >
      <Places clusters={clusters} />
      {isChoosing ? <ClustersForm before={before} after={after} onCompare={onShow} /> : null}
      {data.rows === undefined ? null : (
        <StaleNotice error={comparison.error} onRetry={() => void comparison.refetch()} />
      )}
      {data.rows === undefined && comparison.error !== null ? (
        <ErrorPage error={comparison.error} onRetry={() => void comparison.refetch()} />
      ) : null}
      {data.rows === undefined && comparison.error === null ? (
        <LoadingRows what={COMPARISON_TEXT.loading} rows={8} height={36} />
      ) : null}
      {data.rows === undefined ? null : (
        <Services clusters={clusters} rows={data.rows} search={search} isReading={comparison.isFetching} />
      )}
    </Page>
  );
}

interface ProgressProps {
  readonly data: ComparisonSoFar;
  readonly isReading: boolean;
}

function Progress({ data: { rows, read, total }, isReading }: ProgressProps) {
  if (rows === undefined) return null;
  const same = countsOf(rows.values()).get('same') ?? 0;
  return (
    <p className={styles.about} role="status">
      {isReading ? COMPARISON_TEXT.reading(read, total) : COMPARISON_TEXT.compared(rows.size, same)}
    </p>
  );
}

/** Account, region and environment of each side. */
function Places({ clusters: { before, after } }: { readonly clusters: ComparedClusters }) {
  return (
    <div className={styles.places}>
      <Place cluster={before} />
      <span aria-hidden>→</span>
      <Place cluster={after} />
    </div>
  );
}

function Place({ cluster: { account, region, cluster } }: { readonly cluster: ClusterRef }) {
  const name = useAccountName()(account);
  const guard = useEngineQuery('environments.of', { account, region, cluster }, { staleMs: STALE_MS }).data;
  return (
    <span className={styles.place}>
      {guard === undefined ? null : <EnvironmentBadge {...guard} />}
      <span>
        {cluster}, {region}, {name}
      </span>
    </span>
  );
}

interface ServicesProps {
  readonly clusters: ComparedClusters;
  readonly rows: NonNullable<ComparisonSoFar['rows']>;
  readonly search: ClusterComparisonSearch;
  readonly isReading: boolean;
}

function Services({ clusters, rows, search, isReading }: ServicesProps) {
  const navigate = useNavigate();
  const names = clusterNames(clusters);
  const change = (next: ClusterComparisonSearch, isTyping = false): void =>
    void navigate({
      to: '/a/$account/$region/compare/$cluster',
      params: clusters.before,
      search: next,
      replace: isTyping,
    });
  const { q: _text, ...withoutText } = search;
  // The letters of one filter are one step of Back.
  const [text, setText] = useFilterText(search.q ?? '', (q) =>
    change(q === '' ? withoutText : { ...withoutText, q }, true),
  );
  // A row that is scrolled out of sight is not drawn, and stays open.
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (id: string): void => {
    const others = new Set([...open].filter((each) => each !== id));
    setOpen(open.has(id) ? others : others.add(id));
  };
  const shown = shownRows(rows.values(), text === '' ? withoutText : { ...withoutText, q: text }, names);
  if (rows.size === 0) return <EmptyState title={COMPARISON_TEXT.noServices} />;
  return (
    <section className={styles.services} aria-label={COMPARISON_TEXT.columns.service} aria-busy={isReading}>
      <States search={search} rows={rows} clusters={clusters} onChange={change}>
        <NativeSelect
          aria-label={COMPARISON_TEXT.sort}
          value={search.sort ?? 'state'}
          data={[
            { value: 'state', label: COMPARISON_TEXT.sorts.state },
            { value: 'name', label: COMPARISON_TEXT.sorts.name },
          ]}
          onChange={({ currentTarget }) => {
            const { sort: _before, ...withoutSort } = search;
            change(currentTarget.value === 'name' ? { ...withoutSort, sort: 'name' } : withoutSort);
          }}
        />
        <TextInput
          type="search"
          aria-label={COMPARISON_TEXT.filter}
          placeholder={COMPARISON_TEXT.filter}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </States>
      {shown.length === 0 ? (
        <EmptyState
          title={COMPARISON_TEXT.noMatches}
          action={
            <Button
              onClick={() => {
                setText('');
                change(search.with === undefined ? {} : { with: search.with });
              }}
            >
              {COMPARISON_TEXT.clear}
            </Button>
          }
        />
      ) : (
        <div className={styles.table}>
          <div className={styles.head} aria-hidden>
            <span>{COMPARISON_TEXT.columns.service}</span>
            <span>{names.before}</span>
            <span>{names.after}</span>
            <span>{COMPARISON_TEXT.columns.state}</span>
          </div>
          <VirtualList
            items={shown}
            keyOf={({ id }) => id}
            estimatedRowHeight={ROW_HEIGHT}
            scroller={{ className: styles.scroll }}
            rowAttributes={() => ({ className: styles.item })}
          >
            {(row) => (
              <ComparisonRow
                row={row}
                clusters={clusters}
                isOpen={open.has(row.id)}
                onToggle={() => toggle(row.id)}
              />
            )}
          </VirtualList>
        </div>
      )}
    </section>
  );
}

interface StatesProps extends Omit<ServicesProps, 'isReading'> {
  readonly onChange: (search: ClusterComparisonSearch) => void;
  readonly children: ReactNode;
}

/** The states with their counts, as filters. */
function States({ search, rows, clusters, onChange, children }: StatesProps) {
  const { state: chosen, ...withoutState } = search;
  const counts = countsOf(rows.values());
  const labels = COMPARISON_TEXT.stateNames(clusterNames(clusters));
  const states = [...counts.keys()];
  if (chosen !== undefined && !counts.has(chosen)) states.push(chosen);
  return (
    <StateFilter
      label={COMPARISON_TEXT.states}
      total={rows.size}
      allLabel={COMPARISON_TEXT.all}
      states={states.map((state) => ({ state, count: counts.get(state) ?? 0, label: labels[state] }))}
      chosen={chosen}
      onChoose={(state) => onChange(state === undefined ? withoutState : { ...withoutState, state })}
    >
      {children}
    </StateFilter>
  );
}
