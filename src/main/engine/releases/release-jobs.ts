import { setTimeout as wait } from 'node:timers/promises';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { DeploymentOutcome, Rollout } from '../../../shared/model/deployment.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import type { Release } from '../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { isTemporary } from '../aws/retry.ts';
import { isTaskSetArn } from '../ecs/service-task-sets.ts';
import type { JobEnd, JobRun, Jobs } from '../jobs/jobs.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { ReleaseDependencies } from './model/release-dependencies.ts';
import { loadPlan } from './model/stored-plan.ts';
import { recoverInterrupted } from './recover-interrupted.ts';
import { carryTaskSetOn } from './task-sets/resume-task-set.ts';

type ReleaseMethods = Pick<Handlers, 'releases.execute' | 'releases.resume' | 'releases.watch'>;

interface ReleaseJobsOptions {
  readonly dependencies: ReleaseDependencies;
  readonly jobs: Jobs;
  /** What a job carries out. */
  readonly releases: ReleaseMethods;
}

export interface ReleaseJobs {
  /**
   * The methods that start a release, each as a job: it goes on when its caller goes away, and its deployment is
   * watched to the end by the engine. Only jobs.cancel stops it. A watch takes up what nobody carries on.
   */
  readonly handlers: ReleaseMethods;
  /**
   * Looks in the journal for releases whose process was ended, in the background: AWS is asked what became of them,
   * and their deployments are watched to the end. An account that would ask for an MFA code waits until it has one.
   */
  readonly recover: () => void;
}

const LOGIN_PAUSE_MS = 5_000;
const NETWORK_PAUSE_MS = 10_000;

export function createReleaseJobs({ dependencies, jobs, releases }: ReleaseJobsOptions): ReleaseJobs {
  const { journal, aws, logger } = dependencies;
  const { entries } = journal;
  /** Entries that were looked into once and could not be resolved: not again before the next start. */
  const lookedInto = new Set<string>();

  /** Watches a deployment until it is over, however long a login or the network is missing. */
  async function follow(run: JobRun, ref: ServiceRef, watched: Watched): Promise<JobEnd> {
    const { account, region, cluster, service } = ref;
    for (;;) {
      await untilNobodyIsAsked(run, ref);
      const state = isTaskSetArn(watched.deploymentArn) ? 'sending' : 'watching';
      run.report({ state, deploymentArn: watched.deploymentArn });
      try {
        const { deploymentArn: arn } = watched;
        const told = {
          signal: run.signal,
          emit: (rollout: Rollout) => run.report({ sentence: rollout.sentence }),
        };
        const { sentence, deployment } = isTaskSetArn(arn)
          ? await carryTaskSetOn(dependencies, watched.id, { ref, deployment: arn }, told)
          : await releases['releases.watch']({ account, region, cluster, service, deployment: arn }, told);
        return { sentence, outcome: isWanted(watched.kind, deployment.outcome) ? 'succeeded' : 'failed' };
      } catch (error) {
        if (!mayPass(error)) throw error;
        run.report({ state: 'waiting', sentence: error.message });
      }
      await pause(NETWORK_PAUSE_MS, run.signal);
    }
  }

  /** A job asks nobody for an MFA code: whoever uses the account will be asked. */
  async function untilNobodyIsAsked(run: JobRun, ref: ServiceRef): Promise<void> {
    while (aws.asksForCode(ref)) {
      const sentence = 'It waits for a login: open something of this account to enter its MFA code.';
      run.report({ state: 'waiting', sentence });
      await pause(LOGIN_PAUSE_MS, run.signal);
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
          // Who waits for the answer has the error; a job that only repeats it is no news.
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
      if (entries.find(watched.id)?.state === 'open') entries.letGo(watched.id);
    }
  }

  /** Asks AWS what became of a release, however long a login or the network is missing. */
  async function resolvePatiently(run: JobRun, ref: ServiceRef, id: string): Promise<void> {
    for (;;) {
      await untilNobodyIsAsked(run, ref);
      try {
        await recoverInterrupted(dependencies, id, run.signal);
        return;
      } catch (error) {
        if (!mayPass(error)) throw error;
        run.report({ state: 'waiting', sentence: error.message });
      }
      await pause(NETWORK_PAUSE_MS, run.signal);
    }
  }

  async function goOnWith(
    run: JobRun,
    ref: ServiceRef,
    { id, kind }: JournalEntry,
  ): Promise<JobEnd | undefined> {
    run.report({
      state: 'watching',
      sentence: 'Slipway was ended in the middle of it; AWS is asked what became of it.',
    });
    await resolvePatiently(run, ref, id);
    const resolved = entries.find(id);
    if (resolved?.state === 'open') {
      const { deploymentArn } = resolved;
      // Without a deployment another process is at it.
      return deploymentArn === undefined ? undefined : followEntry(run, ref, { id, kind, deploymentArn });
    }
    const sentence = resolved?.sentence ?? 'ECS accepted the change.';
    return { outcome: resolved?.state === 'done' ? 'succeeded' : 'failed', sentence };
  }

  function recoverOne(entry: JournalEntry): void {
    const ref = serviceOf(entry);
    const id = entries.planOf(entry.id);
    if (ref === undefined || id === undefined || lookedInto.has(entry.id) || jobs.isUnderWay(id)) return;
    lookedInto.add(entry.id);
    logger.info({ entry: entry.id }, 'A release was broken off; AWS is asked what became of it.');
    const { kind, account, region, cluster, subject, title } = entry;
    if (kind === 'cleanup' || kind === 'push' || kind === 'fleet' || kind === 'register') return;
    jobs.start({ id, kind, account, region, cluster, subject, title, recovered: true }, (run) =>
      goOnWith(run, ref, entry),
    );
  }

  return {
    handlers: {
      'releases.watch': (input, context) => {
        // ECS carries a deployment on by itself, but task sets only move when they are told to.
        const isLeft = ({ deploymentArn }: JournalEntry): boolean => deploymentArn === input.deployment;
        if (isTaskSetArn(input.deployment)) entries.interrupted().filter(isLeft).forEach(recoverOne);
        return releases['releases.watch'](input, context);
      },
      'releases.execute': (request, { signal, emit }) => {
        const isAtIt = jobs.isUnderWay(request.plan);
        if (isAtIt) return releases['releases.execute'](request, { signal, emit });
        return launch({ id: request.plan, planId: request.plan, signal }, (neverAborted) =>
          releases['releases.execute'](request, { signal: neverAborted, emit }),
        );
      },
      'releases.resume': (input, { signal, emit }) => {
        const planId = entries.planOf(input.release);
        if (planId === undefined || jobs.isUnderWay(planId))
          return releases['releases.resume'](input, { signal, emit });
        return launch({ id: planId, planId, signal }, (neverAborted) =>
          releases['releases.resume'](input, { signal: neverAborted, emit }),
        );
      },
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

function isWanted(kind: JournalEntry['kind'], outcome: DeploymentOutcome): boolean {
  return outcome === (kind === 'stop' ? 'rolled-back' : 'succeeded');
}

function mayPass(error: unknown): error is SlipwayError {
  if (isTemporary(error)) return true;
  return error instanceof SlipwayError && (error.code === 'AUTH_REQUIRED' || error.code === 'MFA_REQUIRED');
}

/** The caller may stop waiting; the work goes on. */
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

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(milliseconds, undefined, { signal });
  } catch {
    throw cancelled('The job');
  }
}
