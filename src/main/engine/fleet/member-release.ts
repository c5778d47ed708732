import { SlipwayError } from '../../../shared/errors.ts';
import type { Job } from '../../../shared/model/job.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import type { Release } from '../../../shared/model/plan.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { planRollback } from '../releases/plan-rollback.ts';
import { loadPlan } from '../releases/stored-plan.ts';
import type { FleetDependencies } from './fleet-dependencies.ts';
import type { StoredFleet, StoredMember } from './stored-fleet.ts';

/** What is sent is waited for: a fleet is stopped between its releases. */
const UNBROKEN = new AbortController().signal;

/**
 * Starts the release of a stored plan as a job of its own. The name that confirms it was typed once for all. Throws
 * what executePlan throws, such as STALE_PLAN.
 */
export function startRelease(
  { releasing, releases }: FleetDependencies,
  planId: string,
  why: string | undefined,
): Promise<Release> {
  const { confirmation } = loadPlan(releasing.journal, planId).plan;
  return releases['releases.execute'](
    {
      plan: planId,
      ...(why === undefined ? {} : { why }),
      ...(confirmation === undefined ? {} : { confirmation }),
    },
    { signal: UNBROKEN, emit: () => {} },
  );
}

/** Starts taking a release back: what is in flight is stopped, what has ended is deployed over. Answers its plan. */
export async function startBack(
  dependencies: FleetDependencies,
  { account, region, title }: StoredFleet,
  { cluster, service }: StoredMember,
  release: Release,
): Promise<{ readonly plan: string; readonly back: Release }> {
  const ref = { account, region, cluster, service };
  const plan = await planRollback(dependencies.releasing, ref, undefined, UNBROKEN);
  const { taskDefinitionArn } = release;
  if (taskDefinitionArn !== undefined && plan.basis.taskDefinitionArn !== taskDefinitionArn) {
    throw new SlipwayError(
      'STALE_PLAN',
      `It runs ${plan.basis.revision} by now, which is not of this release, so it was left as it is.`,
    );
  }
  const back = await startRelease(dependencies, plan.id, `“${title}” was stopped.`);
  return { plan: plan.id, back };
}

/** Waits for the end of a release's job. It watches the deployment, however long a login or the network is missing. */
export function untilEnded(jobs: Jobs, id: string, onChange: (job: Job) => void): Promise<void> {
  let seen: Job | undefined;
  return new Promise((resolve) => {
    function look(): void {
      const job = jobs.list().find((each) => each.id === id);
      if (job !== undefined && job.state !== 'ended') {
        // The list changes with every job, also with what is reported because of this one.
        if (job === seen) return;
        seen = job;
        onChange(job);
        return;
      }
      stop();
      resolve();
    }
    const stop = jobs.watch(look);
    look();
  });
}

/** The change that has taken a release back, as far as the journal knows one. */
export function backOf(
  { journal }: FleetDependencies['releasing'],
  { id, account, region, cluster, subject, at, deploymentArn, taskDefinitionArn }: JournalEntry,
): JournalEntry | undefined {
  const stop =
    deploymentArn === undefined
      ? undefined
      : journal.entries.ofDeployment(deploymentArn).find((entry) => entry.kind === 'stop');
  if (stop !== undefined || cluster === undefined || taskDefinitionArn === undefined) return stop;
  return journal.entries
    .list({ account, region, cluster, subject, kind: 'rollback', since: at })
    .find((entry) => entry.id !== id && entry.basis === taskDefinitionArn);
}
