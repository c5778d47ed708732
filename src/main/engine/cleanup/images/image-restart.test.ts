import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../../../../shared/eventually.fixture.ts';
import { aCall } from '../../releases/release-bed.fixture.ts';
import { type ImageBed, openImageBed } from './image-bed.fixture.ts';

let images: ImageBed;

beforeEach(async () => {
  images = await openImageBed();
});
afterEach(async () => {
  await images.close();
});

it('a clean-up of images whose process is killed goes on in the next one, and deletes nothing twice', async () => {
  const { bed, registry } = images;
  // Each is listed by the next, so that each needs a deletion of its own.
  let listed = await images.push('image');
  for (let depth = 0; depth < 12; depth += 1)
    listed = await registry.pushIndex('web', `index-${depth}`, [listed]);
  const newest = await images.push('newest');
  const { id: plan, confirmation, removing } = await images.plan();
  expect(removing).toBe(13);

  const process = bed.runInProcess({ plan, confirmation });
  await eventually(() => expect(bed.calls('BatchDeleteImage')).toBeGreaterThan(2));
  await process.kill();
  expect(images.jobs.find(plan)).toMatchObject({ state: 'running', total: removing });

  const next = bed.openJobs();
  next.adopt();
  const job = await next.watch(plan, aCall().signal, () => {});
  expect(job).toMatchObject({ state: 'done', deleted: removing, spared: [], failed: [] });
  expect(bed.calls('BatchDeleteImage')).toBe(removing);
  expect(await images.present()).toEqual([newest]);
  await next.close();
});
