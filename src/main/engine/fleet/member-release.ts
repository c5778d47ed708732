import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { Job } from '../../../shared/model/job.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import type { Release } from '../../../shared/model/plan.ts';
import { NEVER_ABORTED } from '../aws/retry.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { loadPlan } from '../releases/model/stored-plan.ts';
import { planChange } from '../releases/plan/plan-change.ts';
import { planRollback } from '../releases/plan/plan-rollback.ts';
import type { FleetDependencies } from './fleet-dependencies.ts';
import { overridesOf } from './fleet-execute-request.ts';
import {
  keepMember,
  type StoredExecuteRequest,
  type StoredFleet,
  type StoredMember,
} from './stored-fleet.ts';

/** What is sent is waited for: a fleet is stopped between its releases. */
const DETACHED = { signal: NEVER_ABORTED, emit: () => {} };

/**
 * Starts the release of a service as a job of its own and returns its plan. One that was interrupted after its
 * registration continues with that revision, one before it is planned again on the same base. The name that confirms
 * it was typed once for all. Throws what executePlan throws, such as STALE_PLAN.
 */
export async function startRelease(
  dependencies: FleetDependencies,
  fleet: StoredFleet,
  member: StoredMember,
  leaving: AbortSignal,
): Promise<string> {
  const { releases, releasing } = dependencies;
  const entry = releasing.journal.entries.ofPlan(member.plan);
  if (entry?.state === 'unfinished') {
    dependencies.jobs.isPartOf(member.plan, fleet.id);
    await releases.resume({ release: entry.id }, DETACHED);
    return member.plan;
  }
  const plan = entry === undefined ? member.plan : await replan(dependencies, fleet, member, 'same-base');
  const request = fleet.request ?? { overrides: [] };
  dependencies.jobs.isPartOf(plan, fleet.id);
  await execute(dependencies, plan, { ...request, overrides: overridesOf(request, member) }, leaving);
  return plan;
}

/**
 * A plan is carried out once, so that what was interrupted before anything was sent needs another one. `same-base`: throws
 * STALE_PLAN where the service runs another revision by now.
 */
export async function replan(
  { releasing }: FleetDependencies,
  { id }: StoredFleet,
  member: StoredMember,
  on: 'same-base' | 'any-base',
): Promise<string> {
  const before = loadPlan(releasing.journal, member.plan).plan;
  const images = before.action.kind === 'update' ? (before.action.register?.images ?? []) : [];
  const { id: plan, base } = await planChange(releasing, before.service, { images }, DETACHED.signal);
  if (on === 'same-base' && base.taskDefinitionArn !== before.base.taskDefinitionArn) {
    throw new SlipwayError('STALE_PLAN', `It now runs ${base.revision}, so it was left unchanged.`);
  }
  keepMember(releasing.journal, id, member, { plan });
  return plan;
}

interface ReleaseLabel extends Omit<StoredExecuteRequest, 'overrides'> {
  readonly overrides: readonly string[];
}

async function execute(
  { releasing, releases }: FleetDependencies,
  plan: string,
  { overrides, ...words }: ReleaseLabel,
  leaving: AbortSignal,
): Promise<Release> {
  // No job starts any more once the engine is closed.
  if (leaving.aborted) throw cancelled('Bulk release');
  const { confirmation } = loadPlan(releasing.journal, plan).plan;
  return releases.execute(
    {
      plan,
      ...words,
      overrides: [...overrides],
      ...(confirmation === undefined ? {} : { confirmation }),
    },
    DETACHED,
  );
}

interface Sent {
  readonly member: StoredMember;
  readonly release: Pick<JournalEntry, 'taskDefinitionArn'>;
}

/** Starts taking a release back: what is in progress is stopped, what has ended is deployed over. Returns its plan. */
export async function startBack(
  dependencies: FleetDependencies,
  { id, account, region, title, request }: StoredFleet,
  { member, release: { taskDefinitionArn } }: Sent,
  leaving: AbortSignal,
): Promise<string> {
  const { cluster, service } = member;
  const ref = { account, region, cluster, service };
  const plan = await planRollback(dependencies.releasing, ref, undefined, DETACHED.signal);
  if (taskDefinitionArn !== undefined && plan.base.taskDefinitionArn !== taskDefinitionArn) {
    throw new SlipwayError(
      'STALE_PLAN',
      `It now runs ${plan.base.revision}, which is not from this release, so it was left unchanged.`,
    );
  }
  dependencies.jobs.isPartOf(plan.id, id);
  // What rules ask of a release was given for this one.
  const label = {
    why: backReason(title, request?.why),
    ...(request?.link === undefined ? {} : { link: request.link }),
    overrides: request === undefined ? [] : overridesOf(request, member),
  };
  await execute(dependencies, plan.id, label, leaving);
  return plan.id;
}

/** With the reason of the release, because a rule may ask for the ticket in it. */
function backReason(title: string, why: string | undefined): string {
  return [`Rolls back “${title}”.`, why].filter(Boolean).join(' ');
}

/** Waits for the end of a release's job. It watches the deployment, however long a login or the network is missing. */
export function untilEnded(jobs: Jobs, id: string, onChange: (job: Job) => void): Promise<void> {
  return untilJob(jobs, id, () => false, onChange);
}

/** The same, or until its deployment is known. */
export function untilSent(jobs: Jobs, id: string): Promise<void> {
  return untilJob(
    jobs,
    id,
    ({ deploymentArn }) => deploymentArn !== undefined,
    () => {},
  );
}

function untilJob(
  jobs: Jobs,
  id: string,
  isReached: (job: Job) => boolean,
  onChange: (job: Job) => void,
): Promise<void> {
  let seen: Job | undefined;
  return new Promise((resolve) => {
    function poll(): void {
      const job = jobs.list().find((each) => each.id === id);
      if (job !== undefined && job.state !== 'ended' && !isReached(job)) {
        // The list changes with every job, also with what is reported because of this one.
        if (job === seen) return;
        seen = job;
        onChange(job);
        return;
      }
      stop();
      resolve();
    }
    const stop = jobs.watch(poll);
    poll();
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
    .find((entry) => entry.id !== id && entry.base === taskDefinitionArn);
}
