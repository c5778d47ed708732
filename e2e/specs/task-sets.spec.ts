import {
  CreateServiceCommand,
  CreateTaskSetCommand,
  type ECSClient,
  UpdateServicePrimaryTaskSetCommand,
} from '@aws-sdk/client-ecs';
import { ecsOf, readService, revisionName } from '../fixtures/control-plane.ts';
import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { openAfterStart } from '../pages/address.ts';
import { deployDialog } from '../pages/deploy-dialog.ts';
import { planForm } from '../pages/plan-form.ts';
import { rolloutCard } from '../pages/rollout-card.ts';

const CLUSTER = 'tools';
const SERVICE = 'outside';
/** Each of the long steps takes less than half a minute on a machine that is not busy. */
const LONG_STEP = { timeout: 180_000 };

/** A service that is released by task sets, on what the dashboard runs. Answers the ARN of its primary set. */
async function createOutside(ecs: ECSClient): Promise<string> {
  const { taskDefinition, networkConfiguration } = await readService(ecs, CLUSTER, 'dashboard');
  const where = { cluster: CLUSTER, service: SERVICE };
  await ecs.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName: SERVICE,
      desiredCount: 2,
      deploymentController: { type: 'EXTERNAL' },
    }),
  );
  const { taskSet } = await ecs.send(
    new CreateTaskSetCommand({ ...where, taskDefinition, networkConfiguration, launchType: 'FARGATE' }),
  );
  const primaryTaskSet = taskSet?.taskSetArn;
  await ecs.send(new UpdateServicePrimaryTaskSetCommand({ ...where, primaryTaskSet }));
  return primaryTaskSet ?? '';
}

test('a service with the EXTERNAL controller is released with a task set, and rolled back before the set is primary', async ({
  startOwn,
}) => {
  const { page, slipway } = await startOwn({});
  const ecs = ecsOf(slipway);
  await slipway.clock.run();
  const first = await createOutside(ecs);
  await openAfterStart(page, `/a/sandbox/us-east-1/c/${CLUSTER}/s/${SERVICE}`);
  await expect(page.getByRole('table', { name: 'Task sets' })).toContainText('STEADY_STATE', LONG_STEP);
  const rollout = rolloutCard(page);
  const primary = async () => {
    const { taskSets = [] } = await readService(ecs, CLUSTER, SERVICE);
    return taskSets.find(({ status }) => status === 'PRIMARY')?.taskSetArn;
  };

  await test.step('a crashing task set does not become primary, and is rolled back', async () => {
    await page.getByRole('button', { name: 'Deploy' }).first().click();
    const dialog = deployDialog(page);
    await dialog.container('app').chooseTag('5.2.2-crash');
    await dialog.plan();
    await planForm(page).carryOut('Deploy', { why: 'To see it fail' });
    await expect(rollout.sentence).toContainText("isn't becoming steady", LONG_STEP);
    await expect(page.getByRole('region', { name: /^Old revision/ })).toContainText('primary');
    await expectUsableByEveryone(page);
    expect(await primary()).toBe(first);
    await page.getByRole('button', { name: 'Stop and roll back…' }).first().click();
    await planForm(page).carryOut('Stop and roll back', { why: 'It crashes' });
    await expect(rollout.sentence).toContainText('was deleted before it became the primary one', LONG_STEP);
    expect(await primary()).toBe(first);
  });

  await test.step('a steady task set becomes primary, and the old one is deleted', async () => {
    await page.getByRole('button', { name: 'Deploy' }).first().click();
    const dialog = deployDialog(page);
    await dialog.container('app').chooseTag('5.1.3');
    await dialog.plan();
    await planForm(page).carryOut('Deploy', { why: 'Steady' });
    await expect(rollout.sentence).toContainText('deployed and is the primary task set', LONG_STEP);
    await expect
      .poll(async () => (await readService(ecs, CLUSTER, SERVICE)).taskSets, 'the old set is gone')
      .toHaveLength(1);
    const { taskDefinition } = await readService(ecs, CLUSTER, SERVICE);
    await expect.poll(primary).not.toBe(first);
    await expect(page.getByRole('region', { name: 'History' })).toContainText(revisionName(taskDefinition));
  });
  ecs.destroy();
});
