import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKnownSecrets } from '../ports/known-secrets.ts';
import { openAccounts } from './accounts.ts';
import { openCredentials } from './credentials.ts';
import { shellWordsIn } from './ini-file.ts';
import { readSharedConfig, sharedFilePaths } from './shared-config.ts';

const KEYS = 'aws_access_key_id = AKID\naws_secret_access_key = hunter2';

let folder: string;
let environment: Readonly<Record<string, string>>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-shared-'));
  environment = {
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    AWS_REGION: 'eu-west-1',
  };
});
afterEach(() => rm(folder, { recursive: true }));

async function accountsWith(config: string, credentials = '') {
  await writeFile(join(folder, 'config'), config);
  await writeFile(join(folder, 'credentials'), credentials);
  return openAccounts({ environment, accounts: [] });
}

async function credentialsOf(accounts: Awaited<ReturnType<typeof accountsWith>>, profile: string) {
  const known = accounts.find(`profile:${profile}`);
  const ports = {
    environment,
    clock: { now: () => new Date() },
    prompt: { mfaCode: () => Promise.reject(new Error('not asked')) },
    secrets: createKnownSecrets(),
    requestHandler: new NodeHttpHandler(),
  };
  return openCredentials(known, ports).provide();
}

describe('a profile gives its keys, as with the AWS CLI, when its section is', () => {
  it.each([
    ['[profile "My Mac"]', 'My Mac', ''],
    ["[profile 'it''s']", 'its', ''],
    ['[profile My\\ Mac]', 'My Mac', ''],
    ['[profile "Käse & Co (50 %)"]', 'Käse & Co (50 %)', ''],
    ['[profile a] # production', 'a', ''],
    ['  [profile a]', 'a', ''],
    ['[profile default]', 'default', ''],
    ['[profile a]', 'a', '\t'],
  ])('%s', async (header, name, indent) => {
    const accounts = await accountsWith(
      `${header}\n${KEYS.split('\n')
        .map((line) => indent + line)
        .join('\n')}`,
    );
    expect(accounts.list().map(({ account }) => account.name)).toEqual([name]);
    expect(await credentialsOf(accounts, name)).toMatchObject({ accessKeyId: 'AKID' });
    expect(accounts.problem()).toBeUndefined();
  });

  it.each([
    ['upper-case names', `[a]\n${KEYS.replaceAll(/aws\w+/g, (name) => name.toUpperCase())}`, 'a'],
    ['colons', `[a]\n${KEYS.replaceAll(' =', ':')}`, 'a'],
    ['a byte order mark', `\uFEFF[a]\n${KEYS}`, 'a'],
    ['lines of Windows', `[a]\n${KEYS}`.replaceAll('\n', '\r\n'), 'a'],
    ['spaces in the name', `[My Mac]\n${KEYS}`, 'My Mac'],
    ['comments', `; mine\n[a]\n# keys\n${KEYS} # secret`, 'a'],
  ])('one of the credentials file with %s', async (_what, text, name) => {
    const accounts = await accountsWith('', text);
    expect(await credentialsOf(accounts, name)).toMatchObject({
      accessKeyId: 'AKID',
      secretAccessKey: 'hunter2',
    });
    expect(accounts.problem()).toBeUndefined();
  });
});

it('a command keeps a # in quotes and continues in indented lines', async () => {
  const json = JSON.stringify({ Version: 1, AccessKeyId: 'a #b', SecretAccessKey: 's ;t' });
  const accounts = await accountsWith(
    `[profile a]\ncredential_process = printf %s\n  '${json}'\nregion = eu-west-3`,
  );
  expect(await credentialsOf(accounts, 'a')).toMatchObject({ accessKeyId: 'a #b', secretAccessKey: 's ;t' });
  expect(accounts.find('profile:a').account.region).toBe('eu-west-3');
});

it('a section whose name has spaces needs quotes, and the sentence does not repeat the name', async () => {
  const accounts = await accountsWith('[profile base two]\nregion = eu-west-1');
  expect(accounts.problem()).toContain('a name with spaces needs quotes. Write [profile "NAME"].');
  expect(accounts.problem()).not.toContain('base two');
});

