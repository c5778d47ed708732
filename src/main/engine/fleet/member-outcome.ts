import type { FleetRow } from '../../../shared/model/fleet.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';

export type MemberOutcome = Pick<FleetRow, 'state' | 'sentence' | 'deploymentArn'>;

/** The outcome of the release to a service, as the journal has it. `back`: the change that took it back, if any. */
export function memberOutcomeOf(release: JournalEntry, back: JournalEntry | undefined): MemberOutcome {
  const there = outcomeOfRelease(release);
  if (back === undefined) return there;
  if (back.state === 'open') return { ...there, state: 'rolling-back', sentence: 'Rolling back.' };
  if (back.state === 'done') {
    return { ...there, state: 'rolled-back', sentence: back.sentence ?? 'Rolled back.' };
  }
  const why = back.sentence ?? 'The journal does not say why.';
  return { ...there, sentence: `${there.sentence} Couldn't roll back: ${why}` };
}

function outcomeOfRelease({ state, sentence, deploymentArn }: JournalEntry): MemberOutcome {
  const watched = deploymentArn === undefined ? {} : { deploymentArn };
  if (state === 'open') {
    return { state: 'deploying', sentence: sentence ?? 'In progress.', ...watched };
  }
  return state === 'done'
    ? { state: 'succeeded', sentence: sentence ?? 'ECS accepted the change.', ...watched }
    : { state: 'failed', sentence: sentence ?? 'Failed.', ...watched };
}
