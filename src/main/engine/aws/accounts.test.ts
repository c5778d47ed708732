import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FixedAccount } from '../ports/ports.ts';
import { makeFifo } from '../testing/crafted-repositories.ts';
import { openAccounts } from './accounts.ts';
import { endpointForAll } from './endpoints.ts';

const SANDBOX: FixedAccount = {
  id: 'sandbox',
  name: 'sandbox',
  region: 'us-east-1',
  endpoint: 'http://127.0.0.1:4566',
  credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
};

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'slipway-home-'));
  await mkdir(join(home, '.aws'));
});
afterEach(() => rm(home, { recursive: true }));

/** Reads the accounts with these shared files in the home folder. */
async function read(
  files: { readonly config?: string; readonly credentials?: string },
  variables: Readonly<Record<string, string>> = {},
) {
  for (const [name, text] of Object.entries(files)) await writeFile(join(home, '.aws', name), text);
  return openAccounts({ environment: { HOME: home, ...variables }, accounts: [SANDBOX] });
}

it('the accounts are the sandbox, the keys of the environment and the profiles of both files', async () => {
  const accounts = await read(
    {
      config: [
        '[default]',
        'region = eu-central-1',
        '[profile zeta-prod]',
        'sso_session = corp',
        '[sso-session corp]',
        'sso_region = eu-west-1',
        '[services local]',
        'ecs =',
        '  endpoint_url = http://127.0.0.1:1',
      ].join('\n'),
      credentials: '[alpha]\naws_access_key_id = AKIDALPHA\naws_secret_access_key = hunter2',
    },
    { AWS_ACCESS_KEY_ID: 'AKIDENV', AWS_SECRET_ACCESS_KEY: 'hunter3', AWS_REGION: 'eu-west-2' },
  );
  const listed = accounts.list().map(({ account }) => account);
  expect(listed.map(({ id, region, environment }) => [id, region, environment])).toEqual([
    ['sandbox', 'us-east-1', 'sandbox'],
    ['environment', 'eu-west-2', 'unclassified'],
    ['profile:default', 'eu-central-1', 'unclassified'],
    ['profile:alpha', 'eu-west-2', 'unclassified'],
    ['profile:zeta-prod', 'eu-west-2', 'production'],
  ]);
  expect(JSON.stringify(listed)).not.toMatch(/AKID|hunter/);
  expect(accounts.problem()).toBeUndefined();
});

it('there are no accounts, and no problem, where there are no AWS files', async () => {
  const accounts = await read({});
  expect(accounts.list().map(({ account }) => account.id)).toEqual(['sandbox']);
  expect(accounts.problem()).toBeUndefined();
  expect(() => accounts.find('profile:gone')).toThrow("The account profile:gone doesn't exist.");
});

it('the accounts are read from AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE', async () => {
  const elsewhere = join(home, 'elsewhere');
  await writeFile(elsewhere, '[profile moved]\nregion = eu-west-3\n');
  const accounts = await read(
    { config: '[profile here]\nregion = eu-west-1\n' },
    { AWS_CONFIG_FILE: elsewhere, AWS_SHARED_CREDENTIALS_FILE: join(home, 'none') },
  );
  expect(accounts.find('profile:moved').account.region).toBe('eu-west-3');
  expect(() => accounts.find('profile:here')).toThrow('The account profile:here');
});

it('a profile that was added is listed after the files are read again', async () => {
  const accounts = await read({ config: '[profile one]\nregion = eu-west-1\n' });
  await writeFile(join(home, '.aws', 'config'), '[profile two]\nregion = eu-west-1\n');
  await accounts.reload();
  expect(accounts.list().map(({ account }) => account.id)).toEqual(['sandbox', 'profile:two']);
});

it('an account that the host adds has an address of its own for every service, and leaves the profiles as they are', async () => {
  const accounts = await read({ config: '[profile prod]\nregion = eu-west-1\n' });
  await accounts.remove('sandbox');
  const before = accounts.list();
  const told = vi.fn<() => void>();
  const stop = accounts.onChange(told);
  await accounts.add(SANDBOX);
  expect(told).toHaveBeenCalledOnce();
  expect(accounts.find('sandbox').endpoints).toEqual(endpointForAll(SANDBOX.endpoint));
  expect(accounts.list().slice(1)).toEqual(before);
  stop();
  await accounts.remove('sandbox');
  expect(accounts.list()).toEqual(before);
  expect(told).toHaveBeenCalledOnce();
  expect(() => accounts.find('sandbox')).toThrow("The sandbox isn't running");
});

