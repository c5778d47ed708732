import type { FleetBoard, FleetRow, FleetRowState, FleetState } from '../../../shared/model/fleet.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import type { ReleaseDependencies } from '../releases/model/release-dependencies.ts';
import { fleetSentence } from './fleet-sentence.ts';
import { memberOutcomeOf } from './member-outcome.ts';
import { backOf } from './member-release.ts';
import { failuresIn, isInProgress } from './next-step.ts';
import { loadFleet, type StoredMember } from './stored-fleet.ts';

export const INTERRUPTED =
  'Slipway quit before this finished. It follows the releases that were sent; nothing else starts until you resume, ' +
  'stop here, or roll it back.';

export const NOT_BEGUN = 'Not started.';
export const HELD_BACK = 'Not started, because too many earlier services failed.';

/**
 * The board of a fleet that this process does not carry out, from what the journal has of it and of each of its
 * releases. Throws NOT_FOUND when it has expired.
 */
export function journalBoard(releasing: ReleaseDependencies, id: string): FleetBoard {
  const { entries } = releasing.journal;
  const { fleet } = loadFleet(releasing.journal, id);
  const entry = entries.ofPlan(id);
  const written = stateOf(entry, () => entries.interrupted().some((each) => each.id === entry?.id));

  function rowOf(member: StoredMember): FleetRow {
    const { cluster, service, plan, refused } = member;
    if (refused !== undefined) return { cluster, service, ...refused };
    const release = entries.ofPlan(plan);
    if (release === undefined) return { cluster, service, ...unbegun(written) };
    const became = memberOutcomeOf(release, backOf(releasing, release));
    return { cluster, service, ...became, ...(isUnsent(member, release) ? { state: 'held-back' } : {}) };
  }

  const rows = fleet.waves.map((wave) => wave.map(rowOf));
  const failures = failuresIn(rows.flat().map((row) => row.state));
  const hasFailed = failures >= fleet.stopAfterFailures && entry?.outcome === 'failed';
  const waves = rows.map((wave) => wave.map((row) => withReason(row, hasFailed)));
  const states = waves.flat().map((row) => row.state);
  const counts = fleetSentence(states);
  const state = written === 'interrupted' && !leavesChoice(states) ? 'ended' : written;
  const { account, region, title, stopAfterFailures, rollBackOnStop, pause } = fleet;
  return {
    id,
    account,
    region,
    stopAfterFailures,
    rollBackOnStop,
    pause,
    title,
    state,
    sentence: state === 'interrupted' ? `${INTERRUPTED} ${counts}` : counts,
    waves,
  };
}

/** Whether Slipway was ended before ECS was told to deploy it, so that going on with the fleet sends it. */
export function isUnsent(
  { isInterrupted = false }: StoredMember,
  { state, outcome, taskDefinitionArn }: JournalEntry,
): boolean {
  if (!isInterrupted) return false;
  return state === 'unfinished' || (state === 'failed' && outcome === undefined && !taskDefinitionArn);
}

/** With all of them sent and none taken back there is nothing to decide once it is known how they ended. */
function leavesChoice(states: readonly FleetRowState[]): boolean {
  return states.some((state) => isInProgress(state) || state === 'held-back' || state === 'rolled-back');
}

/** A missing end is an interruption; `recover` records it with the outcome `unknown`. */
function stateOf(entry: JournalEntry | undefined, isInterrupted: () => boolean): FleetState {
  if (entry === undefined) return 'planned';
  if (entry.state === 'open') return isInterrupted() ? 'interrupted' : 'running';
  return entry.outcome === 'unknown' ? 'interrupted' : 'ended';
}

/** Says why it was not started, where a failure was the reason. */
function withReason(row: FleetRow, hasFailed: boolean): FleetRow {
  if (row.state !== 'held-back' || row.sentence !== NOT_BEGUN || !hasFailed) return row;
  return { ...row, sentence: HELD_BACK };
}

function unbegun(state: FleetState): Pick<FleetRow, 'state' | 'sentence'> {
  if (state === 'planned') return { state: 'planned', sentence: 'Nothing has started.' };
  if (state === 'running') return { state: 'waiting', sentence: 'Not started.' };
  return { state: 'held-back', sentence: NOT_BEGUN };
}
