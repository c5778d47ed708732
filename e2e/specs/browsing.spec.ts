import { readService } from '../fixtures/control-plane.ts';
import { expect, test } from '../fixtures/test.ts';
import { expectAddress, lookAt, openAddress } from '../pages/address.ts';
import { deployDialog } from '../pages/deploy-dialog.ts';
import { diffPage } from '../pages/diff-page.ts';
import { journalPage } from '../pages/journal-page.ts';
import { planForm } from '../pages/plan-form.ts';
import { rolloutCard } from '../pages/rollout-card.ts';
import { scaleDialog } from '../pages/scale-dialog.ts';
import { servicePage } from '../pages/service-page.ts';
import { servicesView } from '../pages/services-view.ts';
import { edgeColour, windowFrame } from '../pages/window-frame.ts';

const PRODUCTION = '/a/sandbox/us-east-1/c/production';
const STAGING = '/a/sandbox/us-east-1/c/staging';

test('the first start shows the services of the sandbox without any input', async ({ page }) => {
  await openAddress(page, '/');
  const list = servicesView(page);
  await expect(list.service('checkout')).toContainText('4.');
  await expect(list.service('pricing').getByRole('img', { name: 'Rolled back' })).toBeVisible();
  await expect(list.rows).toHaveCount(7);
  await expect(windowFrame(page).identity).toContainText('sandbox · 123456789012');

  await test.step('a deployment moves from the old revision to the new one', async () => {
    await list.service('web').click();
    const rollout = rolloutCard(page);
    await expect(rollout.sentence).toContainText('In progress');
    await expect(rollout.sentence).toContainText('of 6 tasks of web:40 run');
    await expect(rollout.newTaskGroup.getByRole('listitem')).not.toHaveCount(0);
  });
});

const ADDRESSES: readonly (readonly [address: string, shows: string])[] = [
  [`${PRODUCTION}/s/checkout?tab=configuration`, 'Task definition'],
  ['/a/sandbox/us-east-1/diff?before=web:39&after=web:40', 'web:39 → web:40'],
  ['/a/sandbox/us-east-1/cleanup/legacy-cart', 'Clean up'],
  ['/journal', 'Changes made through Slipway on this machine, and those of others in a team ledger'],
];
test('every view has its address, which opens it directly and survives a reload', async ({ page }) => {
  const { main } = servicePage(page);
  for (const [address, shows] of ADDRESSES) {
    await openAddress(page, address);
    await expect(main).toContainText(shows);
    await page.reload();
    await expect(main).toContainText(shows);
    await expectAddress(page, address);
  }
});

test('a dialog has its address too', async ({ page }) => {
  await openAddress(page, `${PRODUCTION}/s/session?dialog=deploy`);
  await expect(deployDialog(page).container('app').images).toBeVisible();
});

test('production has its own edge and badge', async ({ page }) => {
  const frame = windowFrame(page);
  await lookAt(page, `${PRODUCTION}/s/checkout`);
  await expect(frame.badge).toHaveText('production');
  const production = await edgeColour(frame.edge);
  await lookAt(page, `${STAGING}/s/checkout`);
  await expect(frame.badge).toHaveText('staging');
  await expect.poll(() => edgeColour(frame.edge)).not.toBe(production);
});

test('a deploy to production asks for the name of the service', async ({ page, ecs }) => {
  await openAddress(page, `${PRODUCTION}/s/session`);
  await servicePage(page).deploy.click();
  const dialog = deployDialog(page);
  await dialog.container('app').chooseTag('1.3.1');
  await dialog.plan();
  const plan = planForm(page);
  await expect(plan.check('The image of app exists and is active')).toBeVisible();
  await expect(plan.confirmation).toBeVisible();
  await expect(plan.action('Deploy')).toBeDisabled();
  await plan.confirmation.fill('sessio');
  await expect(plan.action('Deploy')).toBeDisabled();
  await plan.confirmation.fill('session');
  await expect(plan.action('Deploy')).toBeEnabled();
  expect((await readService(ecs, 'production', 'session')).deployments).toHaveLength(1);
});

test('two revisions are compared by image version and as JSON', async ({ page }) => {
  await lookAt(page, `${PRODUCTION}/s/web?tab=revisions`);
  const service = servicePage(page);
  await service.chooseRevision('web:39');
  await service.chooseRevision('web:40');
  await service.compare.click();
  const diff = diffPage(page);
  await expect(diff.heading).toHaveText('web:39 → web:40');
  await expect(diff.images).toContainText('2.0.0');
  await expect(diff.images).toContainText('→');
  await expect(diff.otherChanges).toContainText('unchanged');
  await diff.showJson();
  await expect(diff.before).toContainText('"image"');
  await expect(diff.after).toContainText('web:2.0.0');
  await expect(diff.before).not.toContainText('web:2.0.0');
});

test('the timeline marks the running revision, and what changed with each', async ({ page }) => {
  await lookAt(page, `${PRODUCTION}/s/checkout?tab=revisions`);
  const service = servicePage(page);
  await expect(service.revision('checkout:28')).toContainText('running');
  await expect(service.revision('checkout:27')).not.toContainText('running');
  await expect(service.revisions.filter({ hasText: 'unchanged' }).first()).toBeVisible();
  await expect(service.revisions.filter({ hasText: '→' }).first()).toBeVisible();
});

test('a service on :latest shows both running digests', async ({ page }) => {
  await lookAt(page, `${PRODUCTION}/s/mailer`);
  const { running } = servicePage(page);
  await expect(running).toHaveCount(2);
  await expect(running.first()).toContainText('2 tasks');
  await expect(running.last()).toContainText('2 tasks');
  await expect(running.last()).toContainText('3.2.3');
});

test('a deployment that ECS rolled back is never a success', async ({ page }) => {
  await lookAt(page, `${PRODUCTION}/s/pricing`);
  const service = servicePage(page);
  await expect(service.main).toContainText('Rolled back');
  const failed = service.release('pricing:25');
  await expect(failed).toContainText('Rolled back');
  await expect(failed).not.toContainText('Succeeded');
  await expect(failed).toContainText('2.6.0');
});

test('scaling changes only the number of tasks, and the journal has who and why', async ({ page, ecs }) => {
  await openAddress(page, `${STAGING}/s/recommend`);
  await servicePage(page).scale.click();
  await scaleDialog(page).planFor(1);
  await planForm(page).carryOut('Scale', { why: 'Try the new model' });
  // The notice is beside the accounts: their links can be clicked while it is there.
  const besideAccounts = await page.getByText(/: accepted by ECS\.$/).evaluate((notice) => {
    const accounts = document.querySelector('nav[aria-label="Accounts and clusters"]');
    return notice.getBoundingClientRect().left - (accounts?.getBoundingClientRect().right ?? 0);
  });
  expect(besideAccounts).toBeGreaterThan(0);
  await expect.poll(async () => (await readService(ecs, 'staging', 'recommend')).desiredCount).toBe(1);

  await windowFrame(page).journal.click();
  const entry = journalPage(page).entry('Try the new model');
  await expect(entry).toContainText('recommend');
  await expect(entry).toContainText('sandbox');
  await expect(entry).toContainText('Succeeded');
});
