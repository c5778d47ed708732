import { Button, VisuallyHidden } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { SlipwayError } from '../../../../shared/errors.ts';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import type { ServiceList } from '../../lib/service-list.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPage, StaleNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { FilterField } from './filter-field.tsx';
import { overviewOf } from './overview-of.ts';
import styles from './service-list-pane.module.css';
import { ServiceRows } from './service-rows.tsx';
import { SERVICE_TEXT } from './service-text.ts';
import type { ServiceRowsHandle } from './use-service-focus.ts';
import { useServiceList } from './use-service-list.ts';

/** The services of a cluster: the names at once, each row as it is read, and a filter. */
export function ServiceListPane({ cluster }: { readonly cluster: ClusterRef }) {
  const { list, onDrawn } = useServiceList(cluster);
  const [filter, setFilter] = useState('');
  const rows = useRef<ServiceRowsHandle>(null);
  const shown = list.data && overviewOf(list.data, { q: filter }).names;
  return (
    <section className={styles.pane} aria-label="Services" aria-busy={list.isFetching}>
      <div className={styles.filter}>
        <FilterField count={list.data?.names?.length} value={filter} onChange={setFilter} rows={rows} />
      </div>
      {list.data?.names ? <StaleNotice error={list.error} onRetry={() => void list.refetch()} /> : null}
      {shown && shown.length > 0 && list.data ? (
        <ServiceRows ref={rows} cluster={cluster} list={list.data} names={shown} onDrawn={onDrawn} />
      ) : (
        <NoServices cluster={cluster.cluster} list={list} onClear={() => setFilter('')} />
      )}
      <VisuallyHidden role="status">
        {filter === '' || shown === undefined ? '' : SERVICE_TEXT.matching(shown.length)}
      </VisuallyHidden>
    </section>
  );
}

interface NoServicesProps {
  readonly cluster: string;
  readonly list: UseQueryResult<ServiceList, SlipwayError>;
  readonly onClear: () => void;
}

/** Why there are no rows: not read yet, could not be read, none there, or none that matches. */
export function NoServices({ cluster, list, onClear }: NoServicesProps) {
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
