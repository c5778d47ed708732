import type { Deployment, FailureGroup, FailureTimelineEntry } from '../../../shared/model/deployment.ts';

interface ReleaseProgress {
  readonly deployment: Deployment;
  readonly failures: readonly FailureGroup[];
  /** When ECS began to go back. */
  readonly turnedBackAt?: Date;
  readonly triggeredAlarms: readonly string[];
}

/** More failures of a kind than this are one entry. */
const MOST_OF_A_KIND = 4;

/** What happened in order: how it began, each failure, and the way back. For a strip that is read at a glance. */
export function failureTimelineOf({
  deployment,
  failures,
  turnedBackAt,
  triggeredAlarms,
}: ReleaseProgress): readonly FailureTimelineEntry[] {
  const begun = deployment.startedAt ?? deployment.createdAt;
  const start: FailureTimelineEntry = {
    words: 'scale up',
    state: 'passed',
    ...(begun === undefined ? {} : { at: begun }),
  };
  const failed = failures.flatMap(failureTimelineOfGroup);
  const alarms = triggeredAlarms.map(
    (name): FailureTimelineEntry => ({ words: `alarm ${name}`, state: 'failed' }),
  );
  return [start, ...failed.toSorted(byTime), ...alarms, ...wayBack(deployment, turnedBackAt)];
}

function failureTimelineOfGroup(group: FailureGroup): readonly FailureTimelineEntry[] {
  const words = shortWords(group);
  if (group.times > MOST_OF_A_KIND)
    return [{ words: `${words} (${group.times} times)`, state: 'failed', ...at(group.firstAt) }];
  return Array.from({ length: group.times }, (_, index) => ({
    words,
    state: 'failed',
    ...at(index === group.times - 1 ? group.lastAt : group.firstAt),
  }));
}

/** `killed 137`, `exit 1`, `failed its health check`. */
function shortWords({ kind, exitCode, cause }: FailureGroup): string {
  if (kind === 'out-of-memory') return `killed ${exitCode ?? ''}`.trim();
  if (kind === 'crashed' && exitCode !== undefined) return `exit ${exitCode}`;
  return cause.replace(/^could not start: /, '');
}

function wayBack(
  { status, outcome, finishedAt }: Deployment,
  turnedBackAt: Date | undefined,
): readonly FailureTimelineEntry[] {
  const since = turnedBackAt?.toISOString() ?? finishedAt;
  if (outcome === 'rolled-back') return [{ words: 'rolled back', state: 'back', ...at(finishedAt) }];
  if (outcome === 'failed') return [{ words: 'rollback failed', state: 'failed', ...at(finishedAt) }];
  if (outcome === 'stopped') return [{ words: 'stopped', state: 'back', ...at(finishedAt) }];
  if (status.startsWith('ROLLBACK_')) return [{ words: 'rolling back', state: 'back', ...at(since) }];
  return [];
}

function at(instant: string | undefined): { readonly at?: string } {
  return instant === undefined ? {} : { at: instant };
}

function byTime(one: FailureTimelineEntry, other: FailureTimelineEntry): number {
  return (one.at ?? '').localeCompare(other.at ?? '');
}
