import { setTimeout as delay } from 'node:timers/promises';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { CleanupJob } from '../../../../shared/model/cleanup.ts';
import { isTemporary } from '../../aws/retry.ts';
import type { Journal } from '../../journal/journal.ts';
import type { Logger } from '../../ports/ports.ts';
import type { CleanupWork, JobControls } from './job-controls.ts';
import { outcomeSentence } from './job-outcome.ts';
import type { JobStore } from './job-store.ts';
import { newHolder } from './lock-owner.ts';
import type { StoredJob } from './stored-job.ts';

/** A process that has not renewed its lease for this long has crashed, or sleeps. */
const LEASE_MS = 15_000;
const RENEWED_EVERY_MS = 5_000;

/** Waits after what may be over soon, each longer than the one before. */
const WAITS_MS = [2_000, 5_000, 15_000, 30_000, 60_000];

/** What a job does at this moment, and how long the rest of it takes. */
export type Doing = Required<Pick<CleanupJob, 'doing'>> & Pick<CleanupJob, 'leftMs'>;

export interface JobRunnerOptions {
  readonly store: JobStore;
  readonly journal: Pick<Journal, 'entries'>;
  readonly workOf: (job: StoredJob) => CleanupWork;
  readonly logger: Logger;
  /** Called whenever a job changes, with its current activity, if any. */
  readonly onChange: (job: string, doing?: Doing) => void;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Carries jobs out in this process, each in one process of the machine at a time. */
export interface JobRunner {
  /** Starts or resumes a job, unless a process already runs it. Returns at once. */
  run(id: string): void;
  /** Interrupts what a job does here; its state on disk decides its outcome. */
  interrupt(id: string): void;
  /** Releases every job. They stay `running` on disk, and the next process continues with them. */
  close(): Promise<void>;
}

export function createJobRunner(options: JobRunnerOptions): JobRunner {
  const { store, journal, workOf, logger, onChange, wait = waitFor } = options;
  const holder = newHolder();
  const running = new Map<string, { readonly controller: AbortController; readonly end: Promise<void> }>();
  let closed = false;

  async function carryOut(job: StoredJob, controller: AbortController): Promise<void> {
    const { id } = job;
    const { signal } = controller;
    const mayContinue = (): boolean =>
      !signal.aborted && store.take(id, holder, LEASE_MS) && store.stateOf(id) === 'running';
    const work = workOf(job);
    const controls: JobControls = {
      mayContinue,
      report: (doing, leftMs) => onChange(id, { doing, ...(leftMs === undefined ? {} : { leftMs }) }),
      now: () => performance.now(),
      signal,
    };
    for (let attempt = 0; mayContinue(); attempt += 1) {
      const left = store.view(id)?.left;
      try {
        await work.carryOut(controls);
        if (mayContinue()) settle(job);
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (!isTemporary(error)) return pause(job, error);
        if (store.view(id)?.left !== left) attempt = 0;
        const ms = WAITS_MS[Math.min(attempt, WAITS_MS.length - 1)] ?? 0;
        logger.debug({ err: error, job: id, attempt, ms }, 'A clean-up waits before it tries again');
        store.say(id, `${messageOf(error)} Retrying in ${ms / 1000} s.`);
        onChange(id, { doing: 'waiting' });
        await wait(ms, signal).catch(() => undefined);
        store.say(id, undefined);
      }
    }
  }

  function settle({ id, entry }: StoredJob): void {
    const job = store.view(id);
    if (job === undefined) return;
    const state = job.failed.length === 0 ? 'done' : 'failed';
    const sentence = outcomeSentence(job);
    if (!store.setState(id, state, sentence)) return;
    journal.entries.update(entry, { state, sentence });
  }

  function pause({ id }: StoredJob, error: unknown): void {
    logger.warn({ err: error, job: id }, 'A clean-up has stopped');
    store.setState(id, 'paused', messageOf(error));
  }

  /** What was interrupted with a request in progress is found out, so that the counts of a cancelled job are true. */
  async function findOut(job: StoredJob): Promise<void> {
    if (closed || store.stateOf(job.id) === 'running') return;
    const { signal } = new AbortController();
    await workOf(job)
      .findOut(signal)
      .catch((error: unknown) => {
        logger.warn({ err: error, job: job.id }, 'The outcome of the last requests is still unknown');
      });
  }

  /** A file that cannot be written this time is no reason to stop: it is asked again before the next request. */
  function renew(id: string, controller: AbortController): void {
    try {
      if (!store.take(id, holder, LEASE_MS)) controller.abort();
    } catch (error) {
      logger.warn({ err: error, job: id }, 'The lease of a clean-up could not be renewed');
    }
  }

  async function begin(job: StoredJob, controller: AbortController): Promise<void> {
    logger.debug({ job: job.id }, 'This process took over a clean-up');
    const renewal = setInterval(() => renew(job.id, controller), RENEWED_EVERY_MS).unref();
    try {
      await carryOut(job, controller);
      await findOut(job);
    } catch (error) {
      pause(job, error);
    } finally {
      clearInterval(renewal);
      logger.debug({ job: job.id, state: store.stateOf(job.id) }, 'This process released a clean-up');
      store.release(job.id, holder);
      running.delete(job.id);
      onChange(job.id);
    }
    // Resumed while it was being interrupted.
    if (!closed && store.stateOf(job.id) === 'running') run(job.id);
  }

  function run(id: string): void {
    if (closed || running.has(id)) return;
    const job = store.find(id);
    if (job === undefined || !store.take(id, holder, LEASE_MS)) return;
    const controller = new AbortController();
    running.set(id, { controller, end: begin(job, controller) });
  }

  return {
    run,
    interrupt: (id) => running.get(id)?.controller.abort(),
    async close() {
      closed = true;
      for (const { controller } of running.values()) controller.abort();
      await Promise.all([...running.values()].map(({ end }) => end));
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof SlipwayError ? error.message : 'It failed unexpectedly. See the log for details.';
}

async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal });
}
