import type { FleetBoard, FleetRow, FleetRowState, FleetState } from '../../../shared/model/fleet.ts';
import { serviceLabel } from '../aws/arns.ts';
import { fleetSentence } from './fleet-sentence.ts';
import type { StoredFleet } from './stored-fleet.ts';

type Place = Pick<FleetRow, 'cluster' | 'service'>;

/** The board of a fleet that this process carries out. */
export interface LiveBoard {
  board(): FleetBoard;
  states(): readonly (readonly FleetRowState[])[];
  row(member: Place): FleetRow;
  change(member: Place, change: Partial<Pick<FleetRow, 'state' | 'sentence' | 'deploymentArn'>>): void;
  become(state: FleetState): void;
  /** Reports every change until the returned function is called. */
  watch(tell: () => void): () => void;
}

/** `known`: the state of its services when it is resumed. */
export function createLiveBoard(fleet: StoredFleet, known: readonly FleetRow[] = []): LiveBoard {
  const { id, account, region, title, waves, stopAfterFailures, rollBackOnStop, pause } = fleet;
  const rows = new Map<string, FleetRow>();
  const watchers = new Set<() => void>();
  let state: FleetState = 'running';
  for (const { cluster, service } of waves.flat()) {
    const row: FleetRow = { cluster, service, state: 'waiting', sentence: 'Waiting for its wave.' };
    rows.set(serviceLabel(row), row);
  }
  for (const row of known) rows.set(serviceLabel(row), row);

  function row(member: Place): FleetRow {
    const found = rows.get(serviceLabel(member));
    if (found === undefined) throw new Error(`${serviceLabel(member)} is not part of this release.`);
    return found;
  }

  function tell(): void {
    for (const each of watchers) each();
  }

  function shown(): FleetRow[][] {
    return waves.map((wave) => wave.map(row));
  }

  return {
    board() {
      const sentence = fleetSentence([...rows.values()].map((each) => each.state));
      const rules = { stopAfterFailures, rollBackOnStop, pause };
      return { id, account, region, ...rules, title, state, sentence, waves: shown() };
    },
    states: () => shown().map((wave) => wave.map((each) => each.state)),
    row,
    change(member, change) {
      rows.set(serviceLabel(member), { ...row(member), ...change });
      tell();
    },
    become(next) {
      state = next;
      tell();
    },
    watch(listener) {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
  };
}
