import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { DeploymentOutcome, Rollout } from '../../../shared/model/deployment.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import { PlanKind, type Release } from '../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { isTemporary, waitUnlessCancelled } from '../aws/retry.ts';
import { isTaskSetArn } from '../ecs/service-task-sets.ts';
import type { JobEnd, JobRun, Jobs } from '../jobs/jobs.ts';
import type { Handlers } from '../ports/handlers.ts';
import { executePlan } from './execute-plan.ts';
import type { ReleaseDependencies } from './model/release-dependencies.ts';
import { loadPlan } from './model/stored-plan.ts';
import { recoverInterrupted } from './recover-interrupted.ts';
import { resumeRelease } from './resume-discard.ts';
import { carryTaskSetOn } from './task-sets/resume-task-set.ts';
import { watchDeployment } from './watch-deployment.ts';

interface ReleaseJobsOptions {
  readonly dependencies: ReleaseDependencies;
  readonly jobs: Jobs;
}

/**
 * Releases as jobs: each continues when its caller goes away, and the engine follows its deployment to the end. Only
 * jobs.cancel stops one.
 */
export interface ReleaseJobs {
  /** Executes a plan, and answers as soon as the change is sent. A job that runs already is not started again. */
  readonly execute: Handlers['releases.execute'];
  /** Carries out what is left of an interrupted release. */
  readonly resume: Handlers['releases.resume'];
  /**
   * Follows a deployment. A task set whose release was interrupted is resumed: it changes only on request.
   */
  readonly watch: Handlers['releases.watch'];
  /**
   * Looks in the journal for releases whose process was ended, in the background: AWS is asked for their outcome, and
   * their deployments are watched to the end. An account that would ask for an MFA code waits until it has one.
   */
  readonly recover: () => void;
}

/** Poll intervals until a login, or a network that failed, is tried again: 6 s and 10 s. */
const LOGIN_INTERVALS = 3;
const NETWORK_INTERVALS = 5;

