import { Button, TextInput, VisuallyHidden } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import { filterNames, isOld, type ServiceList, serviceListFolding } from '../../lib/service-list.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { useEngineFold } from '../../lib/streams.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPage, StaleNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import styles from './service-list-pane.module.css';
import { ServiceRows, type ServiceRowsHandle } from './service-rows.tsx';
import { SERVICE_TEXT } from './service-text.ts';

const POLL_MS = 15_000;
/** Names that services.list takes. */
const MOST_VISIBLE = 200;
/** After the last scroll. */
const REST_MS = 300;

/** The services of a cluster: the names at once, each row as it is read, and a filter. */
export function ServiceListPane({ cluster }: { readonly cluster: ClusterRef }) {
  const drawnRef = useRef<readonly string[]>([]);
  const list = useEngineFold('services.list', cluster, serviceListFolding, {
    pollMs: POLL_MS,
    withInput: () => ({ visible: drawnRef.current.slice(0, MOST_VISIBLE) }),
  });
  const onDrawn = useRefreshOfDrawn(drawnRef, list);
  const [filter, setFilter] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const rows = useRef<ServiceRowsHandle>(null);
  useShortcuts({
    filter: () => input.current?.focus(),
    next: () => rows.current?.move(1),
    previous: () => rows.current?.move(-1),
  });

  const onFilterKey = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'ArrowDown') rows.current?.focusFirst();
    else if (event.key === 'Enter') rows.current?.openFirst();
    else if (event.key === 'Escape') setFilter('');
    else return;
    event.preventDefault();
  };
  const count = list.data?.names?.length;
  const shown = list.data && filterNames(list.data, filter);
  return (
    <section className={styles.pane} aria-label="Services" aria-busy={list.isFetching}>
      <div className={styles.filter}>
        <TextInput
          ref={input}
          type="search"
          aria-label={SERVICE_TEXT.filter}
          placeholder={count === undefined ? SERVICE_TEXT.filter : SERVICE_TEXT.filterOf(count)}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
          onKeyDown={onFilterKey}
        />
      </div>
      {list.data?.names ? <StaleNotice error={list.error} onRetry={() => void list.refetch()} /> : null}
      {shown && shown.length > 0 && list.data ? (
        <ServiceRows ref={rows} cluster={cluster} list={list.data} names={shown} onDrawn={onDrawn} />
      ) : (
        <NoRows cluster={cluster.cluster} list={list} onClear={() => setFilter('')} />
      )}
      <VisuallyHidden role="status">
        {filter === '' || shown === undefined ? '' : SERVICE_TEXT.matching(shown.length)}
      </VisuallyHidden>
    </section>
  );
}

/** Keeps which rows are drawn, and reads the list again when the list rests on rows that were read long ago. */
function useRefreshOfDrawn(
  drawnRef: RefObject<readonly string[]>,
  { data, refetch }: UseQueryResult<ServiceList>,
): (names: readonly string[]) => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (names) => {
    if (names.join() === drawnRef.current.join()) return;
    drawnRef.current = names;
    clearTimeout(timer.current);
    if (!names.some((name) => isOld(data?.kept.get(name), Date.now()))) return;
    timer.current = setTimeout(() => void refetch(), REST_MS);
  };
}

interface NoRowsProps {
  readonly cluster: string;
  readonly list: UseQueryResult<ServiceList>;
  readonly onClear: () => void;
}

/** Why there are no rows: not read yet, could not be read, none there, or none that matches. */
function NoRows({ cluster, list, onClear }: NoRowsProps) {
  if (!list.data?.names) {
    if (!list.error) return <LoadingRows what="services" rows={8} height={51} />;
    return <ErrorPage error={list.error} onRetry={() => void list.refetch()} />;
  }
  if (list.data.names.length === 0) {
    return <EmptyState title={SERVICE_TEXT.noServices(cluster)}>{SERVICE_TEXT.noServicesHelp}</EmptyState>;
  }
  return (
    <EmptyState
      title={SERVICE_TEXT.noMatch}
      action={<Button onClick={onClear}>{SERVICE_TEXT.clearFilter}</Button>}
    />
  );
}
