import type { Service } from '@aws-sdk/client-ecs';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import type { JournalEntry } from '../../../../shared/model/journal.ts';
import { lastPartOf } from '../../aws/arns.ts';
import { temporaryFailureOf, waitUnlessCancelled } from '../../aws/retry.ts';
import { notUpToDate } from '../model/not-up-to-date.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import { detailsMs, msUntilPoll, nextTryMs } from '../watch/poll-interval.ts';
import { recordEnd, recordEvidence, recordLoss } from '../watch/record-outcome.ts';
import { sharedWatching } from '../watch/shared-watching.ts';
import { longerThanWanted } from '../watch/time-limit.ts';
import type { Watched } from '../watch/watch-rollout.ts';
import { releaseMembers } from './release-of-entry.ts';
import { createTaskSetReader } from './task-set-reader.ts';
import { TASK_SETS_STRATEGY } from './task-set-rollout.ts';

interface Follower {
  readonly signal: AbortSignal;
  readonly emit: (rollout: Rollout) => void;
  /** What there is to do where the release stands, beside looking at it. */
  readonly onPoll: (service: Service) => Promise<void>;
}

/** Before the first read there is nothing to show, so the watch gives up soon. */
const FIRST_TRIES = 3;

/**
 * Follows a release with task sets until it has ended, at the pace of all watches, and writes its end and its evidence
 * into the journal. It continues while AWS throttles or cannot be reached. Throws NOT_FOUND when the service or the set
 * is gone, AUTH_REQUIRED, CANCELLED, and what `onLook` throws and does not pass.
 */
export async function followTaskSet(
  dependencies: ReleaseDependencies,
  { ref, deployment: arn, warnAfterMs }: Watched,
  { signal, emit, onPoll }: Follower,
): Promise<Rollout> {
  const { journal, aws, clock, pollIntervalMs } = dependencies;
  const ended = endedLongAgo(journal.entries.ofDeployment(arn));
  if (ended !== undefined) return ended;
  const shared = sharedWatching(aws, ref, pollIntervalMs);
  const reader = createTaskSetReader(dependencies, ref, arn, signal);
  const leave = shared.enter();
  let shown = '';
  let kept = '';
  let readAt: number | undefined;
  let misses = 0;

  function show(rollout: Rollout): void {
    const warning = longerThanWanted(rollout, warnAfterMs, clock.now());
    const news = warning === undefined ? rollout : { ...rollout, warning };
    const text = JSON.stringify(news);
    if (text !== shown) emit(news);
    shown = text;
    const diagnosis = JSON.stringify(rollout.diagnosis ?? null);
    if (diagnosis !== kept) recordEvidence(journal, rollout);
    kept = diagnosis;
  }

  async function pollOnce(): Promise<void> {
    const service = await reader.poll();
    await onPoll(service);
    const now = performance.now();
    if (readAt !== undefined && now - readAt < detailsMs(shared.count(), pollIntervalMs) - pollIntervalMs / 2)
      return;
    readAt = now;
    await reader.readDetails();
  }

  try {
    for (;;) {
      const lookedAt = performance.now();
      const failure = await temporaryFailureOf(pollOnce);
      const seen = reader.rollout();
      misses = failure === undefined ? 0 : misses + 1;
      if (failure !== undefined && seen === undefined && misses >= FIRST_TRIES) throw failure;
      if (seen !== undefined && failure !== undefined) emit({ ...seen, notUpToDate: notUpToDate(failure) });
      if (seen !== undefined && failure === undefined) {
        if (seen.deployment.outcome !== 'in-progress') {
          await temporaryFailureOf(() => reader.readDetails());
          return recordEnd(journal, reader.rollout() ?? seen);
        }
        show(seen);
      }
      const pauseMs = misses === 0 ? pollIntervalMs : nextTryMs(misses, pollIntervalMs);
      await waitUnlessCancelled(
        msUntilPoll(lookedAt, pauseMs, performance.now(), pollIntervalMs),
        signal,
        'Watching the deployment',
      );
    }
  } catch (error) {
    recordLoss(journal, arn, error);
    throw error;
  } finally {
    leave();
  }
}

/** A release that has ended is told as the journal has it: its set may be gone, or have been replaced since. */
function endedLongAgo(entries: readonly JournalEntry[]): Rollout | undefined {
  const entry = entries.find(({ kind }) => kind !== 'stop');
  const { deploymentArn, outcome, sentence } = entry ?? {};
  const isInProgress = entries.some(({ state }) => state === 'open');
  if (entry === undefined || isInProgress) return undefined;
  if (deploymentArn === undefined || outcome === undefined || sentence === undefined) return undefined;
  const { evidence } = entry;
  return {
    deployment: {
      arn: deploymentArn,
      id: lastPartOf(deploymentArn),
      status: outcome.toUpperCase(),
      outcome,
      ...releaseMembers(entry),
    },
    taskGroups: [],
    failures: evidence?.failures ?? [],
    events: evidence?.events ?? [],
    sentence,
    strategy: TASK_SETS_STRATEGY,
    ...(evidence?.diagnosis === undefined ? {} : { diagnosis: evidence.diagnosis }),
  };
}