it('a role is assumed with the keys of a profile whose name has spaces', async () => {
  const accounts = await accountsWith(
    '[profile a]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = My Mac\nendpoint_url = http://127.0.0.1:1',
    `[My Mac]\n${KEYS}`,
  );
  expect(accounts.problem()).toBeUndefined();
  // Only STS is missing: nothing listens at its address.
  await expect(credentialsOf(accounts, 'a')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

it.each([
  ['[sso-session corp]\nsso_start_url = https://x', /profile a \(line 5 of \S+config\) has no sso_region/],
  ['[sso-session corp]\nsso_start_url = https://x\nsso_region = eu-west-1', undefined],
])('an SSO session says what it lacks when it is used: %s', async (session, sentence) => {
  const accounts = await accountsWith(
    `[profile a]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n${session}`,
  );
  expect(accounts.problem()).toBeUndefined();
  await expect(credentialsOf(accounts, 'a')).rejects.toMatchObject({
    code: 'AUTH_REQUIRED',
    message: expect.stringMatching(sentence ?? /aws sso login/),
  });
});

describe('an unusable profile is reported with its file and line:', () => {
  const role = 'role_arn = arn:aws:iam::123456789012:role/x';
  it.each([
    [
      'a source profile that is not there',
      `[profile a]\n${role}\nsource_profile = gone`,
      /The profile a assumes its role with the profile gone \(line 3 of \S+config\), which doesn't exist/,
    ],
    [
      'profiles that assume their roles with each other',
      `[profile a]\n${role}\nsource_profile = b\n[profile b]\n${role}\nsource_profile = a`,
      /The profiles a, b, a assume their roles with each other \(line 3 of \S+config\)/,
    ],
    ['a role without a source', `[profile a]\n${role}`, /\(line 1 of \S+config\) has a role_arn, but no/],
    [
      'an SSO session that is not there',
      '[profile a]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r',
      /names the SSO session corp \(line 2 of \S+config\), which doesn't exist/,
    ],
    ['half of the keys', '[profile a]\naws_access_key_id = AKID', /has aws_access_key_id, but no/],
    [
      'a quote of a command',
      "[profile a]\ncredential_process = x 'y",
      /\(line 2 of \S+config\) is not closed/,
    ],
  ])('%s', async (_what, config, sentence) => {
    const accounts = await accountsWith(config);
    expect(accounts.problem()).toMatch(sentence);
    await expect(credentialsOf(accounts, 'a')).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message: expect.stringMatching(sentence),
    });
  });

  it.each([
    ['[profile a] of the credentials file', '', `[profile a]\n${KEYS}`, 'line 1 of .*credentials'],
    ['a profile without its word in the config file', '\n[a]\nregion = eu-west-1', '', 'line 2 of .*config'],
    ['a section without a name', '[profile]\nregion = eu-west-1', '', 'line 1 of .*config'],
    ['a quote in the name of a section', '[profile "a]\nregion = eu-west-1', '', 'line 1 of .*config'],
  ])('%s', async (_what, config, credentials, place) => {
    const accounts = await accountsWith(config, credentials);
    expect(accounts.list()).toEqual([]);
    expect(accounts.problem()).toMatch(new RegExp(`^The section at ${place} is not read`));
  });
});

it('a profile without a region opens in us-east-1, and a sentence says so', async () => {
  environment = { ...environment, AWS_REGION: '' };
  const accounts = await accountsWith(
    '[profile a]\noutput = json\n[profile b]\nregion = eusc-de-east-1\n[profile c]\nregion = here',
  );
  const regions = accounts.list().map(({ account }) => account.region);
  expect(regions).toEqual(['us-east-1', 'eusc-de-east-1', 'us-east-1']);
  expect(accounts.problem()).toMatch(/The region of the profile c \(line 6 of \S+config\) is not the name/);
  expect(accounts.problem()).toContain(
    'The profiles a, c have no valid region, so us-east-1 opens first. Set region in the config file, or AWS_REGION.',
  );
});

it('nested settings belong to the setting above them', async () => {
  await writeFile(
    join(folder, 'config'),
    '[services "my ecs"]\necs =\n  endpoint_url = http://127.0.0.1:1\nsts =\n  endpoint_url = http://127.0.0.1:2',
  );
  const { services } = await readSharedConfig(environment);
  expect(services.get('my ecs')?.settings.get('sts')?.nested.get('endpoint_url')).toBe('http://127.0.0.1:2');
});

it('the variables of the files name a home folder and other variables', () => {
  const paths = sharedFilePaths({
    HOME: '/home/ana',
    PLACE: '/etc/aws',
    AWS_CONFIG_FILE: '~/config',
    AWS_SHARED_CREDENTIALS_FILE: '$PLACE/$NAME/keys',
  });
  expect(paths).toEqual({ configFilepath: '/home/ana/config', filepath: '/etc/aws/$NAME/keys' });
});

it.each([
  ['profile "My Mac"', ['profile', 'My Mac']],
  [String.raw`a "b \"c\" \d" 'e\f' g\ h`, ['a', String.raw`b "c" \d`, String.raw`e\f`, 'g h']],
  ["a ''", ['a', '']],
  ['a "b', undefined],
])('%s is split into words as by a POSIX shell', (text, words) => {
  expect(shellWordsIn(text)).toEqual(words);
});
