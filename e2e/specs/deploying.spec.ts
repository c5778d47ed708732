import { readService, readTaskDefinition, revisionName } from '../fixtures/control-plane.ts';
import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { openAddress } from '../pages/address.ts';
import { DIALOG, deployDialog } from '../pages/deploy-dialog.ts';
import { planForm } from '../pages/plan-form.ts';
import { rolloutCard } from '../pages/rollout-card.ts';
import { servicePage } from '../pages/service-page.ts';

const STAGING = '/a/sandbox/us-east-1/c/staging';

test('a tag is deployed with keys alone: D, the tag, Enter, and Ctrl+Enter twice', async ({ page, ecs }) => {
  await openAddress(page, `${STAGING}/s/web`);
  await expect(servicePage(page).runningNow).toBeVisible();
  await page.keyboard.press('d');
  const { search, images, chosen } = deployDialog(page).container('app');
  await expect(search).toBeFocused();
  await expect(images.getByRole('option').first()).toContainText('running');
  await page.keyboard.type('1.10.1');
  await page.keyboard.press('Enter');
  await expect(chosen).toContainText('1.10.1');
  await page.keyboard.press('Control+Enter');
  await expect(planForm(page).why).toBeFocused();
  await page.keyboard.press('Control+Enter');
  await expect(rolloutCard(page).sentence).toContainText('In progress');

  const running = async () => {
    const { taskDefinition } = await readService(ecs, 'staging', 'web');
    const { containerDefinitions } = await readTaskDefinition(ecs, revisionName(taskDefinition));
    return containerDefinitions?.find(({ name }) => name === 'app')?.image;
  };
  await expect.poll(running).toContain('1.10.1');
});

test('a tag is deployed with a double click and one more', async ({ page }) => {
  await openAddress(page, `${STAGING}/s/checkout?dialog=deploy`);
  await deployDialog(page).container('app').images.getByRole('option').nth(1).dblclick();
  await planForm(page).action('Deploy').click();
  await expect(rolloutCard(page).sentence).toContainText('In progress');
});

test('what was chosen and typed is there again after Escape and after a reload', async ({ page }) => {
  await openAddress(page, `${STAGING}/s/web?dialog=deploy`);
  const dialog = deployDialog(page);
  const { chosen, search } = dialog.container('app');
  await test.step('a search, which closes without a question', async () => {
    await search.fill('1.10');
    await page.keyboard.press('Escape');
    await expect(dialog.dialog).toBeHidden();
    await servicePage(page).deploy.click();
    await expect(search).toHaveValue('1.10');
    await page.reload();
    await expect(search).toHaveValue('1.10');
    await expect(dialog.restored).toBeHidden();
    await search.fill('');
  });
  await dialog.container('app').chooseTag('1.10.2');
  await dialog.setVariable('ROUNDING', 'half-even');
  await expect(chosen).toContainText('1.10.2');

  await test.step('a reload', async () => {
    await page.reload();
    await expect(dialog.restored).toBeVisible();
    await expect(chosen).toContainText('1.10.2');
    await expectUsableByEveryone(page, DIALOG);
  });
  await test.step('Escape asks, and keeps it', async () => {
    await page.keyboard.press('Escape');
    await expect(dialog.question).toBeVisible();
    await expectUsableByEveryone(page, DIALOG);
    await page.keyboard.press('Enter');
    await expect(dialog.dialog).toBeHidden();
    await servicePage(page).deploy.click();
    await expect(chosen).toContainText('1.10.2');
  });
  await test.step('the plan has it all', async () => {
    await dialog.plan();
    await expect(planForm(page).changes).toContainText('ROUNDING');
  });
});

test('the button that goes on stays in sight in a small window and at 200 % zoom', async ({ page }) => {
  await openAddress(page, `${STAGING}/s/web?dialog=deploy`);
  const dialog = deployDialog(page);
  for (const size of [
    { width: 900, height: 600 },
    { width: 450, height: 300 },
  ]) {
    await page.setViewportSize(size);
    await expect(dialog.planButton).toBeInViewport({ ratio: 1 });
  }
  await dialog.container('app').chooseTag('1.10.2');
  await dialog.plan();
  await expect(planForm(page).action('Deploy')).toBeInViewport({ ratio: 1 });
});