describe('a damaged file is reported and the rest is used:', () => {
  it.each([
    ['a line that is nothing', '[profile good]\nregion = eu-west-1\nhunter2\n', 'Line 3 of '],
    ['a setting before any section', 'hunter2 = 1\n[profile good]\nregion = eu-west-1\n', 'Line 1 of '],
    ['a section that is not closed', '[profile good]\nregion = eu-west-1\n[hunter2\n', 'Line 3 of '],
    ['a region that is none', '[profile good]\nregion = hunter2\n', 'The region of the profile good'],
  ])('%s', async (_what, config, problem) => {
    const accounts = await read({ config });
    expect(accounts.problem()).toContain(problem);
    expect(accounts.problem()).not.toContain('hunter2');
    expect(accounts.find('profile:good').account.name).toBe('good');
  });

  it('text in UTF-16, as Windows PowerShell writes it', async () => {
    await writeFile(join(home, '.aws', 'config'), '\uFEFF[profile good]\nregion = eu-west-1\n', 'utf16le');
    const accounts = await read({});
    expect(accounts.problem()).toMatch(/config is text in UTF-16, .* Save it as UTF-8\.$/);
  });

  it('a folder instead of the file', async () => {
    await mkdir(join(home, '.aws', 'config'));
    const accounts = await read({
      credentials: '[good]\naws_access_key_id = a\naws_secret_access_key = b\n',
    });
    expect(accounts.problem()).toContain('could not be read: it is not a regular file.');
    expect(accounts.find('profile:good').account.name).toBe('good');
  });

  it.skipIf(process.platform === 'win32')(
    'a pipe and a device without an end instead of the files',
    async () => {
      await makeFifo(join(home, '.aws', 'config'));
      await symlink('/dev/zero', join(home, '.aws', 'credentials'));
      const accounts = await read({});
      expect(accounts.problem()?.match(/it is not a regular file/g)).toHaveLength(2);
    },
  );
});

it('a section whose header is damaged adds nothing to the profile above it', async () => {
  const accounts = await read({
    config:
      '[profile good]\nregion = eu-west-1\n[profile bad\nregion = eu-west-2\nrole_arn = x\n[profile next]\nregion = eu-west-3\nhunter2\n',
  });
  const listed = accounts.list().map(({ account: { id, region, credentials } }) => [id, region, credentials]);
  expect(listed.slice(1)).toEqual([
    ['profile:good', 'eu-west-1', 'none'],
    ['profile:next', 'eu-west-3', 'none'],
  ]);
  expect(accounts.problem()).toMatch(/Line 3 of .* Line 8 of /);
});

it('a profile that is defined twice works while both sections agree, and else says at which lines it does not', async () => {
  const accounts = await read({
    config: [
      '[profile same]',
      'region = eu-west-1',
      '[profile same]',
      'output = json',
      '[profile other]',
      'role_arn = arn:aws:iam::123456789012:role/one',
      'credential_source = Environment',
      '[profile other]',
      'role_arn = arn:aws:iam::123456789012:role/two',
    ].join('\n'),
    credentials: '[same]\nregion = eu-west-2\n',
  });
  expect(accounts.find('profile:same').account).not.toHaveProperty('problem');
  expect(accounts.find('profile:same').account.region).toBe('eu-west-2');
  expect(accounts.problem()).toMatch(
    /^The profile same is defined twice, at line 1 of \S+config and line 3 of \S+config\. Merge the sections/,
  );
  expect(accounts.find('profile:other').account.problem).toMatch(
    /^The profile other is defined twice with different values of role_arn, at line 5 of \S+config and line 8 of \S+config\. Keep one of the sections\.$/,
  );
});

