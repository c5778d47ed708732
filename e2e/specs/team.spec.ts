import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createUserData, type RunningProcess, startProcess } from '../fixtures/running-app.ts';
import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { openAddress } from '../pages/address.ts';
import { planForm } from '../pages/plan-form.ts';

const RULES = `rules:
  - cluster: shop
    environment: production
    approvals: two-people
    ledger: { table: slipway-ledger }
`;

/** One AWS for two people: profiles that assume one role with the names of two sessions. */
function configOf(endpoint: string): string {
  const place = `region = us-east-1\nendpoint_url = ${endpoint}\n`;
  const person = (name: string): string =>
    `[profile ${name}]\nrole_arn = arn:aws:iam::123456789012:role/deployer\nrole_session_name = ${name}\nsource_profile = keys\n${place}`;
  const keys = `[profile keys]\naws_access_key_id = sandbox\naws_secret_access_key = sandbox\n${place}`;
  return [keys, person('ana'), person('ben')].join('');
}

let aws: RunningProcess<'endpoint'>;
let data: string;
let clone: string;
test.beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'slipway-team-data-'));
  clone = await mkdtemp(join(tmpdir(), 'slipway-team-clone-'));
  const user = await createUserData();
  aws = await startProcess(
    // Slow enough that the page sees the deployment while it is in progress.
    ['src/main/cli.ts', 'sandbox', '--scenario', 'declared', '--speed', '20'],
    user.environment,
    { cwd: process.cwd(), lines: { endpoint: /^(http:\S+)$/ } },
  );
  await user.remove();
  await writeFile(join(data, 'environments.yml'), RULES);
  await writeFile(join(data, 'projects.json'), JSON.stringify([clone]));
  await writeFile(join(clone, 'production.json'), '[{"ParameterKey":"ImageTag","ParameterValue":"1.4.0"}]\n');
});
test.afterAll(async () => {
  await aws.stop();
  await Promise.all([data, clone].map((folder) => rm(folder, { recursive: true, force: true })));
});

test('a release to production that one person plans is refused to them, executed by another, and written back into a clone', async ({
  startOwn,
}) => {
  const config = configOf(aws.found.endpoint);
  const environment = { SLIPWAY_DATA: data };
  const { page } = await startOwn({ awsConfig: config, environment });
  const slipway = (...args: readonly string[]) => runAs('ana', config, args);
  await slipway('ledger', 'create', '-c', 'shop', '--confirm', 'slipway-ledger');
  const planned = await slipway(
    'deploy',
    '-c',
    'shop',
    '-n',
    'catalog',
    '-i',
    'catalog:3.0.0',
    '--why',
    'OPS-12',
  );
  expect(planned).toContain('waits for a second person until');

  const open = async (person: string) => {
    await openAddress(page, `/a/profile:${person}/us-east-1/c/shop`);
    await page.getByRole('button', { name: 'Review “Deploy catalog:3.0.0 to catalog”' }).click();
    const plan = planForm(page);
    await plan.confirmation.fill('catalog');
    return plan;
  };
  const own = await open('ana');
  await expect(own.check('ana made this plan, and another person has to execute it')).toBeVisible();
  await expect(own.form.getByRole('button', { name: /^Deploy/ })).toBeDisabled();

  const other = await open('ben');
  await expect(other.form).toContainText('ana planned this on');
  await expect(other.form).toContainText('OPS-12');
  await other.form.getByRole('button', { name: /^Deploy/ }).click();

  const step = page.getByRole('region', { name: 'Declared image' });
  await expect(step).toContainText(
    'CloudFormation stack shop-catalog owns this service and declares another image',
  );
  await step.getByRole('button', { name: 'Write the images back…' }).click();
  await expect(step.getByRole('region', { name: /^Patch of/ })).toContainText('"ParameterValue":"3.0.0"');
  await expectUsableByEveryone(page);
  await step.getByRole('button', { name: 'Write into the file' }).click();
  await expect(step.getByRole('status')).toContainText('Nothing is committed');
  expect(await readFile(join(clone, 'production.json'), 'utf8')).toBe(
    '[{"ParameterKey":"ImageTag","ParameterValue":"3.0.0"}]\n',
  );

  await openAddress(page, '/a/profile:ben/us-east-1/c/shop/s/checkout');
  const card = page.getByRole('region', { name: 'Declared in' });
  await expect(card).toContainText('CDK stack shop-checkout');
  await expect(card.getByLabel('Differences from CDK stack shop-checkout')).toContainText('image of app');
  await expectUsableByEveryone(page);
});

/** Runs a command with the profile of a person, on the data folder of the window. Exit codes are for the caller's words. */
async function runAs(person: string, config: string, args: readonly string[]): Promise<string> {
  const user = await createUserData(config);
  const environment = { ...user.environment, SLIPWAY_DATA: data, AWS_PROFILE: person };
  const run = promisify(execFile);
  try {
    const { stdout, stderr } = await run(process.execPath, ['out/main/cli.js', ...args], {
      env: environment,
    });
    return `${stdout}${stderr}`;
  } catch (error) {
    // A plan that waits for a second person ends with 5.
    return String(error instanceof Error && 'stdout' in error ? error.stdout : error);
  } finally {
    await user.remove();
  }
}
