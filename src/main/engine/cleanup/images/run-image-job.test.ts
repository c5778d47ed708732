import fc from 'fast-check';
import { expect, it } from 'vitest';
import { imageKey } from '../../../../shared/model/image-cleanup.ts';
import { IN_MEMORY } from '../../storage/private-database.ts';
import { POLICY, type WatchedRepository, watchedRepository } from '../../testing/image-registry.ts';
import { anIncident, untilItEnds, withoutInterruption } from '../../testing/incidents.ts';
import { openCleanupDatabase } from '../jobs/cleanup-database.ts';
import { createJobStore } from '../jobs/job-store.ts';
import { linksAmong, removalOrder } from './image-links.ts';
import type { LinkedImage } from './repository-images.ts';
import { runImageJob } from './run-image-job.ts';

/** Clean-ups with kills, lost answers and deploys in between. SLIPWAY_PROPERTY_RUNS=50 makes 10,000 of them. */
const RUNS = 200 * Number(process.env.SLIPWAY_PROPERTY_RUNS ?? 1);
const JOB = '7ff1b9ec-2a06-4b9b-9a51-62ad2a3c3b0e';

const digestOf = (number: number): string => `sha256:${String(number).padStart(64, '0')}`;

/** An image refers to older ones only, as digests make it. */
function imagesOf(
  made: readonly { readonly lists: readonly number[]; readonly subject: number | undefined }[],
) {
  return made.map(({ lists, subject }, number): LinkedImage => {
    const older = lists.filter((each) => each < number).map(digestOf);
    return {
      repository: 'web',
      digest: digestOf(number),
      tags: [`v${number}`],
      kind: older.length > 0 ? 'index' : 'image',
      sizeBytes: 1,
      pushedAt: new Date(number),
      status: 'ACTIVE',
      links: {
        lists: older,
        ...(subject === undefined || subject >= number ? {} : { subject: digestOf(subject) }),
      },
    };
  });
}

/** A job for all that would go now. */
function startJob(images: readonly LinkedImage[], repository: WatchedRepository) {
  const going = repository.read().items;
  const remove = removalOrder(
    images.filter((image) => going.get(imageKey(image))?.verdict === 'remove'),
    linksAmong(images),
  );
  const database = openCleanupDatabase(IN_MEMORY);
  const store = createJobStore(database, { now: () => new Date() });
  const target = { account: 'sandbox', region: 'us-east-1', repositories: ['web'] };
  const cleanup = { kind: 'images', target, subject: 'web', policy: POLICY } as const;
  store.create(JOB, { ...cleanup, remove: remove.toReversed() }, 'entry');
  const job = store.find(JOB);
  if (job?.kind !== 'images') throw new Error('The job is gone.');
  return { database, store, job, remove };
}

const repository = fc.record({
  made: fc.array(
    fc.record({
      lists: fc.oneof(fc.constant([]), fc.array(fc.nat(29), { maxLength: 3 })),
      subject: fc.option(fc.nat(29), { nil: undefined, freq: 2 }),
    }),
    { minLength: 1, maxLength: 30 },
  ),
  running: fc.array(fc.nat(29), { minLength: 1, maxLength: 7 }),
  incidents: fc.array(anIncident, { maxLength: 60 }),
});

it('deletes nothing that a service, an Express service, a daemon, a schedule or a state machine names, nothing twice and no part of an index, whatever happens in between', async () => {
  await fc.assert(
    fc.asyncProperty(repository, async ({ made, running, incidents }) => {
      const images = imagesOf(made);
      const repository = watchedRepository(images, running, incidents);
      const { database, store, job, remove } = startJob(images, repository);
      await untilItEnds(() =>
        runImageJob({ job, store, registry: repository.registry, ...withoutInterruption() }),
      );

      expect(repository.breaches).toEqual([]);
      const { left, deleted = 0, spared = [], failed = [] } = store.view(JOB) ?? {};
      expect(left).toBe(0);
      const late = failed.filter(({ message }) => message.startsWith('It came into use'));
      expect(images.length - repository.there.size).toBe(deleted + late.length);
      expect(deleted + spared.length + failed.length).toBe(remove.length);
      database.close();
    }),
    { numRuns: RUNS },
  );
}, 600_000);

it('an image job estimates the remaining time once it has measured a read', async () => {
  const images = imagesOf(Array.from({ length: 250 }, () => ({ lists: [], subject: undefined })));
  const repository = watchedRepository(images, [0], []);
  const { database, store, job } = startJob(images, repository);
  const said: (readonly [string, number | undefined])[] = [];
  let seconds = 0;
  const now = (): number => {
    seconds += 1;
    return seconds * 1000;
  };
  const report = (doing: string, leftMs?: number): void => void said.push([doing, leftMs]);
  await runImageJob({ job, store, registry: repository.registry, ...withoutInterruption(), now, report });
  expect(said.slice(0, 4)).toEqual([
    ['checking what is in use', undefined],
    ['deleting 100 images', 3000],
    ['checking what is in use', 2000],
    ['deleting 100 images', 2000],
  ]);
  database.close();
});
