import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ecsOf, readService, readTaskDefinition } from '../fixtures/control-plane.ts';
import { type Gate, startGate } from '../fixtures/loopback-servers.ts';
import { createUserData } from '../fixtures/running-app.ts';
import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { openAddress } from '../pages/address.ts';
import { deployDialog } from '../pages/deploy-dialog.ts';
import { planForm } from '../pages/plan-form.ts';
import { settingsPage } from '../pages/settings-page.ts';

const RULES = `rules:
  - cluster: tools
    environment: development
    ledger: { table: slipway-ledger }
`;
const DASHBOARD = '/a/profile:ana/us-east-1/c/tools/s/dashboard';
/** Longer than the lease of a lock and its grace. */
const LAPSED_MS = 70_000;

/** The time of AWS that Ben's laptop sees is ahead, so that a lock that Ana still has has lapsed for him. */
let late: Gate;
let data: string;
test.beforeAll(async () => {
  late = await startGate({ aheadMs: LAPSED_MS });
  data = await mkdtemp(join(tmpdir(), 'slipway-team-locks-'));
  await writeFile(join(data, 'environments.yml'), RULES);
});
test.afterAll(async () => {
  await late.close();
  await rm(data, { recursive: true, force: true });
});

/** Waits for its task, so that the lock is held meanwhile. */
const DEPLOY = 'deploy -c tools -n dashboard --wait-until accepted --before'
  .split(' ')
  .concat('migrate; exit 0');

