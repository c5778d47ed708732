import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { HttpResponse } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKnownSecrets } from '../ports/known-secrets.ts';
import { DECLINING_PROMPT } from '../testing/declining-prompt.ts';
import { openAccounts } from './accounts.ts';
import { createCredentialProcesses } from './credential-process.ts';
import { openCredentials } from './credentials.ts';
import { shellWordsIn } from './ini-file.ts';
import { readSharedConfig, sharedFilePaths } from './shared-config.ts';
import { createLoginSignIns } from './sign-in/login-sign-ins.ts';
import { createSignIns } from './sign-in/sign-ins.ts';

const KEYS = 'aws_access_key_id = AKID\naws_secret_access_key = hunter2';

let folder: string;
let environment: Readonly<Record<string, string>>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-shared-'));
  environment = {
    HOME: folder,
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    AWS_REGION: 'eu-west-1',
  };
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** As the AWS CLI does it. */
async function writeToken(session: string, token: object): Promise<void> {
  const cache = join(folder, '.aws', 'sso', 'cache');
  await mkdir(cache, { recursive: true });
  const name = createHash('sha1').update(session).digest('hex');
  await writeFile(join(cache, `${name}.json`), JSON.stringify(token));
}

async function accountsWith(config: string, credentials = '') {
  await writeFile(join(folder, 'config'), config);
  await writeFile(join(folder, 'credentials'), credentials);
  return openAccounts({ environment, accounts: [] });
}

async function credentialsOf(
  accounts: Awaited<ReturnType<typeof accountsWith>>,
  profile: string,
  requestHandler = new NodeHttpHandler(),
  region = 'eu-west-1',
) {
  const known = accounts.find(`profile:${profile}`);
  const ports = {
    environment,
    clock: { now: () => new Date() },
    prompt: { ...DECLINING_PROMPT, runCommand: () => Promise.resolve() },
    secrets: createKnownSecrets(),
    requestHandler,
  };
  const logger = pino({ level: 'silent' });
  const signInPorts = { ...ports, logger, watch: () => ({ close: () => undefined }) };
  const signIns = createSignIns(signInPorts);
  const processes = createCredentialProcesses({ ...ports, logger });
  const logins = createLoginSignIns(signInPorts);
  return openCredentials(known, { ...ports, signIns, logins, processes }).provide(region);
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
    `[profile a]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = r\n${session}`,
  );
  expect(accounts.problem()).toBeUndefined();
  const { requestHandler } = answeringHandler();
  await expect(credentialsOf(accounts, 'a', requestHandler)).rejects.toMatchObject({
    code: 'AUTH_REQUIRED',
    message: expect.stringMatching(sentence ?? /aws sso login/),
    detail: sentence === undefined ? { command: 'aws sso login --profile a' } : {},
  });
});

/** Answers as SSO and STS do, and keeps which hosts were asked. */
function answeringHandler() {
  const hosts: string[] = [];
  const expires = new Date(Date.now() + 3_600_000);
  const ofSession = {
    accessKeyId: 'SSO',
    secretAccessKey: 's',
    sessionToken: 't',
    expiration: expires.getTime(),
  };
  const ofRole = `<AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${expires.toISOString()}</Expiration>`;
  const registered = { clientId: 'c', clientSecret: 's', clientSecretExpiresAt: expires.getTime() / 1000 };
  const requestHandler = new NodeHttpHandler();
  requestHandler.handle = async ({ hostname }) => {
    hosts.push(hostname);
    const body = hostname.startsWith('portal.sso')
      ? JSON.stringify({ roleCredentials: ofSession })
      : hostname.startsWith('oidc.')
        ? JSON.stringify(registered)
        : `<AssumeRoleResponse><AssumeRoleResult><Credentials>${ofRole}</Credentials></AssumeRoleResult></AssumeRoleResponse>`;
    return { response: new HttpResponse({ statusCode: 200, headers: {}, body: Readable.from([body]) }) };
  };
  return { hosts, requestHandler };
}

