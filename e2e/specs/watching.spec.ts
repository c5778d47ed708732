import { ecsOf, readService, readTaskDefinition, revisionName } from '../fixtures/control-plane.ts';
import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { openAddress, openAfterStart } from '../pages/address.ts';
import { DIALOG, deployDialog } from '../pages/deploy-dialog.ts';
import { planForm } from '../pages/plan-form.ts';
import { rolloutCard } from '../pages/rollout-card.ts';
import { servicePage } from '../pages/service-page.ts';

const PRODUCTION = '/a/sandbox/us-east-1/c/production';

test('a rollout past its time limit warns, offers both choices, and continues', async ({ page }) => {
  await openAddress(page, `${PRODUCTION}/s/web`);
  const rollout = rolloutCard(page);
  await rollout.timeLimit.fill('5');
  await expect(rollout.warning).toContainText('Running for more than 5 min. ECS continues the deployment');
  await expect(rollout.warning.getByRole('button', { name: 'Stop and roll back…' })).toBeVisible();
  await expectUsableByEveryone(page);
  await expect(rollout.sentence).toContainText('In progress');
  await rollout.keepWaiting();
  await expect(rollout.warning).toBeHidden();

  await test.step('the limit is remembered', async () => {
    await page.reload();
    await expect(rollout.timeLimit).toHaveValue('5 min');
    await expect(rollout.warning).toBeVisible();
  });
});

test('a release that ran out of memory is deployed again with more memory, from its diagnosis', async ({
  startOwn,
}) => {
  const { page, slipway } = await startOwn({});
  await openAfterStart(page, `${PRODUCTION}/s/pricing`);
  await servicePage(page).howItWent('pricing:25').click();
  const rollout = rolloutCard(page);
  await expect(rollout.sentence).toContainText('out of memory');
  await expect(rollout.openInLogs).toHaveAttribute(
    'href',
    /^https:\/\/console\.aws\.amazon\.com\/cloudwatch\//,
  );
  await expectUsableByEveryone(page);
  await rollout.deployWithMoreMemory.click();

  const ecs = ecsOf(slipway);
  const failed = await readTaskDefinition(ecs, 'pricing:25');
  const doubled = String(Number(failed.memory) * 2);
  const dialog = deployDialog(page);
  await expect(dialog.dialog).toContainText('This deploys pricing:25 again');
  await expect(dialog.setting('Task memory')).toHaveValue(`${doubled} MiB`);
  await expectUsableByEveryone(page, DIALOG);
  await dialog.plan();
  await planForm(page).carryOut('Deploy', { why: 'More room', confirmation: 'pricing' });
  await expect(rollout.sentence).toContainText('In progress');

  const running = async () => {
    const { taskDefinition } = await readService(ecs, 'production', 'pricing');
    const { memory, containerDefinitions } = await readTaskDefinition(ecs, revisionName(taskDefinition));
    return { memory, images: containerDefinitions?.map(({ image }) => image) };
  };
  await expect
    .poll(running)
    .toEqual({ memory: doubled, images: failed.containerDefinitions?.map(({ image }) => image) });
  ecs.destroy();
});
