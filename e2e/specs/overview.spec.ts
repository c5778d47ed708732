import { startProcess } from '../fixtures/running-app.ts';
import { expect, test } from '../fixtures/test.ts';
import { expectAddress, openAddress } from '../pages/address.ts';
import { planForm } from '../pages/plan-form.ts';
import { rolloutCard } from '../pages/rollout-card.ts';
import { scaleDialog } from '../pages/scale-dialog.ts';
import { servicesView } from '../pages/services-view.ts';
import { windowFrame } from '../pages/window-frame.ts';

const ACCOUNT = '/a/sandbox/us-east-1';
const PRODUCTION = `${ACCOUNT}/c/production`;

test('a cluster shows what is wrong with its services without a click, failing ones first', async ({
  page,
}) => {
  await openAddress(page, PRODUCTION);
  const list = servicesView(page);
  await expect(list.service('pricing')).toContainText(/out of memory/);
  await expect(list.service('web')).toContainText(/\d of 6 updated/);
  await expect(list.service('mailer')).toContainText('Tasks of the same revision run different images');
  await expect(list.rows.first()).toContainText('pricing');
});

test('the filters of a cluster are in the address, a reload keeps them, and Back takes one away', async ({
  page,
}) => {
  await openAddress(page, PRODUCTION);
  const list = servicesView(page);
  const state = (name: string) => list.services.getByRole('button', { name: new RegExp(`\\d ${name}$`) });
  await state('Healthy').click();
  await expect(list.rows).toHaveCount(4);
  await expectAddress(page, `${PRODUCTION}?state=healthy`);

  await list.filter.fill('sea');
  await expect(list.rows).toHaveCount(1);
  await expect(page).toHaveURL(/state=healthy&q=sea$/);
  await page.reload();
  await expect(list.rows).toHaveCount(1);
  await expect(list.filter).toHaveValue('sea');

  await page.goBack();
  await expect(list.rows).toHaveCount(7);
  await expectAddress(page, PRODUCTION);
});

test('an account names the services of its clusters that need attention, each with its cause', async ({
  page,
}) => {
  await openAddress(page, ACCOUNT);
  const attention = page.getByRole('list', { name: /^Needs attention or deploying: production/ });
  await expect(attention.getByRole('listitem').filter({ hasText: 'pricing' })).toContainText('Rolled back');
  await attention.getByRole('link', { name: 'web' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('web');
});

test('the overview of all accounts says what fails in each, and which account cannot be read', async ({
  startOwn,
}) => {
  const { page } = await startOwn({
    awsConfig: [
      '[profile far-away]',
      'region = us-east-1',
      'aws_access_key_id = sandbox',
      'aws_secret_access_key = sandbox',
      'endpoint_url = http://127.0.0.1:1',
      '',
    ].join('\n'),
  });
  const main = page.getByRole('main');
  await test.step('a first start with several accounts asks which one to open', async () => {
    await expect(main.getByRole('heading', { level: 1 })).toHaveText('Choose an account');
    await expect(main).toContainText("Couldn't reach 127.0.0.1:1");
    await main.getByRole('link', { name: 'sandbox', exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`${ACCOUNT}$`));
  });
  await windowFrame(page).accounts.getByRole('link', { name: 'Overview' }).click();
  await expect(main.getByRole('status').first()).toHaveText("1 of 2 accounts read · 1 can't be read");
  await expect(main.getByRole('list', { name: /: production$/ })).toContainText('pricing');
  await expect(windowFrame(page).accounts).toContainText('Failed');
});

test('a pane is resized by pointer and by keyboard, folded and unfolded, and a reload keeps it', async ({
  page,
}) => {
  await openAddress(page, PRODUCTION);
  const frame = windowFrame(page);
  const separator = page.getByRole('separator', { name: 'Width of the accounts' });
  await expect(separator).toHaveAttribute('aria-valuenow', '216');

  const box = await separator.boundingBox();
  if (box === null) throw new Error('The separator is not on the screen.');
  await page.mouse.move(box.x + box.width / 2, 300);
  await page.mouse.down();
  await page.mouse.move(300, 300, { steps: 4 });
  await page.mouse.up();
  await expect(separator).toHaveAttribute('aria-valuenow', /^(?:29[4-9]|300)$/);
  const dragged = Number(await separator.getAttribute('aria-valuenow'));

  await separator.focus();
  await page.keyboard.press('ArrowRight');
  await expect(separator).toHaveAttribute('aria-valuenow', String(dragged + 16));
  await page.reload();
  await expect(separator).toHaveAttribute('aria-valuenow', String(dragged + 16));
  await expect
    .poll(async () => Math.round((await frame.accounts.boundingBox())?.width ?? 0))
    .toBe(dragged + 16);

  await page.getByRole('button', { name: 'Hide accounts' }).click();
  await expect(frame.accounts).toBeHidden();
  await page.reload();
  await page.getByRole('button', { name: 'Show accounts' }).click();
  await expect(frame.accounts).toBeVisible();
  await expect(separator).toHaveAttribute('aria-valuenow', String(dragged + 16));
});

test('during an incident the first page says what is broken and why, a log line takes no click, and a rollback takes two and the typed name', async ({
  startOwn,
}) => {
  const incident = await startProcess(
    ['src/sandbox/main.ts', '--scenario', 'incident'],
    { PATH: process.env.PATH ?? '' },
    { cwd: process.cwd(), lines: { address: /listening on (\S+)$/ } },
  );
  try {
    const { page } = await startOwn({
      awsConfig: [
        '[profile incident]',
        'region = us-east-1',
        'aws_access_key_id = sandbox',
        'aws_secret_access_key = sandbox',
        `endpoint_url = ${incident.found.address}`,
        '',
      ].join('\n'),
    });
    await test.step('from the start to the cause', async () => {
      await expect(page.getByRole('main')).toContainText(
        'Tasks of crash-loop:2 stop: app exited with code 1',
      );
      await expect(page.getByRole('main')).toContainText('is no longer in its repository');
    });
    await test.step('from the failing service to the log line and to its rollback', async () => {
      await openAddress(page, '/a/profile%3Aincident/us-east-1/c/shop/s/crash-loop');
      await expect(rolloutCard(page).lastLines).toContainText('FATAL cannot start');
      await page.getByRole('button', { name: /^Stop and roll back…/ }).click();
      await planForm(page).confirmation.fill('crash-loop');
      await page.getByRole('button', { name: /^Stop and roll back(?!…)/ }).click();
      await expect(rolloutCard(page).sentence).toContainText(/roll(?:ing|ed) back/i);
    });
    await openAddress(page, '/a/profile%3Aincident/us-east-1/c/shop/s/policies-fight');
    await expect(
      page.getByRole('status').filter({ hasText: 'set up and down again and again' }),
    ).toContainText(/The scaling policies (?:cpu and queue-empty|queue-empty and cpu) set it in turn/);
    await page.getByRole('button', { name: /^Scale/ }).click();
    const scale = scaleDialog(page);
    await expect(scale.dialog).toContainText('Application Auto Scaling keeps the number between 2 and 10.');
    await scale.planFor(1);
    await expect(planForm(page).check('so 1 is outside of its range')).toBeVisible();
  } finally {
    await incident.stop();
  }
});
