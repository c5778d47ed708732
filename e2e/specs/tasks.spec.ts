import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { openAfterStart } from '../pages/address.ts';
import { DIALOG } from '../pages/deploy-dialog.ts';
import { jobsMenu } from '../pages/jobs-menu.ts';

const PRODUCTION = '/a/sandbox/us-east-1/c/production';

test('a task is stopped from its page with the name that production asks for, and another one takes its place', async ({
  startOwn,
}) => {
  const { page, slipway } = await startOwn({});
  await openAfterStart(page, `${PRODUCTION}/s/checkout?tab=tasks`);
  const tasks = page.getByRole('tabpanel', { name: 'Tasks' });
  await tasks
    .getByRole('link', { name: /^Open task/ })
    .first()
    .click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Task \w{12}$/);
  await expect(page.getByText('Private IPv4')).toBeVisible();
  await expectUsableByEveryone(page);

  await page.getByRole('button', { name: 'Stop task…' }).click();
  const dialog = page.getByRole('dialog', { name: /^Stop task/ });
  await expect(dialog).toContainText('checkout starts another task in its place.');
  const stop = dialog.getByRole('button', { name: 'Stop task' });
  await expect(stop).toBeDisabled();
  await expectUsableByEveryone(page, DIALOG);
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('It hangs');
  await dialog.getByRole('textbox', { name: /^Type checkout/ }).fill('checkout');
  await stop.click();
  await expect(page.getByText('Reason: It hangs')).toBeVisible();

  await slipway.clock.run();
  await expect(page.getByText('This task has stopped.')).toBeVisible();
  await page.getByRole('link', { name: 'Back to checkout' }).click();
  await expect(tasks.getByText('It hangs')).toBeVisible();
  await tasks.getByRole('button', { name: /^\d+ Running$/ }).click();
  await expect(tasks.getByText('It hangs')).toBeHidden();
  await expect(tasks.getByRole('link', { name: /^Open task/ }).first()).toBeVisible();
});

test('a one-off task is checked, runs, is found under Activity and shows its exit code', async ({
  startOwn,
}) => {
  const { page, slipway } = await startOwn({});
  await openAfterStart(page, '/a/sandbox/us-east-1/c/staging/s/web?dialog=run');
  const dialog = page.getByRole('dialog', { name: 'Run a one-off task of web' });
  await dialog.getByRole('textbox', { name: 'Command' }).fill('exit 3');
  await dialog.getByRole('textbox', { name: 'CPU' }).fill('512');
  await dialog.getByRole('textbox', { name: 'Memory' }).fill('16 GB');
  await dialog.getByRole('button', { name: 'Review' }).click();
  await expect(dialog).toContainText("Fargate doesn't support 0.5 vCPU with 16 GiB");
  await expectUsableByEveryone(page, DIALOG);
  await dialog.getByRole('button', { name: 'Back' }).click();
  await dialog.getByRole('textbox', { name: 'Memory' }).fill('2 GB');
  await dialog.getByRole('button', { name: 'Review' }).click();
  await dialog.getByRole('button', { name: 'Run task' }).click();
  await expect(dialog).toContainText('PROVISIONING: app PENDING');
  await dialog.getByRole('button', { name: 'Close (task continues)' }).click();
  await expect(dialog).toBeHidden();

  const jobs = jobsMenu(page);
  await jobs.button.click();
  const job = jobs.job('Run exit 3');
  await expect(job).toContainText('In progress');
  await job.getByRole('link', { name: 'staging / web' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Task/);
  await slipway.clock.run();
  await expect(page.getByText('app exited with code 3.')).toBeVisible();
  await expect(page.getByRole('row', { name: /^app/ })).toContainText('3');
});
