import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ImageEngine, openImageEngine } from '../../testing/image-cleanup-engine.ts';
import { startProxy } from '../../testing/killing-proxy.ts';
import { aCall } from '../../testing/release-engine.ts';

let images: ImageEngine;

beforeEach(async () => {
  images = await openImageEngine();
});
afterEach(async () => {
  await images.close();
});

it('an image clean-up whose process is killed continues in the next one, and deletes nothing twice', async () => {
  const { engine, registry } = images;
  // Each is listed by the next, so that each needs a deletion of its own.
  let listed = await images.push('image');
  for (let depth = 0; depth < 12; depth += 1)
    listed = await registry.pushIndex('web', `index-${depth}`, [listed]);
  const newest = await images.push('newest');
  const { id: plan, confirmation, removing } = await images.plan();
  expect(removing).toBe(13);

  let deletions = 0;
  const fourth = Promise.withResolvers<void>();
  const proxy = await startProxy(engine.sandbox.endpoint, {
    onCall(operation) {
      if (operation === 'BatchDeleteImage') deletions += 1;
      if (deletions <= 3) return 'pass';
      fourth.resolve();
      return new Promise(() => {});
    },
    onAnswer: () => 'pass',
  });
  const process = engine.runInProcess({ plan, confirmation }, proxy.endpoint);
  await fourth.promise;
  await process.kill();
  await proxy.close();
  expect(images.jobs.find(plan)).toMatchObject({ state: 'running', total: removing });

  const next = engine.openJobs();
  next.adopt();
  const job = await next.watch(plan, aCall().signal, () => {});
  expect(job).toMatchObject({ state: 'done', deleted: removing, spared: [], failed: [] });
  expect(engine.calls('BatchDeleteImage')).toBe(removing);
  expect(await images.present()).toEqual([newest]);
  await next.close();
});
