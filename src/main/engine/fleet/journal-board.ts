import type { FleetBoard, FleetRow, FleetState } from '../../../shared/model/fleet.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import type { ReleaseDependencies } from '../releases/release-dependencies.ts';
import { becameOf } from './became-of.ts';
import { fleetSentence } from './fleet-sentence.ts';
import { backOf } from './member-release.ts';
import { loadFleet, type StoredMember } from './stored-fleet.ts';

export const INTERRUPTED =
  'Slipway was ended in the middle of it. What was sent is followed to its end; no further wave begins.';

/**
 * The board of a fleet that this process does not carry out, from what the journal has of it and of each of its
 * releases. Throws NOT_FOUND when it has lapsed.
 */
export function journalBoard(releasing: ReleaseDependencies, id: string): FleetBoard {
  const { entries } = releasing.journal;
  const { fleet } = loadFleet(releasing.journal, id);
  const entry = entries.ofPlan(id);
  const state = stateOf(entry, () => entries.brokenOff().some((each) => each.id === entry?.id));

  function rowOf({ cluster, service, plan }: StoredMember): FleetRow {
    const release = entries.ofPlan(plan);
    if (release === undefined) return { cluster, service, ...unbegun(state) };
    return { cluster, service, ...becameOf(release, backOf(releasing, release)) };
  }

  const waves = fleet.waves.map((wave) => wave.map(rowOf));
  const counts = fleetSentence(waves.flat().map((row) => row.state));
  return {
    id,
    account: fleet.account,
    region: fleet.region,
    title: fleet.title,
    state,
    sentence: state === 'interrupted' ? `${INTERRUPTED} ${counts}` : counts,
    waves,
  };
}

/** An end that nobody wrote down is an interruption; `recover` writes that down with an outcome of `unknown`. */
function stateOf(entry: JournalEntry | undefined, isBrokenOff: () => boolean): FleetState {
  if (entry === undefined) return 'planned';
  if (entry.state === 'open') return isBrokenOff() ? 'interrupted' : 'running';
  return entry.outcome === 'unknown' ? 'interrupted' : 'ended';
}

function unbegun(state: FleetState): Pick<FleetRow, 'state' | 'sentence'> {
  if (state === 'planned') return { state: 'planned', sentence: 'Nothing has begun.' };
  if (state === 'running') return { state: 'waiting', sentence: 'It has not begun.' };
  return { state: 'held-back', sentence: 'It was not begun.' };
}
