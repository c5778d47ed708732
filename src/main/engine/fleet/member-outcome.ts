import type { FleetRow } from '../../../shared/model/fleet.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';

export type MemberOutcome = Pick<FleetRow, 'state' | 'sentence' | 'deploymentArn'>;

/** What became of the release to a service, as the journal has it. `back`: the change that took it back, if any. */
export function memberOutcomeOf(release: JournalEntry, back: JournalEntry | undefined): MemberOutcome {
  const there = becameOfRelease(release);
  if (back === undefined) return there;
  if (back.state === 'open') return { ...there, state: 'rolling-back', sentence: 'It is being rolled back.' };
  if (back.state === 'done') {
    return { ...there, state: 'rolled-back', sentence: back.sentence ?? 'It was rolled back.' };
  }
  const why = back.sentence ?? 'The journal does not say why.';
  return { ...there, sentence: `${there.sentence} It could not be rolled back: ${why}` };
}

function becameOfRelease({ state, sentence, deploymentArn }: JournalEntry): MemberOutcome {
  const watched = deploymentArn === undefined ? {} : { deploymentArn };
  if (state === 'open') {
    return { state: 'deploying', sentence: sentence ?? 'It is under way.', ...watched };
  }
  return state === 'done'
    ? { state: 'succeeded', sentence: sentence ?? 'ECS accepted the change.', ...watched }
    : { state: 'failed', sentence: sentence ?? 'It did not succeed.', ...watched };
}
