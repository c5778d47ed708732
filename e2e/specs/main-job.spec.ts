import { DescribeServiceRevisionsCommand, type ECSClient } from '@aws-sdk/client-ecs';
import type { Page } from '@playwright/test';
import { activeRevisions, ecsOf, readService, revisionName } from '../fixtures/control-plane.ts';
import { type DockerProject, dockerfile } from '../fixtures/docker-project.ts';
import { expect, test } from '../fixtures/test.ts';
import { openAddress } from '../pages/address.ts';
import { cleanupView } from '../pages/cleanup-view.ts';
import { deployDialog } from '../pages/deploy-dialog.ts';
import { planForm } from '../pages/plan-form.ts';
import { rolloutCard } from '../pages/rollout-card.ts';
import { servicePage } from '../pages/service-page.ts';
import { servicesView } from '../pages/services-view.ts';

const CLUSTER = 'staging';
const SERVICE = 'web';
const FAMILY = 'staging-web';
/** Each of the long steps takes less than half a minute on a machine that is not busy. */
const LONG_STEP = { timeout: 180_000 };
/** So that a few go, at AWS's pace of one a second, and the release that was gone back to is not among the newest. */
const KEPT = 18;
const DIGEST = /sha256:[0-9a-f]{64}/;

test('an image is built, pushed and deployed, a crash is rolled back, and old revisions are removed', async ({
  startOwn,
  project,
}) => {
  test.setTimeout(900_000);
  const { page, slipway } = await startOwn({});
  const ecs = ecsOf(slipway);
  await slipway.clock.run();
  const service = servicePage(page);
  const rollout = rolloutCard(page);

  await servicesView(page).open(CLUSTER, SERVICE);
  const before = await runningRevision(ecs);

  const first = await test.step('build and push an image, and deploy it', async () => {
    const image = await build(page, project);
    await deployDialog(page).plan();
    await planForm(page).carryOut('Deploy', { why: 'SHOP-1182 Checkout rounding fix' });
    await expect(rollout.sentence).toContainText('Succeeded', LONG_STEP);
    return image;
  });
  await expect(service.runningNow).toContainText(first.tag);
  await expect.poll(() => runningDigest(ecs)).toBe(first.digest);
  const good = await runningRevision(ecs);
  expect(good).not.toBe(before);
  await rollout.dismiss();

  await test.step('deploy a crashing image, and read why ECS rolled back', async () => {
    await project.change('Dockerfile', dockerfile({ 'slipway.sandbox.behaviour': 'crash' }));
    await build(page, project);
    // The folder of the first build is remembered as a clone of the repository.
    await expect(deployDialog(page).container('app').commits).toContainText('Change Dockerfile');
    await deployDialog(page).plan();
    await planForm(page).carryOut('Deploy', { why: 'Try the new start' });
    await expect(rollout.sentence).toContainText('Rolled back', LONG_STEP);
    await expect(rollout.sentence).toContainText(/exited with code 1/);
    await expect(rollout.sentence).not.toContainText('Succeeded');
    await expect(rollout.failures).toContainText('app');
  });
  await expect.poll(() => runningRevision(ecs)).toBe(good);
  await rollout.dismiss();

  const earlier = await test.step('roll back to an older release', async () => {
    await service.tab('History').click();
    const words = (await service.rollbackLinks.nth(KEPT).getAttribute('aria-label')) ?? '';
    const [revision = ''] = /[\w-]+:\d+/.exec(words) ?? [];
    // By its words: its place changes when the release that has just ended comes into the list.
    await page.getByRole('link', { name: words, exact: true }).first().click();
    await planForm(page).carryOut('Roll back', { why: 'The customers liked it better' });
    await expect(rollout.sentence).toContainText('Succeeded', LONG_STEP);
    return revision;
  });
  await expect.poll(() => runningRevision(ecs)).toBe(earlier);

  const cleared = await test.step('remove old revisions, but never the running one', async () => {
    const had = await activeRevisions(ecs, FAMILY);
    await openAddress(page, `/a/sandbox/us-east-1/cleanup/${FAMILY}`);
    const cleanup = cleanupView(page);
    await cleanup.show({ keepNewest: KEPT, deletePermanently: true });
    await cleanup.showAll();
    await cleanup.showOldest();
    await expect(cleanup.revision(earlier)).toContainText('Keep');
    await cleanup.run(FAMILY);
    await expect(cleanup.progress).toContainText('Succeeded', LONG_STEP);
    // Oldest first.
    return had.slice(0, -KEPT).map(revisionName);
  });
  const left = (await activeRevisions(ecs, FAMILY)).map(revisionName);
  expect(cleared.length).toBeGreaterThan(5);
  expect(cleared.filter((revision) => left.includes(revision))).toEqual([earlier]);
  expect(left).toHaveLength(KEPT + 1);
  ecs.destroy();
});

/** Builds the project's folder in the deploy dialog, pushes it, and asks for the plan. */
async function build(
  page: Page,
  project: DockerProject,
): Promise<{ readonly tag: string; readonly digest: string }> {
  await servicePage(page).deploy.click();
  const container = deployDialog(page).container('app');
  await container.openFolder(project.folder);
  await container.buildAndPush();
  await expect(container.chosen).toContainText(DIGEST, LONG_STEP);
  const [digest] = DIGEST.exec((await container.chosen.textContent()) ?? '') ?? [];
  return { tag: (await project.commit()).slice(0, 7), digest: digest ?? 'no digest' };
}

/** Family and number of the revision that the control plane says the service is to run. */
async function runningRevision(ecs: ECSClient): Promise<string> {
  return revisionName((await readService(ecs, CLUSTER, SERVICE)).taskDefinition);
}

/** The digest that the control plane says the service's revision runs. */
async function runningDigest(ecs: ECSClient): Promise<string | undefined> {
  const { currentServiceRevisions } = await readService(ecs, CLUSTER, SERVICE);
  const serviceRevisionArns = currentServiceRevisions?.flatMap(({ arn }) => arn ?? []) ?? [];
  const { serviceRevisions } = await ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }));
  return serviceRevisions?.[0]?.containerImages?.find(({ containerName }) => containerName === 'app')
    ?.imageDigest;
}