it('a profile says what its credentials come from and which account it leads to, without a call', async () => {
  const role = (account: number) => `role_arn = arn:aws:iam::${account}:role/x`;
  const accounts = await read({
    config: [
      `[profile chained]\n${role(111111111111)}\nsource_profile = keys`,
      `[profile container]\n${role(222222222222)}\ncredential_source = EcsContainer`,
      '[profile keys]\naws_account_id = 333333333333',
      '[profile login]\nlogin_session = arn:aws:sts::444444444444:assumed-role/Admin/ana',
      '[profile nothing]\nregion = eu-west-1',
      '[profile process]\ncredential_process = vault',
      '[profile signed]\nsso_session = corp\nsso_account_id = 555555555555\nsso_role_name = r',
      `[profile token]\n${role(666666666666)}\nweb_identity_token_file = /token`,
    ].join('\n'),
    credentials: '[keys]\naws_access_key_id = a\naws_secret_access_key = hunter2',
  });
  const said = accounts
    .list()
    .map(({ account }) => [account.name, account.credentials, account.accountNumber])
    .slice(1);
  expect(said).toEqual([
    ['chained', 'role', '111111111111'],
    ['container', 'role', '222222222222'],
    ['keys', 'static-keys', '333333333333'],
    ['login', 'login', '444444444444'],
    ['nothing', 'none', undefined],
    ['process', 'credential-process', undefined],
    ['signed', 'sso', '555555555555'],
    ['token', 'web-identity', '666666666666'],
  ]);
});

it('the sessions of the config file are there, also where no profile signs in with them', async () => {
  const session = (name: string) =>
    `[sso-session ${name}]\nsso_start_url = https://x\nsso_region = eu-west-1`;
  const accounts = await read({
    config: `${session('corp')}\n${session('"two words"')}\n[sso-session half]\nsso_region = eu-west-1`,
  });
  expect(accounts.sessions()).toEqual(['corp']);
});

describe('the endpoint', () => {
  const config = [
    '[profile local]',
    'endpoint_url = http://127.0.0.1:1',
    'services = mine',
    '[services mine]',
    'ecr =',
    '  endpoint_url = http://127.0.0.1:2',
    'cloudwatch_logs =',
    '  endpoint_url = http://127.0.0.1:5',
  ].join('\n');

  it('is that of the services section, or else that of the profile', async () => {
    const accounts = await read({ config });
    expect(accounts.find('profile:local').endpoints).toEqual({
      ...endpointForAll('http://127.0.0.1:1'),
      ecr: 'http://127.0.0.1:2',
      logs: 'http://127.0.0.1:5',
    });
    expect(accounts.find('profile:local').account.endpoint).toBe('http://127.0.0.1:1');
  });

  it('of the environment overrides both, and a service’s own endpoint the general one', async () => {
    const accounts = await read(
      { config },
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:3', AWS_ENDPOINT_URL_ECS: 'http://127.0.0.1:4' },
    );
    expect(accounts.find('profile:local').endpoints).toEqual({
      ...endpointForAll('http://127.0.0.1:3'),
      ecs: 'http://127.0.0.1:4',
    });
  });

  it('is AWS where AWS_IGNORE_CONFIGURED_ENDPOINT_URLS says so', async () => {
    const accounts = await read({ config }, { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' });
    expect(accounts.find('profile:local').endpoints).toEqual({});
  });

  it('is that of FIPS 140 or of both IP versions where the profile says so, and the environment before it', async () => {
    const files = { config: '[profile gov]\nuse_fips_endpoint = True\nuse_dualstack_endpoint = true' };
    const both = { useFipsEndpoint: true, useDualstackEndpoint: true };
    expect((await read(files)).find('profile:gov').variants).toEqual(both);
    const accounts = await read(files, { AWS_USE_FIPS_ENDPOINT: 'false' });
    expect(accounts.find('profile:gov').variants).toEqual({ ...both, useFipsEndpoint: false });
  });

  it('of the environment is not used for the sandbox', async () => {
    const accounts = await read({}, { AWS_ENDPOINT_URL: 'http://127.0.0.1:3' });
    expect(accounts.find('sandbox').endpoints.ecs).toBe(SANDBOX.endpoint);
  });
});
