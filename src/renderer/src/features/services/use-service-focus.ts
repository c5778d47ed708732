import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, type Ref, type RefObject, useImperativeHandle, useState } from 'react';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import { usePlace } from '../../lib/place.ts';
import { rowAfterKey, type VirtualListHandle } from '../../ui/virtual-list.tsx';

/** What the filter and the shortcuts of a view do with its list of services. */
export interface ServiceRowsHandle {
  /** Moves the focus by so many rows, from the focused or else the open service. */
  move(by: number): void;
  focusFirst(): void;
  /** Opens the first service and gives its row the focus, so that keys are shortcuts again. */
  openFirst(): void;
}

interface ServiceFocus {
  /** The one row that takes the focus. */
  readonly current: number;
  readonly onFocus: (name: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** The focus in a list of services. One of them takes it; arrows, Home and End move it. */
export function useServiceFocus(
  cluster: ClusterRef,
  names: readonly string[],
  rows: RefObject<VirtualListHandle | null>,
  ref: Ref<ServiceRowsHandle>,
): ServiceFocus {
  const navigate = useNavigate();
  const open = usePlace().service?.service;
  const [focused, setFocused] = useState<string>();
  const current = Math.max(0, names.indexOf(focused ?? open ?? ''));

  const focusRow = (index: number): void => {
    const target = Math.min(names.length - 1, Math.max(0, index));
    setFocused(names[target]);
    rows.current?.focusRow(target);
  };
  useImperativeHandle(ref, () => ({
    move: (by) => focusRow(focused === undefined && open === undefined ? 0 : current + by),
    focusFirst: () => focusRow(0),
    openFirst: () => {
      const [service] = names;
      if (service !== undefined) {
        focusRow(0);
        void navigate({ to: '/a/$account/$region/c/$cluster/s/$service', params: { ...cluster, service } });
      }
    },
  }));
  return {
    current,
    onFocus: setFocused,
    onKeyDown: (event) => {
      const target = rowAfterKey(event.key, current, names.length);
      if (target === undefined) return;
      event.preventDefault();
      focusRow(target);
    },
  };
}