test('in the window a ledger is created, a release waits for a lock, one that has lost it stops, and staging gets what production ran', async ({
  startOwn,
  gate,
}) => {
  const { page, slipway } = await startOwn({ awsConfig: profileOf('ana', gate.address) });
  const ecs = ecsOf(slipway);
  gate.forwardTo(slipway.sandboxEndpoint);
  late.forwardTo(slipway.sandboxEndpoint);
  const plan = planForm(page);
  const ben = (endpoint: string, tag: string, ...args: readonly string[]) =>
    startCommand(profileOf('ben', endpoint), [...DEPLOY, '-i', `dashboard:${tag}`, ...args]);
  const chooses = async (tag: string) => {
    await openAddress(page, DASHBOARD);
    await page.getByRole('button', { name: 'Deploy' }).first().click();
    const dialog = deployDialog(page);
    await dialog.container('app').chooseTag(tag);
    await dialog.plan();
  };
  const running = async (cluster = 'tools', service = 'dashboard') => {
    const { taskDefinition = '' } = await readService(ecs, cluster, service);
    return (await readTaskDefinition(ecs, taskDefinition)).containerDefinitions?.[0]?.image;
  };

  await test.step('the table is created by a plan, and a rule names it', async () => {
    await openAddress(page, '/settings');
    const card = page.getByRole('region', { name: 'Team ledger' });
    await card.getByRole('combobox', { name: 'Account' }).click();
    await page.getByRole('option', { name: 'ana' }).click();
    await card.getByRole('button', { name: 'Review changes' }).click();
    await expect(card.getByRole('status')).toContainText('The table does not exist. These calls create it:');
    await card.getByText('CreateTable', { exact: true }).click();
    await expect(card).toContainText('"DeletionProtectionEnabled": true');
    await expect(card).toContainText('Least policy to create it');
    await expect(card).toContainText(/About .* USD for 1,000 releases/);
    await expectUsableByEveryone(page);
    await card.getByLabel('Type slipway-ledger to confirm').fill('slipway-ledger');
    await card.getByRole('button', { name: 'Create slipway-ledger' }).click();
    await expect(card.getByRole('status')).toContainText('The table is ready');
    const settings = settingsPage(page);
    await settings.addRule.click();
    await settings.form.field('Cluster').fill('tools');
    await settings.form.field('Environment').selectOption('Development');
    await settings.form.field('DynamoDB table').fill('slipway-ledger');
    await settings.form.save.click();
    await expect(settings.rules).toHaveCount(1);
  });

  await test.step('a release waits for the lock of a command, and goes ahead on what that has deployed', async () => {
    const command = ben(slipway.sandboxEndpoint, '5.1.3');
    await expect.poll(command.output).toContain('RegisterTaskDefinition (');
    await chooses('5.2.0');
    await expect(plan.check('The service is locked: Deploy dashboard:5.1.3')).toBeVisible();
    await plan.form.getByRole('button', { name: 'Wait for the lock' }).click();
    await expect(plan.form.getByRole('status')).toHaveText('Waiting for the lock: 1 of 1');
    await slipway.clock.run();
    expect(await command.end()).toContain('ECS accepted');
    await expect(plan.check('The service is locked')).toHaveCount(0);
    await expect(plan.changes).toContainText('5.1.3');
    await slipway.clock.hold();
    await plan.carryOut('Deploy', { why: 'After ben' });
    await expect.poll(() => running()).toContain('dashboard:5.2.0');
  });

  await test.step('a release whose lock another one has taken meanwhile stops before its next call', async () => {
    await slipway.clock.run();
    await chooses('5.2.1');
    await slipway.clock.hold();
    const registration = gate.holdBack('RegisterTaskDefinition');
    await plan.carryOut('Deploy', { why: 'On a slow network' });
    await registration.arrived;
    const command = ben(late.address, '5.1.2');
    await expect.poll(command.output).toContain('RegisterTaskDefinition (');
    // A lock is renewed three times a minute.
    const renewal = gate.holdBack('UpdateItem');
    await renewal.arrived;
    renewal.passOn();
    await renewal.answered;
    registration.passOn();
    await expect(plan.problem).toContainText('The lock of tools/dashboard was lost to another release');
    await expect(plan.sent).not.toContainText('DeregisterTaskDefinition');
    await expect(plan.continueDeployment).toBeVisible();
    await expectUsableByEveryone(page);
    await slipway.clock.run();
    expect(await command.end()).toContain('ECS accepted');
    expect(await running()).toContain('dashboard:5.1.2');
  });
  await test.step('staging gets what production ran a month ago, by one plan', async () => {
    await openAddress(page, '/timeline');
    const at = page.getByLabel(/^At /);
    await at.fill('30 days ago');
    await at.press('Enter');
    await expect(page).toHaveURL(/at=/);
    await page.getByText('Restore', { exact: true }).click();
    await page.getByRole('button', { name: 'Review changes' }).click();
    const diff = page.getByRole('region', { name: 'Services of both environments' });
    await expect(diff.getByRole('row').filter({ hasText: 'checkout' })).toContainText('4.3.2');
    await page.getByRole('button', { name: /^Deploy to staging what production ran on/ }).click();
    await expect(page.getByRole('status').filter({ hasText: '2 of 2 updated' })).toBeVisible();
    expect(await running('staging', 'checkout')).toContain('checkout:4.3.2');
    expect(await running('staging', 'web')).toContain('web:1.9.2');
  });
  ecs.destroy();
});

/** A person with a session of a role, as the AWS files name it. */
function profileOf(name: string, endpoint: string): string {
  return `[profile ${name}]\nrole_arn = arn:aws:iam::123456789012:role/deployer\nrole_session_name = ${name}\nsource_profile = keys\nregion = us-east-1\nendpoint_url = ${endpoint}\n[profile keys]\naws_access_key_id = sandbox\naws_secret_access_key = sandbox\nregion = us-east-1\nendpoint_url = ${endpoint}\n`;
}

/** A command on another laptop, which is not waited for. */
function startCommand(config: string, args: readonly string[]) {
  let printed = '';
  const ended = (async () => {
    const user = await createUserData(config);
    const environment = { ...user.environment, SLIPWAY_DATA: data, AWS_PROFILE: 'ben' };
    const child = spawn(process.execPath, ['out/main/cli.js', ...args], { env: environment });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
      });
    }
    await once(child, 'close');
    await user.remove();
    return printed;
  })();
  return { output: () => printed, end: () => ended };
}