it('an SSO session may have a name with spaces', async () => {
  await writeToken('my corp', {
    accessToken: 'token',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const accounts = await accountsWith(
    '[profile a]\nsso_session = my corp\nsso_account_id = 123456789012\nsso_role_name = r\n[sso-session "my corp"]\nsso_start_url = https://x\nsso_region = eu-north-1',
  );
  const { requestHandler } = answeringHandler();
  await expect(credentialsOf(accounts, 'a', requestHandler)).resolves.toMatchObject({ accessKeyId: 'SSO' });
});

describe('a role whose source profile signs in with SSO', () => {
  const session = '[sso-session corp]\nsso_start_url = https://x\nsso_region = eu-north-1';
  const signsIn = '[profile "My Mac"]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = r';
  const role = (name: string, source: string) =>
    `[profile ${name}]\nregion = us-west-2\nrole_arn = arn:aws:iam::123456789012:role/${name}\nsource_profile = ${source}`;

  it.each([
    ['at once', role('a', 'My Mac'), ['portal.sso.eu-north-1.amazonaws.com', 'sts.us-west-2.amazonaws.com']],
    [
      'through another role',
      `${role('a', 'b')}\n${role('b', 'My Mac')}`,
      ['portal.sso.eu-north-1.amazonaws.com', 'sts.us-west-2.amazonaws.com', 'sts.us-west-2.amazonaws.com'],
    ],
  ])('%s is assumed with the session of its own region', async (_how, roles, expected) => {
    await writeToken('corp', {
      accessToken: 'token',
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    });
    const accounts = await accountsWith([session, signsIn, roles].join('\n'));
    expect(accounts.problem()).toBeUndefined();
    const { hosts, requestHandler } = answeringHandler();
    await expect(credentialsOf(accounts, 'a', requestHandler)).resolves.toMatchObject({
      accessKeyId: 'ROLE',
    });
    expect(hosts).toEqual(expected);
  });
});

it('a role of a web identity is asked for through the handler of the account, in its region', async () => {
  await writeFile(join(folder, 'token'), 'header.payload.signature');
  const accounts = await accountsWith(
    `[profile a]\nregion = us-west-2\nrole_arn = arn:aws:iam::123456789012:role/a\nweb_identity_token_file = ${join(folder, 'token')}`,
  );
  const { hosts, requestHandler } = answeringHandler();
  await expect(credentialsOf(accounts, 'a', requestHandler)).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
  expect(hosts).toEqual(['sts.us-west-2.amazonaws.com']);
});

it.each([
  ['missing', '/nowhere/token'],
  ['endless', '/dev/zero'],
])('a role of a web identity whose token file is %s names the file by its line', async (_what, file) => {
  const accounts = await accountsWith(
    `[profile a]\nrole_arn = arn:aws:iam::123456789012:role/a\nweb_identity_token_file = ${file}`,
  );
  await expect(credentialsOf(accounts, 'a')).rejects.toMatchObject({
    code: 'AUTH_REQUIRED',
    message: expect.stringMatching(/the token of its web_identity_token_file \(line 3 of \S+config\)/),
  });
});

it('a role of a profile without a region is assumed in the region of the call', async () => {
  environment = { ...environment, AWS_REGION: '' };
  const accounts = await accountsWith(
    `[profile a]\nrole_arn = arn:aws:iam::123456789012:role/a\nsource_profile = b\n[profile b]\n${KEYS}`,
  );
  const { hosts, requestHandler } = answeringHandler();
  await credentialsOf(accounts, 'a', requestHandler, 'eusc-de-east-1');
  expect(hosts).toEqual(['sts.eusc-de-east-1.amazonaws.eu']);
});

describe('the endpoints of FIPS 140', () => {
  const roleOf = (name: string): string =>
    `[profile ${name}]\nrole_arn = arn:aws:iam::123456789012:role/a\nregion = us-east-1`;

  it('are used by the profiles that ask for them, and not by others because default does', async () => {
    const accounts = await accountsWith(
      `[default]\nuse_fips_endpoint = true\n${KEYS}\n${roleOf('a')}\nsource_profile = default\n${roleOf('b')}\nsource_profile = default\nuse_fips_endpoint = true`,
    );
    const { hosts, requestHandler } = answeringHandler();
    await credentialsOf(accounts, 'a', requestHandler);
    await credentialsOf(accounts, 'b', requestHandler);
    expect(hosts).toEqual(['sts.us-east-1.amazonaws.com', 'sts-fips.us-east-1.amazonaws.com']);
  });

  it('are not those of sign-ins, which have none', async () => {
    const accounts = await accountsWith(
      '[profile a]\nuse_fips_endpoint = true\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = r\nregion = us-east-1\n[sso-session corp]\nsso_start_url = https://x\nsso_region = eu-west-2',
    );
    await writeToken('corp', { accessToken: 't', expiresAt: '2999-01-01T00:00:00Z' });
    const { hosts, requestHandler } = answeringHandler();
    await credentialsOf(accounts, 'a', requestHandler);
    expect(hosts).toEqual(['portal.sso.eu-west-2.amazonaws.com']);
  });
});

it('a source profile with keys needs no role of its own', async () => {
  const role = 'role_arn = arn:aws:iam::123456789012:role/x';
  const accounts = await accountsWith(
    `[profile a]\n${role}\nsource_profile = b\n[profile b]\n${role}\nsource_profile = a\n${KEYS}`,
  );
  const { hosts, requestHandler } = answeringHandler();
  await expect(credentialsOf(accounts, 'a', requestHandler)).resolves.toMatchObject({ accessKeyId: 'ROLE' });
  expect(hosts).toHaveLength(1);
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
      /The profiles a, b, a assume their roles with each other \(line 3 of \S+config\)\. Name a source_profile/,
    ],
    [
      'a source profile with half of its keys',
      `[profile a]\n${role}\nsource_profile = b\n[profile b]\naws_access_key_id = x`,
      /The profile b \(line 4 of \S+config\) has aws_access_key_id, but no aws_secret_access_key/,
    ],
    [
      'a role with an empty source',
      `[profile a]\n${role}\nsource_profile =`,
      /\(line 1 of \S+config\) has a role_arn, but no/,
    ],
    ['a role without a source', `[profile a]\n${role}`, /\(line 1 of \S+config\) has a role_arn, but no/],
    [
      'an SSO session that is not there',
      '[profile a]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = r',
      /names the SSO session corp \(line 2 of \S+config\), which doesn't exist/,
    ],
    [
      'an SSO session of another region than its profile',
      '[profile a]\nsso_session = corp\nsso_region = eu-west-1\nsso_account_id = 123456789012\nsso_role_name = r\n[sso-session corp]\nsso_start_url = https://x\nsso_region = eu-north-1',
      /The sso_region of the profile a \(line 3 of \S+config\) differs from that of its SSO session corp \(line 8 of \S+config\)/,
    ],
    [
      'a source profile without credentials',
      `[profile a]\n${role}\nsource_profile = b\n[profile b]\nregion = eu-west-1`,
      /The profile a assumes its role with the profile b \(line 3 of \S+config\), which has no credentials/,
    ],
    [
      'a source profile with half of an SSO session',
      `[profile a]\n${role}\nsource_profile = b\n[profile b]\nsso_session = corp`,
      /The profile b names the SSO session corp \(line 5 of \S+config\), which doesn't exist/,
    ],
    [
      'an unknown credential source',
      `[profile a]\n${role}\ncredential_source = Ec2`,
      /The credential_source of the profile a \(line 3 of \S+config\) is unknown/,
    ],
    [
      'three profiles that assume their roles in a circle behind the one that is used',
      `[profile a]\n${role}\nsource_profile = b\n[profile b]\n${role}\nsource_profile = c\n[profile c]\n${role}\nsource_profile = b`,
      /The profiles a, b, c, b assume their roles with each other/,
    ],
    [
      'a role that assumes itself',
      `[profile a]\n${role}\nsource_profile = a`,
      /The profile a assumes its role with itself \(line 3 of \S+config\), and has no keys/,
    ],
    [
      'a role_arn that is no ARN',
      `[profile a]\nrole_arn = deployer\nsource_profile = b\n[profile b]\n${KEYS}`,
      /The role_arn of the profile a \(line 2 of \S+config\) is not the ARN of a role/,
    ],
    [
      'a duration that is no number',
      `[profile a]\n${role}\nsource_profile = b\nduration_seconds = 1h\n[profile b]\n${KEYS}`,
      /The duration_seconds of the profile a \(line 4 of \S+config\) is not a number of seconds/,
    ],
    [
      'a region of an SSO session that is none',
      '[profile a]\nsso_session = s\n[sso-session s]\nsso_start_url = https://x\nsso_region = eu west',
      /The sso_region of the SSO session s \(line 5 of \S+config\) is not the name of an AWS region/,
    ],
    [
      'a start URL of the older form that is none',
      '[profile a]\nsso_start_url = acme\nsso_region = eu-west-1\nsso_account_id = 123456789012',
      /The sso_start_url of the profile a \(line 2 of \S+config\) does not start with http/,
    ],
    [
      'an account of SSO that is none',
      '[profile a]\nsso_start_url = https://x\nsso_region = eu-west-1\nsso_account_id = 42\nsso_role_name = r',
      /The sso_account_id of the profile a \(line 4 of \S+config\) is not an AWS account ID: twelve digits/,
    ],
    [
      'a services section that is not there',
      `[profile a]\n${KEYS}\nservices = local`,
      /The profile a names the services section local \(line 4 of \S+config\), which doesn't exist/,
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

it.each(['Environment', 'EcsContainer'])(
  'the credential source %s that gives nothing is named with its line when it is used',
  async (source) => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']) vi.stubEnv(name, '');
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', '');
    const role = `role_arn = arn:aws:iam::123456789012:role/x\ncredential_source = ${source}`;
    const accounts = await accountsWith(
      `[profile b]\n${role}\n[profile a]\nrole_arn = arn:aws:iam::123456789012:role/y\nsource_profile = b`,
    );
    expect(accounts.problem()).toBeUndefined();
    await expect(credentialsOf(accounts, 'a')).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message: expect.stringMatching(
        new RegExp(`The credential_source of the profile b \\(line 3 of \\S+config\\) is ${source}, and`),
      ),
    });
  },
);

it('an address of an endpoint that is none is named with its line, and only where it counts', async () => {
  const profile = (more: string) => `[profile a]\n${KEYS}\nendpoint_url = localhost:4566\n${more}`;
  const problemWith = async (config: string) => (await accountsWith(config)).list()[0]?.account.problem;
  expect(await problemWith(profile(''))).toMatch(
    /The endpoint_url of the profile a \(line 4 of \S+config\) does not start with http/,
  );
  expect(await problemWith(profile('ignore_configured_endpoint_urls = true'))).toBeUndefined();
});

it('a profile without a valid region has none until a person chooses it, and an invalid one is named', async () => {
  environment = { ...environment, AWS_REGION: '' };
  const accounts = await accountsWith(
    '[profile a]\noutput = json\n[profile b]\nregion = eusc-de-east-1\n[profile c]\nregion = here',
  );
  const regions = accounts.list().map(({ account }) => account.region);
  expect(regions).toEqual([undefined, 'eusc-de-east-1', undefined]);
  expect(accounts.problem()).toMatch(
    /^The region of the profile c \(line 6 of \S+config\) is not the name of an AWS region\. Correct it, or choose a region\.$/,
  );
});

it('an invalid region of a profile is not replaced by that of the environment', async () => {
  const accounts = await accountsWith('[profile a]\nregion = eu-west1\n[profile b]\nregion =');
  expect(accounts.list().map(({ account }) => account.region)).toEqual([undefined, 'eu-west-1']);
});

it('an invalid region of the environment is named, and opens nothing', async () => {
  environment = { ...environment, AWS_REGION: 'here', AWS_DEFAULT_REGION: 'eu-west-1' };
  const accounts = await accountsWith('[profile a]\noutput = json');
  expect(accounts.find('profile:a').account.region).toBeUndefined();
  expect(accounts.problem()).toBe(
    'AWS_REGION is not the name of an AWS region. Correct it and start Slipway again.',
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
