import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { lookAt, openAddress, openAfterStart } from '../pages/address.ts';
import { compareForm } from '../pages/compare-form.ts';
import { diffPage } from '../pages/diff-page.ts';
import { familiesPage } from '../pages/families-page.ts';
import { planForm } from '../pages/plan-form.ts';
import { revisionEditor } from '../pages/revision-editor.ts';
import { rolloutCard } from '../pages/rollout-card.ts';

const REGION = '/a/sandbox/us-east-1';
const DEPLOYED = { timeout: 180_000 };

test('a family is found without a service, and its revisions are searched', async ({ page }) => {
  await lookAt(page, `${REGION}/families`);
  const families = familiesPage(page);
  await expect(families.family('checkout')).toBeVisible();
  await expect(families.row('checkout')).toContainText(/:\d+.*ago/);
  await families.search.fill('legacy');
  await expect(families.family('checkout')).toBeHidden();
  await expectUsableByEveryone(page);
  await families.family('legacy-cart').click();

  await expect(families.heading).toHaveText('legacy-cart');
  await expect(families.revisions.first()).toContainText('legacy-cart:23');
  await expectUsableByEveryone(page);
  await families.showRevisions('Inactive');
  await expect(families.revisions.filter({ hasText: 'legacy-cart:23' })).toHaveCount(0);
  await families.showRevisions('All');
  await families.searchRevisions.fill('no such revision');
  await expect(families.revisions).toHaveCount(0);
});

test('a family that does not exist says so, and leads to the others', async ({ page }) => {
  await lookAt(page, `${REGION}/families/no-such-family`);
  await expect(page.getByText('No task definition family named no-such-family')).toBeVisible();
  await expectUsableByEveryone(page);
  await page.getByRole('link', { name: 'All task definitions' }).click();
  await expect(familiesPage(page).family('checkout')).toBeVisible();
});

test('services of clusters that were never opened are found in all accounts, and compared', async ({
  page,
}) => {
  await lookAt(page, `${REGION}/diff`);
  const form = compareForm(page);
  const checkout = { service: 'checkout', region: 'us-east-1', account: 'sandbox' };
  await form.chooseService('Before', { ...checkout, cluster: 'staging' });
  await form.chooseService('After', { ...checkout, cluster: 'production' });
  await expectUsableByEveryone(page);
  await form.compare.click();

  const diff = diffPage(page);
  await expect(diff.heading).toContainText('staging');
  await expect(diff.heading).toContainText('production');
  await expect(diff.images).toContainText('app');
  await expect(diff.otherChanges).toContainText('APP_ENV = staging→production');
  await expectUsableByEveryone(page);
});

test('the JSON of a revision is completed with the keyboard', async ({ page }) => {
  await openAddress(page, `${REGION}/revise?from=recommend-trainer:11`);
  const editor = revisionEditor(page);
  await editor.showAs('JSON');
  await expectUsableByEveryone(page);
  await editor.json.press('ControlOrMeta+Home');
  await editor.json.press('ArrowRight');
  await editor.json.pressSequentially('"pidM');
  await expect(editor.options).toHaveText([/^pidMode/]);
  await expectUsableByEveryone(page);
  await expect(async () => {
    await editor.json.press('Enter');
    await expect(editor.options).toHaveCount(0);
  }).toPass();
  await expect(editor.json).toContainText('{"pidMode": ');
});

test('a revision is created in the form, compared, registered and deployed', async ({ startOwn }) => {
  const { page, slipway } = await startOwn({});
  await openAfterStart(page, `${REGION}/revise?from=recommend-trainer:11`);
  const editor = revisionEditor(page);
  await expect(editor.field('Family')).toHaveValue('recommend-trainer');
  await expectUsableByEveryone(page);

  await editor.field('CPU units').fill('256');
  await editor.field('Memory, MiB').fill('3000');
  await expect(editor.problems).toContainText('1 problem');
  await editor.field('Memory, MiB').fill('2048');
  const variable = await editor.addVariable('app');
  await variable.getByLabel('Name').fill('MODE');
  await variable.getByLabel('Value').fill('calm');
  await expect(editor.differences).toContainText('MODE');

  await editor.showAs('JSON');
  await expect(editor.json).toContainText('"calm"');
  await editor.json.click();
  await editor.json.press('x');
  await expect(editor.view('Form')).toBeDisabled();
  await editor.json.press('ControlOrMeta+z');
  await editor.showAs('Form');

  await editor.why.fill('calmer');
  await editor.register.click();
  await expect(editor.registered('recommend-trainer:12')).toContainText(
    'AWS stored the revision as it was sent',
  );
  await editor.deploy.click();
  await page.getByRole('button', { name: 'Review changes' }).click();
  const plan = planForm(page);
  await expect(plan.title).toContainText('recommend-trainer:12');
  await plan.carryOut('Deploy', { why: 'calmer' });
  // A deployment that has ended before the page is there has no card.
  await expect(rolloutCard(page).sentence).toBeVisible();
  await slipway.clock.run();
  await expect(rolloutCard(page).sentence).toContainText('recommend-trainer:12 deployed', DEPLOYED);

  await openAddress(page, '/journal');
  const registered = page.getByRole('row').filter({ hasText: 'Register a revision of recommend-trainer' });
  await expect(registered).toContainText('calmer');
});

test('a draft of a revision is asked about, restored after a reload, and discarded', async ({ page }) => {
  await openAddress(page, `${REGION}/families/recommend-trainer`);
  await page.getByRole('button', { name: 'Edit recommend-trainer:11 as a new revision…' }).click();
  const editor = revisionEditor(page);
  await editor.field('CPU units').fill('256');
  await page.getByRole('link', { name: 'Journal' }).first().click();
  const question = page.getByRole('dialog', { name: 'Leave without finishing?' });
  await expect(question.getByRole('button', { name: 'Stay' })).toBeFocused();
  await expectUsableByEveryone(page);
  await page.keyboard.press('Escape');
  await expect(editor.field('CPU units')).toHaveValue('256');

  await page.goBack();
  await question.getByRole('button', { name: 'Stay' }).click();
  await page.reload();
  await expect(page.getByText('Draft restored')).toBeVisible();
  await expect(editor.field('CPU units')).toHaveValue('256');
  await expectUsableByEveryone(page);
  await page.getByRole('button', { name: 'Discard draft' }).click();
  await expect(editor.field('CPU units')).not.toHaveValue('256');
  await page.getByRole('link', { name: 'Journal' }).first().click();
  await expect(page.getByRole('heading', { name: 'Journal' })).toBeVisible();
});
