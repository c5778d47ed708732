import { batchesOf } from '../../ecs/batches.ts';
import type { UseGraph } from '../../use/use-graph.ts';
import { MOST_DELETED_AT_ONCE } from '../jobs/expected-time.ts';
import type { JobControls } from '../jobs/job-controls.ts';
import type { JobItem } from '../jobs/job-items.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { sentenceOfOne } from '../jobs/single-failure.ts';
import type { RevisionJob } from '../jobs/stored-job.ts';
import type { ControlPlane } from './control-plane.ts';

/** Deregistrations per read of use: at one per second, the reading is never older than ten seconds. */
const BATCH = 10;
/** If reading takes long, as in an account with thousands of services, a batch takes twice as long as a read. */
const LARGEST_BATCH = 50;
const LOOKS_PER_BATCH_SECOND = 2 / 1000;
const DELETED_AFTER_A_LOOK = 5 * MOST_DELETED_AT_ONCE;

/** What carries out one job. */
export interface JobRun extends JobControls {
  readonly job: RevisionJob;
  readonly store: JobStore;
  readonly plane: ControlPlane;
}

/**
 * Removes what is left of a job, except for what came into use: looks at the use, deletes what was INACTIVE before that
 * poll, deregisters a batch, and looks again. ECS lets nobody start to use an INACTIVE revision, so what is deleted
 * cannot be in use. Continues after failures of single revisions. Throws what concerns all of them, with the job as it
 * stands; calling it again continues. Resolves when nothing is left, or when it may not continue.
 */
export async function runJob(run: JobRun): Promise<void> {
  await findOutWhatWasSent(run);
  let last: readonly JobItem[] = [];
  let size = BATCH;
  while (run.mayContinue()) {
    run.report('checking what is in use');
    const begun = run.now();
    const uses = await run.plane.uses(run.signal);
    reportLateUse(run, last, uses);
    size = batchSize(run.now() - begun);
    const inactive = await withoutUsed(
      run,
      uses,
      run.store.items(run.job.id, 'inactive', DELETED_AFTER_A_LOOK),
    );
    const active = await withoutUsed(run, uses, run.store.items(run.job.id, 'active', size));
    await deleteAll(run, inactive);
    last = await deregisterAll(run, active);
    if (last.length === 0 && isNothingLeft(run)) return reportHeld(run, uses);
  }
}

function isNothingLeft({ store, job }: JobRun): boolean {
  return (['active', 'inactive'] as const).every((state) => store.items(job.id, state, 1).length === 0);
}

function batchSize(pollMs: number): number {
  return Math.max(BATCH, Math.min(LARGEST_BATCH, Math.ceil(pollMs * LOOKS_PER_BATCH_SECOND)));
}

/** Whether a request that got no answer was carried out: before anything else, so that nothing is sent twice. */
export async function findOutWhatWasSent({
  job,
  store,
  plane,
  signal,
}: Pick<JobRun, 'job' | 'store' | 'plane' | 'signal'>): Promise<void> {
  for (const state of ['deregistering', 'deleting'] as const) {
    for (const { arn } of store.items(job.id, state, Number.MAX_SAFE_INTEGER)) {
      const status = await plane.statusOf(arn, signal);
      if (status === 'ACTIVE') store.mark(job.id, [arn], 'active');
      else if (status !== 'INACTIVE') store.mark(job.id, [arn], 'deleted');
      else store.mark(job.id, [arn], job.policy.deletePermanently ? 'inactive' : 'deregistered');
    }
  }
}

/** Those of a batch that may go; the others are spared, with the reason. */
async function withoutUsed(
  { job, store, plane, signal }: JobRun,
  uses: UseGraph,
  items: readonly JobItem[],
): Promise<readonly JobItem[]> {
  const unused = items.filter(({ arn }) => {
    const [use] = uses.get(arn) ?? [];
    if (use !== undefined) store.mark(job.id, [arn], 'spared', use);
    return use === undefined;
  });
  const tagged = await plane.protectedByTag(unused, signal);
  for (const [arn, reason] of tagged) store.mark(job.id, [arn], 'spared', reason);
  return unused.filter(({ arn }) => !tagged.has(arn));
}

/** Returns those that are INACTIVE now. */
async function deregisterAll(run: JobRun, items: readonly JobItem[]): Promise<readonly JobItem[]> {
  const done: JobItem[] = [];
  for (const item of items) {
    if (!run.mayContinue()) break;
    run.report(item.name);
    if (await deregister(run, item)) done.push(item);
  }
  return done;
}

async function deregister({ job, store, plane, signal }: JobRun, { arn, name }: JobItem): Promise<boolean> {
  store.mark(job.id, [arn], 'deregistering');
  try {
    await plane.deregister(arn, signal);
  } catch (error) {
    store.mark(job.id, [arn], 'failed', sentenceOfOne(error, name));
    return false;
  }
  store.mark(job.id, [arn], job.policy.deletePermanently ? 'inactive' : 'deregistered');
  return true;
}

/** Ten in a call; the answer names those that could not be deleted. */
async function deleteAll(run: JobRun, items: readonly JobItem[]): Promise<void> {
  for (const ten of batchesOf(items, MOST_DELETED_AT_ONCE)) {
    if (!run.mayContinue()) return;
    run.report(`deleting ${ten.length} permanently`);
    await deleteTen(run, ten);
  }
}

async function deleteTen({ job, store, plane, signal }: JobRun, ten: readonly JobItem[]): Promise<void> {
  const arns = ten.map(({ arn }) => arn);
  store.mark(job.id, arns, 'deleting');
  try {
    const failures = await plane.deletePermanently(arns, signal);
    for (const [arn, reason] of failures)
      store.mark(job.id, [arn], 'failed', `It could not be deleted: ${reason}.`);
    store.mark(
      job.id,
      arns.filter((arn) => !failures.has(arn)),
      'deleted',
    );
  } catch (error) {
    store.mark(job.id, arns, 'failed', sentenceOfOne(error, 'They'));
  }
}

/**
 * A revision that was deployed in the seconds between the poll and its deregistration runs on, but no deploy can choose
 * it again. Nothing can prevent that, so it is said, and it is not deleted.
 */
function reportLateUse({ job, store }: JobRun, deregistered: readonly JobItem[], uses: UseGraph): void {
  for (const { arn } of deregistered) {
    const [use] = uses.get(arn) ?? [];
    if (use === undefined) continue;
    const what = `It came into use while it was being deregistered: ${use}.`;
    store.mark(
      job.id,
      [arn],
      'failed',
      `${what} Running tasks continue; to deploy it again, register its content.`,
    );
  }
}

const STILL_DELETING = 'Slipway found nothing that uses it; ECS deletes it later';

/** What ECS has not finished deleting, and why as far as it is known. */
async function reportHeld({ job, store, plane, signal }: JobRun, uses: UseGraph): Promise<void> {
  const deleted = store.items(job.id, 'deleted', Number.MAX_SAFE_INTEGER);
  if (deleted.length === 0) return;
  const inDeletion = await plane.inDeletion(signal);
  for (const { arn } of deleted) {
    if (!inDeletion.has(arn)) continue;
    const [use] = uses.get(arn) ?? [];
    store.mark(job.id, [arn], 'held', use ?? STILL_DELETING);
  }
}
