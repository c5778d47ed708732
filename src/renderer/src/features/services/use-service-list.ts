import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { SlipwayError } from '../../../../shared/errors.ts';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import { isOld, type ServiceList, serviceListFolding } from '../../lib/service-list.ts';
import { useEngineFold } from '../../lib/streams.ts';

const POLL_MS = 15_000;
/** Names that services.list takes. */
const MOST_VISIBLE = 200;
/** After the last scroll. */
const REST_MS = 300;

export interface DrawnServiceList {
  readonly list: UseQueryResult<ServiceList, SlipwayError>;
  /** Is told the names of the rows on the screen: they are read first. */
  readonly onDrawn: (names: readonly string[]) => void;
}

/**
 * The services of a cluster, read again every 15 seconds, and at once when the view rests on rows that were read long
 * ago.
 */
export function useServiceList(cluster: ClusterRef): DrawnServiceList {
  const drawn = useRef<readonly string[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const list = useEngineFold('services.list', cluster, serviceListFolding, {
    pollMs: POLL_MS,
    withInput: () => ({ visible: drawn.current.slice(0, MOST_VISIBLE) }),
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  const { data, refetch } = list;
  return {
    list,
    onDrawn: (names) => {
      if (names.join() === drawn.current.join()) return;
      drawn.current = names;
      clearTimeout(timer.current);
      if (!names.some((name) => isOld(data?.kept.get(name), Date.now()))) return;
      timer.current = setTimeout(() => void refetch(), REST_MS);
    },
  };
}
