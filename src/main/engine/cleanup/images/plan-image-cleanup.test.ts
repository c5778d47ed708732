import { DeregisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CleanupProgress } from '../../../../shared/model/cleanup.ts';
import { type ImageCleanupPlan, ImageCleanupPolicy } from '../../../../shared/model/image-cleanup.ts';
import { refuse } from '../../testing/counted-requests.ts';
import { type ImageEngine, openImageEngine } from '../../testing/image-cleanup-engine.ts';
import { aCall } from '../../testing/release-engine.ts';

let images: ImageEngine;

beforeEach(async () => {
  images = await openImageEngine();
});
afterEach(async () => {
  await images.close();
});

const reasonOf = ({ items }: ImageCleanupPlan, digest: string): string | undefined =>
  items.find((item) => item.digest === digest)?.reason;

/** Waits until the last deployment of the service has worked. */
async function deployed(service: string): Promise<void> {
  const { engine } = images;
  const ref = engine.service('main', service);
  await engine.sandbox.clock.advanceUntil(async () =>
    expect((await engine.describe(ref)).deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]),
  );
}

it('an image plan keeps what revisions name, by tag or digest, and names them', async () => {
  const [byTag, byDigest, unnamed] = [await images.push('1'), await images.push('2'), await images.push('3')];
  const newest = await images.push('4');
  await images.register('web', images.at('1'), images.at(`@${byDigest}`));
  await images.register('other', `${images.engine.registry}/else:3`, 'nginx:3');
  const plan = await images.plan();
  expect(reasonOf(plan, byTag)).toBe('web:1 refers to it');
  expect(reasonOf(plan, byDigest)).toBe('web:1 refers to it');
  expect(reasonOf(plan, unnamed)).toBe('not referenced');
  expect(reasonOf(plan, newest)).toBe('the newest one');
  expect(plan).toMatchObject({ removing: 1, keeping: 3, batches: 1, subject: 'web', confirmation: 'web' });
  expect(plan.freedBytes).toBe(plan.items.find(({ digest }) => digest === unnamed)?.sizeBytes);
  expect(plan.warnings[0]).toMatch(/Lambda, App Runner, EKS/);
});

it('an image plan keeps what INACTIVE revisions name, unless the policy ignores them', async () => {
  const named = await images.push('1');
  await images.push('2');
  const taskDefinition = await images.register('web', images.at('1'));
  await images.engine.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
  expect(reasonOf(await images.plan(), named)).toBe('web:1, which is INACTIVE, refers to it');
  const without = await images.plan({ keepForInactive: false });
  expect(without.items.find(({ digest }) => digest === named)?.verdict).toBe('remove');
});

it('an image plan keeps what a running INACTIVE revision names, whatever the policy says', async () => {
  const running = await images.push('1');
  await images.push('2');
  const taskDefinition = await images.register('web', images.at('1'));
  await images.serve('web', taskDefinition);
  await deployed('web');
  await images.engine.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
  expect(reasonOf(await images.plan({ keepForInactive: false }), running)).toBe('web:1: runs in main/web');
});

it('an image plan keeps the running digest and the previous one when the tag has moved', async () => {
  const digests = [];
  for (const text of ['one', 'two', 'three', 'four']) {
    digests.push(await images.registry.pushImage('web', 'latest', text));
    // A tag alone is resolved again by each deployment.
    const taskDefinition = await images.register('web', images.at('latest'));
    if (text === 'one') await images.serve('web', taskDefinition);
    else if (text !== 'four') await images.deploy('web', taskDefinition);
    if (text !== 'four') await deployed('web');
  }
  const plan = await images.plan({ keepWorked: 1 });
  const [first = '', second = '', third = '', fourth = ''] = digests;
  expect(reasonOf(plan, third)).toMatch(/^web:3: runs in main\/web/);
  expect(reasonOf(plan, second)).toBe(
    'rollback target of main/web: in one of its recent successful releases',
  );
  expect(reasonOf(plan, first)).toBe('untagged and not referenced');
  expect(reasonOf(plan, fourth)).toBe('web:3 refers to it (runs in main/web)');
  const keepingMore = await images.plan({ keepWorked: 3 });
  expect(reasonOf(keepingMore, first)).toMatch(/^rollback target/);
});

it('an image plan reports the progress of long reads', async () => {
  await images.push('1');
  await images.register('web', images.at('1'));
  const progress: CleanupProgress[] = [];
  await images.cleanup['cleanup.planImages'](
    { ...images.engine.scope, repositories: ['web'], policy: ImageCleanupPolicy.parse({ keepNewest: 1 }) },
    { ...aCall(), emit: (event) => progress.push(event) },
  );
  expect(progress).toContainEqual({ part: 'repositories', done: 1, total: 1 });
  expect(progress).toContainEqual({ part: 'revisions', done: 0, total: 1 });
});

it('an image plan reads each revision once, also for the next plan', async () => {
  await images.push('1');
  await images.register('web', images.at('1'));
  await images.plan();
  const before = images.engine.sandbox.calls().length;
  await images.plan();
  const after = images.engine.sandbox.calls().slice(before);
  expect(after.filter(({ operation }) => operation === 'DescribeTaskDefinition')).toEqual([]);
});

it.each([
  ['ecs:ListTasks', 'the tasks of the cluster \\w+'],
  ['ecs:ListTaskDefinitions', 'the list of ACTIVE revisions'],
  ['ecs:DescribeTaskDefinition', 'the images of revisions'],
  // By then the deployment may have succeeded, so that it is read for the rollback first.
  ['ecs:DescribeServiceRevisions', '(?:what is deployed to services|the deployments of the service web)'],
  ['ecr:DescribeImages', 'the images of web'],
  ['ecr:BatchGetImage', 'the manifests of web'],
])('an image plan is refused without %s, and names it', async (action, part) => {
  await images.push('1');
  const taskDefinition = await images.register('web', images.at('1'));
  await images.serve('web', taskDefinition);
  const { aws } = images.engine.cleaning;
  const [service = '', operation = ''] = action.split(':');
  const { scope } = images.engine;
  const refused = [operation, 'AccessDeniedException', () => true, service] as const;
  if (service === 'ecs') refuse(aws.ecs(scope, 'visible'), ...refused);
  else refuse(aws.ecr(scope, 'visible'), ...refused);
  await expect(images.plan()).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: expect.stringMatching(`^Nothing was removed, because ${part} could not be read`),
    detail: { action },
  });
});

it('an image plan reports a repository that does not exist', async () => {
  const policy = ImageCleanupPolicy.parse({ keepNewest: 1 });
  const input = { ...images.engine.scope, repositories: ['nothing'], policy };
  await expect(images.cleanup['cleanup.planImages'](input, aCall())).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

it('a plan for chosen images removes only those, and refuses one that is in use', async () => {
  const [used, old] = [await images.push('1'), await images.push('2')];
  const newest = await images.push('3');
  await images.register('web', images.at('1'));
  await images.register('web', images.at('2'));
  const plan = await images.plan({ keepDays: 30 }, [newest, used]);
  expect(plan.items.map(({ digest }) => digest).toSorted()).toEqual([newest, used].toSorted());
  expect(reasonOf(plan, used)).toBe('web:1 refers to it');
  expect(plan).toMatchObject({ removing: 1, keeping: 1, target: { images: [newest, used] } });
  const { state } = await images.run(plan);
  expect(state).toBe('done');
  const left = await images.present();
  expect(left).toContain(used);
  expect(left).toContain(old);
  expect(left).not.toContain(newest);
});
