import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import { fullDiskProblem } from '../../../shared/full-disk.ts';
import type { Job } from '../../../shared/model/job.ts';
import type { Clock, Logger } from '../ports/ports.ts';

type NewJob = Pick<
  Job,
  'id' | 'kind' | 'account' | 'region' | 'cluster' | 'subject' | 'title' | 'removes' | 'recovered'
>;

/** The work of a job as it sees its job. */
export interface JobRun {
  /** Aborts when a person cancels the job, and when the engine is closed. */
  readonly signal: AbortSignal;
  readonly report: (
    change: Partial<Pick<Job, 'state' | 'sentence' | 'progress' | 'deploymentArn' | 'taskArn'>>,
  ) => void;
}

export type JobEnd = Required<Pick<Job, 'outcome' | 'sentence'>>;

/** Long work that no call and no view keeps alive. Lives as long as the engine. */
export interface Jobs {
  /**
   * Starts the work at once. It answers how it ended, or nothing when there is nothing to show of it; what it throws
   * is the end as well. An earlier job with the same id makes room.
   */
  start(job: NewJob, work: (run: JobRun) => Promise<JobEnd | undefined>): void;
  isInProgress(id: string): boolean;
  /** Makes the job with an id, which may start later, a part of another one: its end is not told by itself. */
  isPartOf(id: string, whole: string): void;
  /** Newest first. */
  list(): readonly Job[];
  /** Reports every change of the list until the returned function is called. */
  watch(tell: () => void): () => void;
  /** Does nothing if the job has ended. Throws NOT_FOUND. */
  cancel(id: string): void;
  /** Removes one ended job from the list, or all of them. */
  dismiss(id: string | undefined): void;
  /** Aborts all work and waits for it to end. */
  close(): Promise<void>;
}

interface JobsOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when a job has ended by itself. */
  readonly onEnd?: ((job: Job) => void) | undefined;
}

/** Ended jobs beyond these are forgotten; the journal has them. */
const MOST_ENDED = 50;

interface Kept {
  job: Job;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

export function createJobs({ clock, logger, onEnd }: JobsOptions): Jobs {
  const kept = new Map<string, Kept>();
  const watchers = new Set<() => void>();
  /** By the id of the part: the job that it is a part of. */
  const wholes = new Map<string, string>();
  let closing = false;

  function changed(): void {
    for (const tell of watchers) tell();
  }

  function become(id: string, change: Partial<Job>): void {
    const one = kept.get(id);
    if (one === undefined || one.job.state === 'ended') return;
    one.job = { ...one.job, ...change };
    changed();
  }

  function end(id: string, how: JobEnd | undefined): void {
    if (how === undefined) {
      kept.delete(id);
      changed();
      return;
    }
    logger.debug({ job: id, outcome: how.outcome }, 'A job has ended');
    become(id, { ...how, state: 'ended', endedAt: clock.now().toISOString() });
    const ended = [...kept.values()].filter(({ job }) => job.state === 'ended' && job.partOf !== id);
    forgetPartsOf(id);
    for (const { job } of ended.slice(0, -MOST_ENDED)) kept.delete(job.id);
    const job = kept.get(id)?.job;
    if (job !== undefined && job.partOf === undefined && how.outcome !== 'cancelled' && !closing)
      onEnd?.(job);
  }

  /** The results of the parts are shown with the whole job. */
  function forgetPartsOf(id: string): void {
    for (const { job } of kept.values()) {
      if (job.partOf === id && job.state === 'ended') kept.delete(job.id);
    }
  }

  function endOf(error: unknown, { title, id }: NewJob): JobEnd {
    if (error instanceof SlipwayError) {
      const outcome = error.code === 'CANCELLED' ? 'cancelled' : 'failed';
      return { outcome, sentence: error.message };
    }
    logger.error({ err: error, job: id }, 'A job failed in an unexpected way.');
    const problem = fullDiskProblem(error);
    if (problem !== undefined) {
      const sentence = `“${title}” stopped, because Slipway couldn't write to its data folder: ${problem}. Free space there.`;
      return { outcome: 'failed', sentence };
    }
    return { outcome: 'failed', sentence: `“${title}” failed unexpectedly. See the log for details.` };
  }

  return {
    start(job, work) {
      const controller = new AbortController();
      const { signal } = controller;
      const run: JobRun = { signal, report: (change) => become(job.id, change) };
      const started = Promise.resolve().then(() => {
        if (signal.aborted) throw cancelled(`“${job.title}”`);
        return work(run);
      });
      const ended = started.then(
        (how) => end(job.id, how),
        (error: unknown) => end(job.id, endOf(error, job)),
      );
      const partOf = wholes.get(job.id);
      const now: Job = {
        ...job,
        ...(partOf === undefined ? {} : { partOf }),
        state: 'sending',
        sentence: 'Started.',
        startedAt: clock.now().toISOString(),
      };
      logger.debug({ job: job.id, title: job.title }, 'A job has started');
      kept.delete(job.id);
      kept.set(job.id, { job: now, controller, ended });
      if (closing) controller.abort();
      changed();
    },
    isInProgress(id) {
      const job = kept.get(id)?.job;
      return job !== undefined && job.state !== 'ended';
    },
    isPartOf: (id, whole) => void wholes.set(id, whole),
    list: () => [...kept.values()].map(({ job }) => job).toReversed(),
    watch(tell) {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    cancel(id) {
      const one = kept.get(id);
      if (one === undefined) {
        throw new SlipwayError('NOT_FOUND', 'This job no longer exists. Its outcome is in the journal.');
      }
      one.controller.abort();
    },
    dismiss(id) {
      for (const { job } of kept.values()) {
        if (job.state === 'ended' && (id === undefined || id === job.id)) kept.delete(job.id);
      }
      changed();
    },
    async close() {
      closing = true;
      for (const { controller } of kept.values()) controller.abort();
      await Promise.all([...kept.values()].map(({ ended }) => ended));
    },
  };
}
