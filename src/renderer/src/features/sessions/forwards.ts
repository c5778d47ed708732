import { useSyncExternalStore } from 'react';
import type { Client } from '../../../../shared/client.ts';
import type { Input } from '../../../../shared/contract.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import { toSlipwayError } from '../../lib/engine.ts';

/** A forwarded port of this window. It lasts until it is stopped, also while other pages are open. */
export interface Forward {
  readonly id: number;
  readonly cluster: string;
  readonly task: string;
  readonly container: string;
  /** The host that the container connects to; undefined for the container itself. */
  readonly host?: string;
  readonly port: number;
  readonly localPort?: number;
  readonly open: number;
  readonly total: number;
  /** Why it is interrupted or over. */
  readonly note?: string;
  readonly isOver: boolean;
}

let forwards: readonly Forward[] = [];
let lastId = 0;
const stops = new Map<number, AbortController>();
const listeners = new Set<() => void>();

function set(next: readonly Forward[]): void {
  forwards = next;
  for (const listener of listeners) listener();
}

function change(id: number, what: Partial<Forward>): void {
  set(forwards.map((each) => (each.id === id ? { ...each, ...what } : each)));
}

/** The forwarded ports of this window, those of a cluster's tasks. */
export function useForwards(cluster: string): readonly Forward[] {
  const all = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => forwards,
  );
  return all.filter((each) => each.cluster === cluster);
}

export function startForward(
  client: Client,
  input: Immutable<Input<'sessions.forward'>> & { readonly container: string },
  lost: string,
): void {
  lastId += 1;
  const id = lastId;
  const controller = new AbortController();
  stops.set(id, controller);
  const { cluster, task, container, host, port } = input;
  const remote = host === undefined ? {} : { host };
  set([...forwards, { id, cluster, task, container, ...remote, port, open: 0, total: 0, isOver: false }]);
  client
    .call('sessions.forward', input, {
      signal: controller.signal,
      onEvent(event) {
        switch (event.kind) {
          case 'listening':
            change(id, { localPort: event.localPort });
            return;
          case 'connections':
            change(id, { open: event.open, total: event.total });
            return;
          case 'refused':
            change(id, { note: event.sentence });
            return;
          case 'reconnecting':
            change(id, { note: lost });
            return;
          case 'reconnected':
            change(id, { note: '' });
        }
      },
    })
    .then(({ sentence }) => change(id, { note: sentence, isOver: true }))
    .catch((error: unknown) => {
      if (!controller.signal.aborted) change(id, { note: toSlipwayError(error).message, isOver: true });
    });
}

/** Stops it, and forgets it. */
export function stopForward(id: number): void {
  stops.get(id)?.abort();
  stops.delete(id);
  set(forwards.filter((each) => each.id !== id));
}
