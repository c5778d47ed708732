import type { SlipwayError } from '../../../../shared/errors.ts';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { temporaryFailureOf, waitUnlessCancelled } from '../../aws/retry.ts';
import { mainFailure } from '../../task-failures/failure-groups.ts';
import { notUpToDate } from '../model/not-up-to-date.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import { msUntilPoll, nextTryMs } from './poll-interval.ts';
import { recordEnd, recordEvidence, recordLoss } from './record-outcome.ts';
import { createRolloutReader, type RolloutReader } from './rollout-reader.ts';
import type { SharedRun } from './shared-reads.ts';
import { sharedWatching } from './shared-watching.ts';
import { longerThanWanted } from './time-limit.ts';

/** What a watch follows. */
export interface Watched {
  readonly ref: ServiceRef;
  /** The ARN of the service deployment. */
  readonly deployment: string;
  /** How long it may take until the watcher is told that it takes long. */
  readonly warnAfterMs?: number | undefined;
}

/** Before the first read there is nothing to show, so the watch gives up soon. */
const FIRST_TRIES = 3;

/**
 * Follows a service deployment by its ARN until its status says that it has ended, and sends what has changed. It
 * continues while AWS throttles or cannot be reached, and stops with AUTH_REQUIRED, with NOT_FOUND when the deployment
 * or its service is gone, and with CANCELLED. How it ended is written in the journal, and why while it can be seen.
 * Those who watch the same deployment at the same time share the calls.
 */
export async function watchRollout(
  dependencies: ReleaseDependencies,
  watched: Watched,
  signal: AbortSignal,
  emit: (rollout: Rollout) => void,
): Promise<Rollout> {
  const { ref, deployment } = watched;
  const shared = sharedWatching(dependencies.aws, ref, dependencies.pollIntervalMs);
  const key = JSON.stringify([ref.cluster, ref.service, deployment]);
  return shared.follow(key, { signal, emit: newsOnly(dependencies, watched, emit) }, async (run) => {
    const leave = shared.enter();
    try {
      const reader = createRolloutReader(dependencies, ref, deployment, run.signal);
      return await follow({ dependencies, watched, reader, run });
    } catch (error) {
      recordLoss(dependencies.journal, deployment, error);
      throw error;
    } finally {
      leave();
    }
  });
}

/** What one of the watchers is told: each change once, and that it takes longer than this one wanted. */
function newsOnly(
  { clock }: ReleaseDependencies,
  { warnAfterMs }: Watched,
  emit: (rollout: Rollout) => void,
): (rollout: Rollout) => void {
  let last: Rollout | undefined;
  return (seen) => {
    const warning = longerThanWanted(seen, warnAfterMs, clock.now());
    const rollout = warning === undefined ? seen : { ...seen, warning };
    if (last !== undefined && !isNews(last, rollout)) return;
    last = rollout;
    emit(rollout);
  };
}

interface Watch {
  readonly dependencies: ReleaseDependencies;
  readonly watched: Watched;
  readonly reader: RolloutReader;
  readonly run: SharedRun<Rollout>;
}

async function follow(watch: Watch): Promise<Rollout> {
  const { reader, run } = watch;
  const { pollIntervalMs } = watch.dependencies;
  const shown = createShown(watch);
  const details = createDetailsInterval(watch, () => shown.show());
  let misses = 0;
  for (;;) {
    const lookedAt = performance.now();
    const letIn = run.arrivals();
    const failure = await temporaryFailureOf(() => reader.poll());
    letIn();
    const seen = reader.rollout();
    if (failure !== undefined) {
      misses += 1;
      if (seen === undefined && misses >= FIRST_TRIES) throw failure;
      shown.showStale(failure);
    } else {
      misses = 0;
      if (seen !== undefined && isOver(seen)) return end(watch, shown, details);
      if (details.areMissing())
        await Promise.race([
          details.refresh(),
          waitUnlessCancelled(pollIntervalMs, run.signal, 'Watching the deployment'),
        ]);
      else void details.refresh();
      details.throwFailure();
      shown.show();
    }
    const nextMs = misses === 0 ? reader.nextPollMs() : nextTryMs(misses, pollIntervalMs);
    // Whoever comes later gets an answer at once too.
    await run.pause(msUntilPoll(lookedAt, nextMs, performance.now(), pollIntervalMs));
  }
}

/** The outcome is said at once; what was left behind is read once more for the cause. */
async function end(
  { reader, dependencies, watched, run }: Watch,
  shown: Shown,
  details: DetailsInterval,
): Promise<Rollout> {
  if (!details.areMissing()) shown.show();
  await temporaryFailureOf(async () => {
    await details.finish();
    await reader.readDetails();
  });
  const seen = reader.rollout();
  if (seen === undefined) throw new Error('A deployment that was never read has ended.');
  const cause = mainFailure(seen.failures);
  if (seen.deployment.outcome !== 'succeeded' && cause !== undefined)
    await dependencies.causes?.keep(watched.ref, watched.deployment, `${cause}.`);
  const ended = recordEnd(dependencies.journal, seen);
  run.arrivals()();
  run.emit(ended);
  return ended;
}

interface Shown {
  /** Sends what is known. */
  show(): void;
  /** Sends what was last known, and that it is not up to date. */
  showStale(failure: SlipwayError): void;
}

function createShown({ reader, dependencies, run }: Watch): Shown {
  let kept = '';
  return {
    show() {
      const seen = reader.rollout();
      if (seen === undefined) return;
      const diagnosis = JSON.stringify(seen.diagnosis ?? null);
      if (diagnosis !== kept) recordEvidence(dependencies.journal, seen);
      kept = diagnosis;
      run.emit(seen);
    },
    showStale(failure) {
      const seen = reader.rollout();
      if (seen !== undefined) run.emit({ ...seen, notUpToDate: notUpToDate(failure) });
    },
  };
}

/** Details are read beside the polls, so that many watches do not hold up each other's outcome. */
interface DetailsInterval {
  areMissing(): boolean;
  /** Reads them when it is time, and shows them. */
  refresh(): Promise<void>;
  /** Waits for the reading that is in progress. */
  finish(): Promise<void>;
  /** Throws what a reading failed with, unless it passes. */
  throwFailure(): void;
}

function createDetailsInterval({ reader, dependencies }: Watch, show: () => void): DetailsInterval {
  const { pollIntervalMs } = dependencies;
  let reading: Promise<void> | undefined;
  let readAt: number | undefined;
  let failure: Error | undefined;

  async function read(): Promise<void> {
    try {
      await temporaryFailureOf(() => reader.readDetails());
      show();
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    } finally {
      reading = undefined;
    }
  }

  return {
    areMissing: () => readAt === undefined,
    refresh() {
      const now = performance.now();
      const isTooSoon = readAt !== undefined && now - readAt < reader.detailsMs() - pollIntervalMs / 2;
      if (reading !== undefined || isTooSoon) return reading ?? Promise.resolve();
      readAt = now;
      reading = read();
      return reading;
    },
    async finish() {
      await reading;
    },
    throwFailure() {
      if (failure !== undefined) throw failure;
    },
  };
}

function isOver({ deployment: { outcome, finishedAt } }: Rollout): boolean {
  return outcome === 'unknown' ? finishedAt !== undefined : outcome !== 'in-progress';
}

/** The time that is left runs by itself in every view, so that it alone is no news. */
function isNews(before: Rollout, after: Rollout): boolean {
  const { estimatedMsLeft: _before, ...earlier } = before;
  const { estimatedMsLeft: _after, ...later } = after;
  return JSON.stringify(earlier) !== JSON.stringify(later);
}