export function createReleaseJobs({ dependencies, jobs }: ReleaseJobsOptions): ReleaseJobs {
  const { journal, aws, logger, pollIntervalMs } = dependencies;
  const { entries } = journal;
  /** Entries that could not be recovered: not tried again before the next start. */
  const lookedInto = new Set<string>();

  /** Watches a deployment until it has ended, however long a login or the network is missing. */
  async function follow(run: JobRun, ref: ServiceRef, watched: Watched): Promise<JobEnd> {
    for (;;) {
      await untilNobodyIsAsked(run, ref);
      const state = isTaskSetArn(watched.deploymentArn) ? 'sending' : 'watching';
      run.report({ state, deploymentArn: watched.deploymentArn });
      try {
        const { deploymentArn: arn } = watched;
        const told = {
          signal: run.signal,
          emit: (rollout: Rollout) => run.report({ sentence: progressSentence(rollout) }),
        };
        const { sentence, deployment } = isTaskSetArn(arn)
          ? await carryTaskSetOn(dependencies, watched.id, { ref, deployment: arn }, told)
          : await watchDeployment(dependencies, { ref, deployment: arn }, told);
        return { sentence, outcome: isWanted(watched.kind, deployment.outcome) ? 'succeeded' : 'failed' };
      } catch (error) {
        if (!mayPass(error)) throw error;
        run.report({ state: 'waiting', sentence: error.message });
      }
      await waitUnlessCancelled(NETWORK_INTERVALS * pollIntervalMs, run.signal, 'The job');
    }
  }

  /** A job never asks for an MFA code; pages of the account do. */
  async function untilNobodyIsAsked(run: JobRun, ref: ServiceRef): Promise<void> {
    while (aws.asksForCode(ref)) {
      const sentence = 'Waiting for sign-in: open a page of this account and enter the MFA code.';
      run.report({ state: 'waiting', sentence });
      await waitUnlessCancelled(LOGIN_INTERVALS * pollIntervalMs, run.signal, 'The job');
    }
  }

  /** Starts a release as a job, and answers as soon as it is sent. */
  function launch(
    what: { readonly id: string; readonly planId: string; readonly signal: AbortSignal },
    send: (signal: AbortSignal) => Promise<Release>,
  ): Promise<Release> {
    const { plan } = loadPlan(journal, what.planId);
    const { account, region, cluster, service } = plan.service;
    const sent = Promise.withResolvers<Release>();
    jobs.start(
      {
        id: what.id,
        kind: plan.kind,
        account,
        region,
        cluster,
        subject: service,
        title: plan.title,
        recovered: false,
      },
      async (run) => {
        const release = await send(run.signal).catch((error: unknown) => {
          sent.reject(error);
          // The caller gets the error, so the job does not repeat it.
          if (what.signal.aborted) throw error;
          return undefined;
        });
        if (release === undefined) return undefined;
        sent.resolve(release);
        return watchRelease(run, plan.service, release);
      },
    );
    return orCancelled(sent.promise, what.signal, plan.title);
  }

  async function watchRelease(run: JobRun, ref: ServiceRef, release: Release): Promise<JobEnd> {
    const { deploymentArn, kind, id } = release;
    if (deploymentArn === undefined) {
      return { outcome: 'succeeded', sentence: entries.find(id)?.sentence ?? 'ECS accepted the change.' };
    }
    return followEntry(run, ref, { id, kind, deploymentArn });
  }

  async function followEntry(run: JobRun, ref: ServiceRef, watched: Watched): Promise<JobEnd> {
    try {
      return await follow(run, ref, watched);
    } finally {
      // Not at its end, such as when a person stopped the watch: the next start of Slipway finds it.
      lookedInto.add(watched.id);
      if (entries.find(watched.id)?.state === 'open') entries.release(watched.id);
    }
  }

  /** Asks AWS for the outcome of a release, however long a login or the network is missing. */
  async function resolveWithRetry(run: JobRun, ref: ServiceRef, id: string): Promise<void> {
    for (;;) {
      await untilNobodyIsAsked(run, ref);
      try {
        await recoverInterrupted(dependencies, id, run.signal);
        return;
      } catch (error) {
        if (!mayPass(error)) throw error;
        run.report({ state: 'waiting', sentence: error.message });
      }
      await waitUnlessCancelled(NETWORK_INTERVALS * pollIntervalMs, run.signal, 'The job');
    }
  }

  async function recoverInJob(
    run: JobRun,
    ref: ServiceRef,
    { id, kind }: JournalEntry,
  ): Promise<JobEnd | undefined> {
    run.report({
      state: 'watching',
      sentence: 'Slipway quit before this finished. Checking its result in AWS.',
    });
    await resolveWithRetry(run, ref, id);
    const resolved = entries.find(id);
    if (resolved?.state === 'open') {
      const { deploymentArn } = resolved;
      // Without a deployment, another process works on it.
      return deploymentArn === undefined ? undefined : followEntry(run, ref, { id, kind, deploymentArn });
    }
    const sentence = resolved?.sentence ?? 'ECS accepted the change.';
    return { outcome: resolved?.state === 'done' ? 'succeeded' : 'failed', sentence };
  }

  function recoverOne(entry: JournalEntry): void {
    const ref = serviceOf(entry);
    const id = entries.planOf(entry.id);
    if (ref === undefined || id === undefined || lookedInto.has(entry.id) || jobs.isInProgress(id)) return;
    lookedInto.add(entry.id);
    logger.info({ entry: entry.id }, 'A release was interrupted. Its result is checked in AWS.');
    const { kind, account, region, cluster, subject, title } = entry;
    if (!isRelease(kind)) return;
    jobs.start({ id, kind, account, region, cluster, subject, title, recovered: true }, (run) =>
      recoverInJob(run, ref, entry),
    );
  }

  return {
    watch({ deployment, warnAfterMs, ...ref }, context) {
      const isLeft = ({ deploymentArn }: JournalEntry): boolean => deploymentArn === deployment;
      if (isTaskSetArn(deployment)) entries.interrupted().filter(isLeft).forEach(recoverOne);
      return watchDeployment(dependencies, { ref, deployment, warnAfterMs }, context);
    },
    execute(request, { signal, emit }) {
      if (jobs.isInProgress(request.plan)) return executePlan(dependencies, request, signal, emit);
      return launch({ id: request.plan, planId: request.plan, signal }, (ofJob) =>
        executePlan(dependencies, request, ofJob, emit),
      );
    },
    resume({ release }, { signal }) {
      const planId = entries.planOf(release);
      if (planId === undefined || jobs.isInProgress(planId))
        return resumeRelease(dependencies, release, signal);
      return launch({ id: planId, planId, signal }, (ofJob) => resumeRelease(dependencies, release, ofJob));
    },
    recover() {
      for (const entry of entries.interrupted()) recoverOne(entry);
    },
  };
}

/** The entry of a release and its deployment. */
interface Watched extends Pick<JournalEntry, 'id' | 'kind'> {
  readonly deploymentArn: string;
}

function serviceOf({ account, region, cluster, subject, kind }: JournalEntry): ServiceRef | undefined {
  if (cluster === undefined || kind === 'cleanup' || kind === 'push') return undefined;
  return { account, region, cluster, service: subject };
}

function isRelease(kind: JournalEntry['kind']): kind is PlanKind {
  return PlanKind.options.some((each) => each === kind);
}

function isWanted(kind: JournalEntry['kind'], outcome: DeploymentOutcome): boolean {
  return outcome === (kind === 'stop' ? 'rolled-back' : 'succeeded');
}

function mayPass(error: unknown): error is SlipwayError {
  if (isTemporary(error)) return true;
  return error instanceof SlipwayError && (error.code === 'AUTH_REQUIRED' || error.code === 'MFA_REQUIRED');
}

/** The caller may stop waiting; the work continues. */
async function orCancelled<T>(work: Promise<T>, signal: AbortSignal, title: string): Promise<T> {
  const left = Promise.withResolvers<never>();
  const leave = (): void => left.reject(cancelled(`Waiting for “${title}”`));
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([work, left.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

function progressSentence({ sentence, notUpToDate }: Rollout): string {
  return notUpToDate === undefined ? sentence : `${sentence} Not up to date: ${notUpToDate.reason}`;
}
