import { assertNever } from '../../../shared/assert-never.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { CleanupJob, CleanupJobState, CleanupPolicy } from '../../../shared/model/cleanup.ts';
import type { ImageCleanupPolicy } from '../../../shared/model/image-cleanup.ts';
import { readCallerIdentity } from '../aws/caller-identity.ts';
import { readOnlyRule } from '../environments/environments.ts';
import { noUseKnown } from '../use/read-all-use.ts';
import { createImageRegistry } from './images/image-registry.ts';
import { noImageUse } from './images/read-image-use.ts';
import { findOutWhichAreGone, runImageJob } from './images/run-image-job.ts';
import type { CleanupDependencies } from './jobs/cleanup-dependencies.ts';
import { openCleanupFile } from './jobs/cleanup-file.ts';
import type { CleanupWork } from './jobs/job-controls.ts';
import { outcomeSentence } from './jobs/job-outcome.ts';
import { createJobRunner, type Doing } from './jobs/job-runner.ts';
import { createJobStore, type JobStore } from './jobs/job-store.ts';
import { createImagePolicies, createRevisionPolicies, type SavedPolicies } from './jobs/saved-policies.ts';
import { type CleanupExecuteRequest, carriedOutBefore, loadCleanup } from './jobs/stored-cleanup.ts';
import type { StoredJob } from './jobs/stored-job.ts';
import { watchJob } from './jobs/watch-job.ts';
import { type CleanupReadings, createReadingsOfPlans } from './reads-of-plans.ts';
import { createControlPlane } from './revisions/control-plane.ts';
import { findOutWhatWasSent, runJob } from './revisions/run-job.ts';

/** Clean-ups in the background of the engine. They are on disk, and outlive views, calls and processes. */
export interface CleanupJobs {
  readonly policies: SavedPolicies<CleanupPolicy>;
  readonly imagePolicies: SavedPolicies<ImageCleanupPolicy>;
  readonly readings: CleanupReadings;
  /** Throws what `loadCleanup` throws. */
  start(request: CleanupExecuteRequest, signal: AbortSignal): Promise<CleanupJob>;
  /** Of one account and region, or of all; newest first, at most 20. */
  list(scope?: Scope): readonly CleanupJob[];
  /** Calls the listener with the id of a job that changes, until the answer is called. */
  onChange(listener: (id: string) => void): () => void;
  /** Throws NOT_FOUND. */
  find(id: string): CleanupJob;
  /** Returns the job once `isEnd` says so. Throws CANCELLED when the signal aborts first, NOT_FOUND. */
  watch(
    id: string,
    signal: AbortSignal,
    emit: (job: CleanupJob) => void,
    isEnd?: (job: CleanupJob) => boolean,
  ): Promise<CleanupJob>;
  pause(id: string): CleanupJob;
  resume(id: string): CleanupJob;
  cancel(id: string): CleanupJob;
  /** From now on continues with what other processes have left behind, and asks for it every few seconds. */
  adopt(): void;
  /** True from the moment on that `close` was called. */
  isClosed(): boolean;
  close(): Promise<void>;
}

const ADOPTED_EVERY_MS = 5_000;

