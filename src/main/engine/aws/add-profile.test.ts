import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isInstalled } from '../../../sandbox/testing/installed-program.ts';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { answerSignIn } from '../../../sandbox/testing/sign-in.ts';
import { openSlipwayWithProfiles, type Slipway } from '../testing/slipway.ts';

const run = promisify(execFile);
const HAS_AWS = isInstalled('aws');

const ROLE = { session: 'corp', accountId: '123456789012', roleName: 'Developer', region: 'us-east-1' };

let folder: string;
let config: string;
let sandbox: TestSandbox;
let slipway: Slipway | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-add-profile-'));
  config = join(folder, '.aws', 'config');
  await mkdir(join(folder, '.aws'));
  sandbox = await startTestSandbox({ scenario: 'empty', speed: 1 });
});
afterEach(async () => {
  await slipway?.close();
  slipway = undefined;
  await sandbox.close();
  await rm(folder, { recursive: true });
});

/** The session with comments and spaces that a person wrote. */
function ownConfig(): string {
  return `# mine\n[sso-session corp]\nsso_start_url = ${sandbox.endpoint}/start   # portal\nsso_region = us-east-1\n\n[profile other]\nsso_session = corp\nendpoint_url = ${sandbox.endpoint}`;
}

/** Slipway with a person who allows each sign-in in the browser. */
async function open(text = ownConfig()) {
  await writeFile(config, text);
  slipway = await openSlipwayWithProfiles(folder);
  const { client } = slipway;
  let signIns = 0;
  const watching = client.call(
    'prompts.watch',
    {},
    {
      onEvent(request) {
        if (request.kind !== 'sign-in' || request.over) return;
        signIns += 1;
        void answerSignIn(request.address).then(async ({ location }) => {
          // The page of a code leads nowhere.
          if (location !== '') await fetch(location);
        });
      },
    },
  );
  watching.catch(() => undefined);
  return { client, signIns: () => signIns };
}

describe('the roles of an Identity Center', () => {
  it('are listed after one sign-in, with their accounts', async () => {
    const { client, signIns } = await open();
    const roles = await client.call('accounts.roles', { session: 'corp' });
    const account = { accountId: '123456789012', accountName: 'sandbox' };
    expect(roles).toEqual([
      { ...account, roleName: 'Administrator' },
      { ...account, roleName: 'Developer' },
      { ...account, roleName: 'ReadOnly' },
    ]);
    await client.call('accounts.roles', { session: 'corp' });
    expect(signIns()).toBe(1);
  });

  it('of a session that is not in the file say where to add it', async () => {
    const { client } = await open();
    await expect(client.call('accounts.roles', { session: 'gone' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: `${config} has no session [sso-session gone] with sso_start_url and sso_region. Add it, for example with \`aws configure sso-session\`.`,
    });
  });
});

describe('a profile that is added', () => {
  it('is at the end of the file, which keeps its text and its rights, and can be used at once', async () => {
    const { client } = await open();
    await chmod(config, 0o640);
    const added = await client.call('accounts.addProfile', { ...ROLE, name: 'sandbox-Developer' });
    expect(added).toEqual({ account: 'profile:sandbox-Developer', file: config });
    expect(await readFile(config, 'utf8')).toBe(
      `${ownConfig()}\n\n[profile sandbox-Developer]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Developer\nregion = us-east-1\nendpoint_url = ${sandbox.endpoint}\n`,
    );
    expect((await stat(config)).mode & 0o777).toBe(0o640);
    const { accounts } = await client.call('accounts.list', {});
    expect(accounts.find(({ id }) => id === added.account)).toMatchObject({
      credentials: 'sso',
      session: 'corp',
      roleName: 'Developer',
      region: 'us-east-1',
      accountNumber: '123456789012',
    });
    const second = await client.call('accounts.addProfile', { ...ROLE, name: 'second' });
    expect(second).toEqual({ account: 'profile:second', file: config });
  });

  it('of the older form has the start URL and the region of the session, and signs in with the same token', async () => {
    const start = `${sandbox.endpoint}/start`;
    const { client, signIns } = await open(
      `[profile old]\nsso_start_url = ${start}\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = ReadOnly\nregion = eu-west-1\nendpoint_url = ${sandbox.endpoint}\n`,
    );
    const { accounts } = await client.call('accounts.list', {});
    expect(accounts).toEqual([expect.objectContaining({ name: 'old', session: start })]);
    const roles = await client.call('accounts.roles', { session: start });
    expect(roles.map(({ roleName }) => roleName)).toEqual(['Administrator', 'Developer', 'ReadOnly']);
    await client.call('accounts.addProfile', { ...ROLE, session: start, name: 'new' });
    expect(await readFile(config, 'utf8')).toContain(
      `\n\n[profile new]\nsso_start_url = ${start}\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = Developer\nregion = us-east-1\nendpoint_url = ${sandbox.endpoint}\n`,
    );
    const identity = await client.call('accounts.identity', { account: 'profile:new', region: 'us-east-1' });
    expect(identity.arn).toContain('Developer');
    expect(signIns()).toBe(1);
  });

  it.skipIf(!HAS_AWS)(
    'works with the AWS CLI too, over the services of another profile of the session',
    async () => {
      const services = ['sts', 'sso', 'sso_oidc', 'iam'].map(
        (id) => `${id} =\n  endpoint_url = ${sandbox.endpoint}`,
      );
      const { client } = await open(
        `[sso-session corp]\nsso_start_url = ${sandbox.endpoint}/start\nsso_region = us-east-1\n[services local]\n${services.join('\n')}\n[profile other]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = ReadOnly\nservices = local\n`,
      );
      await client.call('accounts.roles', { session: 'corp' });
      await client.call('accounts.addProfile', { ...ROLE, name: 'added' });
      const { stdout } = await run(
        'aws',
        ['sts', 'get-caller-identity', '--profile', 'added', '--output', 'json'],
        {
          env: { PATH: process.env.PATH, HOME: folder, AWS_PAGER: '', AWS_EC2_METADATA_DISABLED: 'true' },
        },
      );
      expect(JSON.parse(stdout)).toMatchObject({
        Account: '123456789012',
        Arn: expect.stringContaining('Developer'),
      });
      const identity = await client.call('accounts.identity', {
        account: 'profile:added',
        region: 'us-east-1',
      });
      expect(identity).toMatchObject({ accountNumber: '123456789012', accountAlias: 'slipway-sandbox' });
      const { accounts } = await client.call('accounts.list', {});
      expect(accounts.find(({ name }) => name === 'other')).toMatchObject({
        accountAlias: 'slipway-sandbox',
      });
    },
  );

  it('never replaces one of either file', async () => {
    const { client } = await open();
    await writeFile(join(folder, '.aws', 'credentials'), '[keys]\naws_access_key_id = a\n');
    for (const name of ['other', 'keys']) {
      await expect(client.call('accounts.addProfile', { ...ROLE, name })).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining(`There is a profile ${name} already (line `),
      });
    }
    expect(await readFile(config, 'utf8')).toBe(ownConfig());
  });

  it.each([
    ['name', 'a]\n[profile b'],
    ['name', 'two words'],
    ['roleName', 'x\nrole_arn = y'],
    ['region', 'us-east-1\nx = y'],
    ['session', 'corp]'],
  ])('is refused with a %s that is more than its line: %j', async (field, value) => {
    const { client } = await open();
    const call = client.call('accounts.addProfile', { ...ROLE, name: 'new', [field]: value });
    await expect(call).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(await readFile(config, 'utf8')).toBe(ownConfig());
  });
});
