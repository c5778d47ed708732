import type { ImageCleanupItem } from '../../../../shared/model/image-cleanup.ts';
import { partsOfKey } from '../jobs/image-name.ts';
import type { JobControls } from '../jobs/job-controls.ts';
import type { JobItem } from '../jobs/job-items.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { sentenceOfOne } from '../jobs/single-failure.ts';
import type { ImageJob } from '../jobs/stored-job.ts';
import { batchesFor, MOST_IMAGES_AT_ONCE } from './image-batches.ts';
import type { ImageRead, ImageRefusal, ImageRegistry } from './image-registry.ts';

/** What carries out one clean-up of images. */
export interface ImageJobRun extends JobControls {
  readonly job: ImageJob;
  readonly store: JobStore;
  readonly registry: ImageRegistry;
}

const ALL = Number.MAX_SAFE_INTEGER;

/**
 * Deletes what is left of a job, except for what came into use: looks at all use, deletes at most a hundred images of
 * one repository, and looks again. What an index lists waits until the index is gone. Continues after failures of
 * single images. Throws what concerns all of them, with the job as it stands; calling it again continues. Resolves when
 * nothing is left, or when it may not continue.
 */
export async function runImageJob(run: ImageJobRun): Promise<void> {
  await findOutWhichAreGone(run);
  let last: readonly ImageCleanupItem[] = [];
  let readMs: number | undefined;
  while (run.mayContinue() && (last.length > 0 || waitingOf(run).length > 0)) {
    run.report('checking what is in use', timeLeft(run, readMs));
    const begun = run.now();
    const read = await run.registry.read(run.signal);
    readMs = run.now() - begun;
    reportLateUse(run, last, read);
    spareWhatStays(run, read);
    if (!run.mayContinue()) return;
    const batch = nextBatch(waitingOf(run), read);
    if (batch.length === 0) failWhatIsListed(run, read);
    run.report(
      `deleting ${batch.length === 1 ? '1 image' : `${batch.length} images`}`,
      timeLeft(run, readMs),
    );
    last = await deleteBatch(run, batch, read);
  }
}

/** Deleting is fast. Reading use is slow: many seconds before each batch in a large account. */
function timeLeft(run: ImageJobRun, readMs: number | undefined): number | undefined {
  return readMs === undefined ? undefined : batchesFor(waitingOf(run).length) * readMs;
}

/** Whether a deletion that got no answer was carried out: before anything else, so that nothing is deleted twice. */
export async function findOutWhichAreGone({
  job,
  store,
  registry,
  signal,
}: Pick<ImageJobRun, 'job' | 'store' | 'registry' | 'signal'>): Promise<void> {
  const sent = store.items(job.id, 'deleting', ALL).map(({ arn }) => arn);
  if (sent.length === 0) return;
  const present = await registry.present(sent, signal);
  store.mark(
    job.id,
    sent.filter((key) => present.has(key)),
    'present',
  );
  store.mark(
    job.id,
    sent.filter((key) => !present.has(key)),
    'deleted',
  );
}

function waitingOf({ job, store }: ImageJobRun): readonly JobItem[] {
  return store.items(job.id, 'present', ALL);
}

/** Images that came into use, or are now kept by the policy, are kept. */
function spareWhatStays(run: ImageJobRun, { items }: ImageRead): void {
  const { job, store } = run;
  for (const { arn } of waitingOf(run)) {
    const item = items.get(arn);
    if (item === undefined) store.mark(job.id, [arn], 'spared', 'already deleted');
    else if (item.verdict === 'keep') store.mark(job.id, [arn], 'spared', item.reason);
  }
}

/** Images of one repository that no index lists. */
function nextBatch(waiting: readonly JobItem[], read: ImageRead): readonly JobItem[] {
  const free = waiting.filter(({ arn }) => read.listedBy(arn) === undefined);
  const [first] = free;
  if (first === undefined) return [];
  const { repository } = partsOfKey(first.arn);
  return free.filter(({ arn }) => partsOfKey(arn).repository === repository).slice(0, MOST_IMAGES_AT_ONCE);
}

/** The index could not be deleted, or somebody has pushed another one. */
function failWhatIsListed(run: ImageJobRun, read: ImageRead): void {
  for (const { arn } of waitingOf(run))
    run.store.mark(run.job.id, [arn], 'failed', `The index ${read.listedBy(arn)} lists it and still exists.`);
}

/** Returns those that no longer exist. */
async function deleteBatch(
  { job, store, registry, signal }: ImageJobRun,
  batch: readonly JobItem[],
  { items }: ImageRead,
): Promise<readonly ImageCleanupItem[]> {
  const keys = batch.map(({ arn }) => arn);
  if (keys.length === 0) return [];
  store.mark(job.id, keys, 'deleting');
  try {
    const refusals = await registry.deleteImages(keys, signal);
    const deleted = keys.filter((key) => !refusals.has(key));
    store.mark(job.id, deleted, 'deleted');
    for (const [key, refusal] of refusals) markRefused(store, job.id, key, refusal);
    return deleted.flatMap((key) => items.get(key) ?? []);
  } catch (error) {
    store.mark(job.id, keys, 'failed', sentenceOfOne(error, 'It'));
    return [];
  }
}

function markRefused(store: JobStore, job: string, key: string, { code, reason }: ImageRefusal): void {
  if (code === 'ImageNotFound') store.mark(job, [key], 'spared', 'already deleted');
  else store.mark(job, [key], 'failed', `ECR did not delete it: ${reason} (${code}).`);
}

/** An image may come into use between the last read and its deletion. This can't be prevented, so it is reported. */
function reportLateUse(
  { job, store }: ImageJobRun,
  deleted: readonly ImageCleanupItem[],
  read: ImageRead,
): void {
  for (const image of deleted) {
    const use = read.reasonOfUse(image);
    if (use === undefined) continue;
    const key = `${image.repository}@${image.digest}`;
    store.mark(
      job.id,
      [key],
      'failed',
      `It came into use while it was being deleted: ${use}. Push it again before the next task starts.`,
    );
  }
}
