import { BatchDeleteImageCommand, type ECRClient } from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holdBack, refuse } from '../../testing/counted-requests.ts';
import { type ImageEngine, openImageEngine } from '../../testing/image-cleanup-engine.ts';
import { aCall } from '../../testing/release-engine.ts';

let images: ImageEngine;

beforeEach(async () => {
  images = await openImageEngine();
});
afterEach(async () => {
  await images.close();
});

/** The images of each deletion, in the order of the calls. */
const deletions = (): number =>
  images.engine.sandbox.calls().filter(({ operation }) => operation === 'BatchDeleteImage').length;

const background = (): ECRClient => images.engine.cleaning.aws.ecr(images.engine.scope, 'background');

describe('a clean-up of images', () => {
  it('deletes what the plan lists, with all tags, and records it in the journal', async () => {
    await images.push('1');
    await images.push('2');
    const newest = await images.push('3');
    const plan = await images.plan();
    await expect(images.cleanup['cleanup.start']({ plan: plan.id }, aCall())).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('type web to confirm the removal of images of web'),
    });
    const job = await images.run(plan);
    expect(job).toMatchObject({
      kind: 'images',
      state: 'done',
      deleted: 2,
      left: 0,
      freedBytes: plan.freedBytes,
      sentence: '2 of 2 images deleted.',
    });
    expect(await images.present()).toEqual([newest]);
    expect(deletions()).toBe(1);
    expect(images.engine.journal.entries.list({ subject: 'web' })).toMatchObject([
      { kind: 'cleanup', state: 'done', title: 'Remove 2 images of web' },
    ]);
    await expect(images.run(plan)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('deletes an index before its images, and images before their signatures', async () => {
    const parts = [await images.push('amd64'), await images.push('arm64')];
    const index = await images.registry.pushIndex('web', 'all', parts);
    const subject = { mediaType: 'application/vnd.oci.image.index.v1+json', digest: index, size: 1 };
    await images.push('signature', { subject });
    const newest = await images.push('newest');
    const plan = await images.plan();
    expect(plan.removing).toBe(4);
    expect(await images.run(plan)).toMatchObject({ state: 'done', deleted: 4 });
    expect(await images.present()).toEqual([newest]);
    expect(deletions()).toBe(2);
  });

  it('keeps an index that is excluded, with what it lists and its signature', async () => {
    const parts = [await images.push('amd64'), await images.push('arm64')];
    const index = await images.registry.pushIndex('web', 'all', parts);
    const subject = { mediaType: 'application/vnd.oci.image.index.v1+json', digest: index, size: 1 };
    const signature = await images.push('signature', { subject });
    await images.push('alone');
    const newest = await images.push('newest');
    const { id, confirmation, removing } = await images.plan();
    expect(removing).toBe(5);
    const request = { plan: id, confirmation, excluded: [`web@${index}`] };
    expect(await images.cleanup['cleanup.run'](request, aCall())).toMatchObject({
      state: 'done',
      total: 1,
      deleted: 1,
    });
    expect(new Set(await images.present())).toEqual(new Set([newest, index, signature, ...parts]));
    expect(images.engine.journal.entries.list({ subject: 'web' })).toMatchObject([
      { title: expect.stringMatching(/^Remove 1 image of web; 4 excluded by hand: /) },
    ]);
  });

  it('keeps an image that a revision has named since the plan', async () => {
    const named = await images.push('1');
    await images.push('2');
    await images.push('3');
    const plan = await images.plan();
    await images.register('web', images.at('1'));
    const job = await images.run(plan);
    expect(job).toMatchObject({
      state: 'done',
      deleted: 1,
      spared: [{ name: 'web:1', message: 'web:1 refers to it' }],
    });
    expect(await images.present()).toContain(named);
  });

  it('keeps what is deployed between two batches, and reports what was already deleted', async () => {
    const part = await images.push('part');
    const index = await images.registry.pushIndex('web', 'index', [part]);
    await images.push('newest');
    const plan = await images.plan();
    const gate = holdBack(background(), 'BatchDeleteImage', 1);
    const call = images.run(plan);
    await gate.reached;
    await images.serve('web', await images.register('web', images.at(`@${part}`)));
    gate.open();
    const job = await call;
    expect(job).toMatchObject({ deleted: 1, spared: [{ name: 'web:part' }] });
    expect(await images.present()).toContain(part);
    expect(await images.present()).not.toContain(index);
  });

  it('reports an image that came into use while it was being deleted', async () => {
    await images.push('old');
    await images.push('newest');
    const plan = await images.plan();
    const gate = holdBack(background(), 'BatchDeleteImage', 1);
    const call = images.run(plan);
    await gate.reached;
    await images.register('web', images.at('old'));
    gate.open();
    expect(await call).toMatchObject({
      state: 'failed',
      failed: [{ name: 'web:old', message: expect.stringContaining('web:1 refers to it. Push it again') }],
    });
  });

  it('continues after an image that ECR refuses to delete, and reports it', async () => {
    const part = await images.push('part');
    await images.push('newest');
    const plan = await images.plan();
    const gate = holdBack(background(), 'BatchDeleteImage', 1);
    const call = images.run(plan);
    await gate.reached;
    await images.registry.pushIndex('web', 'index', [part]);
    gate.open();
    expect(await call).toMatchObject({
      state: 'failed',
      failed: [{ name: 'web:part', message: expect.stringContaining('(ImageReferencedByManifestList)') }],
    });
  });

  it('does not count images that somebody else deleted', async () => {
    const gone = await images.push('1');
    await images.push('2');
    await images.push('3');
    const plan = await images.plan();
    await images.registry.ecr.send(
      new BatchDeleteImageCommand({ repositoryName: 'web', imageIds: [{ imageDigest: gone }] }),
    );
    expect(await images.run(plan)).toMatchObject({
      state: 'done',
      deleted: 1,
      spared: [{ name: 'web:1', message: 'already deleted' }],
    });
  });

  it('removes nothing and waits when use can no longer be read', async () => {
    await images.push('1');
    await images.push('2');
    const plan = await images.plan();
    const ecs = images.engine.cleaning.aws.ecs(images.engine.scope, 'background');
    refuse(ecs, 'ListTaskDefinitions', 'AccessDeniedException', () => true);
    await expect(images.run(plan)).rejects.toMatchObject({
      message: expect.stringMatching(/ecs:ListTaskDefinitions.*cleanup\.resume/),
    });
    expect(deletions()).toBe(0);
    expect(images.jobs.list(images.engine.scope)).toMatchObject([
      { kind: 'images', state: 'paused', left: 1 },
    ]);
  });

  it('continues after a pause, and in the next process, and deletes nothing twice', async () => {
    const part = await images.push('part');
    await images.registry.pushIndex('web', 'index', [part]);
    await images.push('newest');
    const plan = await images.plan();
    const gate = holdBack(background(), 'BatchDeleteImage', 2);
    const { confirmation } = plan;
    await images.cleanup['cleanup.start']({ plan: plan.id, confirmation }, aCall());
    await gate.reached;
    expect(images.jobs.pause(plan.id)).toMatchObject({ state: 'paused', deleted: 1 });
    await images.jobs.close();
    gate.open();

    const next = images.engine.openJobs();
    next.resume(plan.id);
    const job = await next.watch(plan.id, aCall().signal, () => {});
    expect(job).toMatchObject({ state: 'done', deleted: 2 });
    expect(deletions()).toBe(2);
    await next.close();
  });
});

it('the image policy of an account and region is saved', async () => {
  const { policy } = await images.plan({ keepTags: ['v*', 'latest'], untaggedOnly: true });
  const { scope } = images.engine;
  expect(await images.cleanup['cleanup.imagePolicy'](scope, aCall())).toEqual({});
  await images.cleanup['cleanup.saveImagePolicy']({ ...scope, policy }, aCall());
  expect(await images.cleanup['cleanup.imagePolicy'](scope, aCall())).toEqual({ policy });
  expect(await images.cleanup['cleanup.policy'](scope, aCall())).toEqual({});
});
