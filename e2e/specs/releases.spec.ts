import { readService, readTaskDefinition, revisionName } from '../fixtures/control-plane.ts';
import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { openAddress, openAfterStart } from '../pages/address.ts';
import { DIALOG, deployDialog } from '../pages/deploy-dialog.ts';
import { jobsMenu } from '../pages/jobs-menu.ts';
import { planForm } from '../pages/plan-form.ts';
import { rolloutCard } from '../pages/rollout-card.ts';
import { servicePage } from '../pages/service-page.ts';

const STAGING = '/a/sandbox/us-east-1/c/staging';
const ROLLED_BACK = { timeout: 180_000 };

test('a job is followed to its end, and the history keeps why it failed', async ({ startOwn }) => {
  const { page, slipway } = await startOwn({});
  await openAfterStart(page, `${STAGING}/s/web?dialog=deploy`);
  const dialog = deployDialog(page);
  await dialog.container('app').chooseTag('crash');
  await dialog.plan();
  await planForm(page).carryOut('Deploy', { why: 'Try the new start' });

  const jobs = jobsMenu(page);
  const job = jobs.job('to web');
  await test.step('the menu shows it in progress, and its result', async () => {
    await expect(jobs.button).toHaveText('Activity (1)');
    await jobs.button.click();
    await expect(job).toContainText('In progress');
    await expectUsableByEveryone(page, DIALOG);
    await slipway.clock.run();
    await expect(job).toContainText('ECS rolled back to staging-web:36', ROLLED_BACK);
    await expect(jobs.button).toHaveText('Activity');
    await page.keyboard.press('Escape');
  });

  await test.step('the history row opens its diagnosis at its own address', async () => {
    const rollout = rolloutCard(page);
    await rollout.dismiss();
    await expect(rollout.sentence).toBeHidden();
    await servicePage(page).howItWent('staging-web:37').click();
    await expect(rollout.failures).toContainText('exited with code 1');
    await page.reload();
    await expect(rollout.sentence).toContainText('app exited with code 1 (3 times)');
    await expect(rollout.lastLines).toBeInViewport();
    await expect(rollout.failures).toBeVisible();
    await expectUsableByEveryone(page);
    await rollout.dismiss();
    await expect(page).not.toHaveURL(/deployment=/);
  });
});

test('a variable set in the deploy dialog is in the plan and in the new revision', async ({ page, ecs }) => {
  await openAddress(page, `${STAGING}/s/checkout?dialog=deploy`);
  const dialog = deployDialog(page);
  await expect(dialog.container('app').section).toBeVisible();
  await dialog.setVariable('ROUNDING', 'half-even');
  await expectUsableByEveryone(page, DIALOG);
  await dialog.plan();
  const plan = planForm(page);
  await expect(plan.changes).toContainText('ROUNDING');
  await expect(plan.changes).toContainText('half-even');
  await plan.carryOut('Deploy', { why: 'SHOP-1182' });

  // Not what the page says: another test of this worker may have left a deployment in progress.
  const environment = async () => {
    const { taskDefinition } = await readService(ecs, 'staging', 'checkout');
    const revision = await readTaskDefinition(ecs, revisionName(taskDefinition));
    return revision.containerDefinitions?.find(({ name }) => name === 'app')?.environment;
  };
  await expect.poll(environment).toContainEqual({ name: 'ROUNDING', value: 'half-even' });
});

test('a failed check is overridden by name before the plan can be executed', async ({ page }) => {
  await openAddress(page, '/a/sandbox/us-east-1/c/tools/s/dashboard?dialog=deploy');
  const dialog = deployDialog(page);
  await dialog.container('app').chooseOrigin('Keep');
  await dialog.setVariable('ROUNDING', 'half-even');
  await dialog.setBounds({ minimum: 100, maximum: 100 });
  await dialog.plan();
  const plan = planForm(page);
  await expect(plan.check("The deployment can't proceed")).toBeVisible();
  await expect(plan.action('Deploy')).toBeDisabled();
  await plan.override("The deployment can't proceed");
  await expect(plan.action('Deploy')).toBeEnabled();
});
