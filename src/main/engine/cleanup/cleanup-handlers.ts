import { type ErrorCode, SlipwayError } from '../../../shared/errors.ts';
import type { CleanupJob, CleanupProgress } from '../../../shared/model/cleanup.ts';
import type { Handlers } from '../ports/handlers.ts';
import { type LastPer, lastPer } from '../ports/pacing.ts';
import { type KnownUse, noUseKnown } from '../use/read-all-use.ts';
import { type CleanupJobs, isOver } from './cleanup-jobs.ts';
import { planImageCleanup } from './images/plan-image-cleanup.ts';
import { noImageUse } from './images/read-image-use.ts';
import type { CleanupDependencies } from './jobs/cleanup-dependencies.ts';
import type { CleanupExecuteRequest } from './jobs/stored-cleanup.ts';
import { planCleanup } from './revisions/plan-cleanup.ts';

const PROGRESS_EVERY_MS = 100;

type CleanupMethod = Extract<keyof Handlers, `cleanup.${string}`>;

/** The methods that clear away revisions that nothing uses, and images that nothing refers to. */
export function createCleanupHandlers(
  dependencies: CleanupDependencies,
  jobs: CleanupJobs,
): Pick<Handlers, CleanupMethod> {
  return {
    'cleanup.plan': async ({ policy, ...target }, { signal, emit }) => {
      // What starts tasks is read in whole for each plan: it takes few calls, and a permission that is missing must show.
      const known = {
        ...noUseKnown(),
        clusters: new Map(),
        ...knownReads(jobs.readings.use.lastOf(target)),
      };
      const plan = await paced(emit, (onProgress) =>
        planCleanup(dependencies, { target, policy, known, onProgress }, signal),
      );
      jobs.readings.use.keep(plan.id, target, known);
      return plan;
    },
    'cleanup.planImages': async ({ policy, ...target }, { signal, emit }) => {
      const known = jobs.readings.imageUse.lastOf(target) ?? noImageUse();
      const plan = await paced(emit, (onProgress) =>
        planImageCleanup(dependencies, { target, policy, known, onProgress }, signal),
      );
      jobs.readings.imageUse.keep(plan.id, target, known);
      return plan;
    },
    'cleanup.start': (request, { signal }) => jobs.start(request, signal),
    'cleanup.run': (request, { signal, emit }) => followToItsEnd(jobs, request, signal, emit),
    'cleanup.jobs': async (scope) => jobs.list(scope),
    'cleanup.watch': ({ job }, { signal, emit }) => jobs.watch(job, signal, emit),
    'cleanup.pause': async ({ job }) => jobs.pause(job),
    'cleanup.resume': async ({ job }) => jobs.resume(job),
    'cleanup.cancel': async ({ job }) => jobs.cancel(job),
    'cleanup.policy': async (scope) => {
      const policy = jobs.policies.find(scope);
      return policy === undefined ? {} : { policy };
    },
    'cleanup.imagePolicy': async (scope) => {
      const policy = jobs.imagePolicies.find(scope);
      return policy === undefined ? {} : { policy };
    },
    'cleanup.savePolicy': async ({ policy, ...scope }) => {
      jobs.policies.save(scope, policy);
      return {};
    },
    'cleanup.saveImagePolicy': async ({ policy, ...scope }) => {
      jobs.imagePolicies.save(scope, policy);
      return {};
    },
  };
}

function knownReads(last: KnownUse | undefined): Partial<KnownUse> {
  return last === undefined ? {} : { targets: last.targets, tasks: last.tasks, clusters: last.clusters };
}

/** Passes on at most ten events of each part a second, the last one in any case. */
async function paced<T>(
  emit: (progress: CleanupProgress) => void,
  read: (onProgress: (progress: CleanupProgress) => void) => Promise<T>,
): Promise<T> {
  const paces = new Map<string, LastPer<CleanupProgress>>();
  try {
    return await read((progress) => {
      const pace = paces.get(progress.part) ?? lastPer(PROGRESS_EVERY_MS, emit);
      paces.set(progress.part, pace);
      pace.push(progress);
    });
  } finally {
    for (const pace of paces.values()) {
      pace.flush();
      pace.stop();
    }
  }
}

/** Starts a clean-up and waits for its end. Cancelling the call cancels it. Throws when it stopped by itself. */
async function followToItsEnd(
  jobs: CleanupJobs,
  request: CleanupExecuteRequest,
  signal: AbortSignal,
  emit: (job: CleanupJob) => void,
): Promise<CleanupJob> {
  const { id } = await jobs.start(request, signal);
  try {
    const job = await jobs.watch(id, signal, emit, (now) => isOver(now) || now.state === 'paused');
    if (job.state === 'done' || job.state === 'failed') return job;
    throw stopped(job);
  } catch (error) {
    if (signal.aborted && !isOver(jobs.find(id))) jobs.cancel(id);
    throw error;
  }
}

function stopped({ state, subject, sentence = '' }: CleanupJob): SlipwayError {
  const code: ErrorCode = state === 'cancelled' ? 'CANCELLED' : 'UNAVAILABLE';
  const wayOn = state === 'paused' ? ' Resume it with cleanup.resume.' : '';
  return new SlipwayError(code, `The clean-up of ${subject} has stopped. ${sentence}${wayOn}`);
}