/** Opens the list of clean-ups in the data folder. Nothing continues before `adopt`, `start` or `resume`. */
export function openCleanupJobs(dependencies: CleanupDependencies): CleanupJobs {
  const { journal, clock, logger, paths } = dependencies;
  const database = openCleanupFile(paths, logger, clock);
  const store = createJobStore(database, clock);
  const requireChangeable = readOnlyRule(dependencies.environments, dependencies.accounts);
  const readings: CleanupReadings = {
    use: createReadingsOfPlans(noUseKnown),
    imageUse: createReadingsOfPlans(noImageUse),
  };
  const doingNow = new Map<string, Doing>();
  const listeners = new Set<(id: string) => void>();
  let adoption: NodeJS.Timeout | undefined;
  let closed = false;

  const runner = createJobRunner({
    store,
    journal,
    logger,
    workOf: createCleanupWork(dependencies, store, readings),
    onChange(id, doing) {
      if (doing === undefined) doingNow.delete(id);
      else doingNow.set(id, doing);
      tell(id);
    },
  });

  function tell(id: string): void {
    for (const listener of listeners) listener(id);
  }

  function find(id: string): CleanupJob {
    const job = store.view(id);
    if (job === undefined) {
      throw new SlipwayError('NOT_FOUND', "This clean-up doesn't exist. List the clean-ups again.");
    }
    const doing = doingNow.get(id);
    return doing === undefined || job.state !== 'running' ? job : { ...job, ...doing };
  }

  function become(id: string, state: CleanupJobState, sentence?: string): CleanupJob {
    const { subject } = find(id);
    if (!store.setState(id, state, sentence)) {
      throw new SlipwayError('CONFLICT', `The clean-up of ${subject} has already ended.`);
    }
    runner.interrupt(id);
    tell(id);
    return find(id);
  }

  function adoptOrphans(): void {
    try {
      for (const id of store.orphans()) runner.run(id);
    } catch (error) {
      logger.warn({ err: error }, 'The list of clean-ups could not be read');
    }
  }

  return {
    policies: createRevisionPolicies(database),
    imagePolicies: createImagePolicies(database),
    readings,
    async start(request, signal) {
      const { cleanup, excluded } = loadCleanup(journal, request);
      requireChangeable({ account: cleanup.target.account });
      const { kind, subject, remove } = cleanup;
      const { account, region } = cleanup.target;
      const callerIdentity = await readCallerIdentity(dependencies, { account, region }, signal);
      if (!journal.plans.claim(request.plan)) throw carriedOutBefore(subject);
      const entry = journal.entries.begin({
        account,
        region,
        plan: request.plan,
        subject,
        kind: 'cleanup',
        title: `Remove ${remove.length} ${remove.length === 1 ? kind.slice(0, -1) : kind} of ${subject}${exclusionLabel(excluded)}`,
        ...(callerIdentity === undefined ? {} : { callerIdentity }),
      });
      store.create(request.plan, cleanup, entry);
      runner.run(request.plan);
      return find(request.plan);
    },
    list: (scope) => store.list(scope).map(find),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    find,
    watch: (id, signal, emit, isEnd = isOver) => watchJob({ find, listeners }, { id, signal, emit, isEnd }),
    pause: (id) => become(id, 'paused'),
    resume(id) {
      const job = become(id, 'running');
      runner.run(id);
      return job;
    },
    cancel(id) {
      const job = become(id, 'cancelled', `Stopped. ${outcomeSentence(find(id))}`);
      const entry = store.find(id)?.entry;
      if (entry !== undefined && job.sentence !== undefined)
        journal.entries.update(entry, { state: 'failed', sentence: job.sentence });
      return job;
    },
    adopt() {
      adoption ??= setInterval(adoptOrphans, ADOPTED_EVERY_MS).unref();
      adoptOrphans();
    },
    isClosed: () => closed,
    async close() {
      closed = true;
      clearInterval(adoption);
      await runner.close();
      if (database.isOpen) database.close();
    },
  };
}

/** Names that the journal's title has room for. */
const MOST_NAMED = 5;

/** Such as `; 2 excluded by hand: web:1, web:2`. */
function exclusionLabel(excluded: readonly string[]): string {
  if (excluded.length === 0) return '';
  const others = excluded.length - MOST_NAMED;
  const names = excluded.slice(0, MOST_NAMED).join(', ');
  return `; ${excluded.length} excluded by hand: ${names}${others > 0 ? ` and ${others} more` : ''}`;
}

/** Ended permanently: a paused job may continue. */
export function isOver({ state }: CleanupJob): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

function createCleanupWork(
  { aws, revisionCaches }: Pick<CleanupDependencies, 'aws' | 'revisionCaches'>,
  store: JobStore,
  readings: CleanupReadings,
): (job: StoredJob) => CleanupWork {
  return (job) => {
    switch (job.kind) {
      case 'revisions': {
        const known = { job, store, plane: createControlPlane(aws, job, readings.use.of(job.id)) };
        return {
          carryOut: (controls) => runJob({ ...known, ...controls }),
          findOut: (signal) => findOutWhatWasSent({ ...known, signal }),
        };
      }
      case 'images': {
        const registry = createImageRegistry({ aws, revisionCaches }, job, readings.imageUse.of(job.id));
        const known = { job, store, registry };
        return {
          carryOut: (controls) => runImageJob({ ...known, ...controls }),
          findOut: (signal) => findOutWhichAreGone({ ...known, signal }),
        };
      }
      default:
        return assertNever(job);
    }
  };
}
