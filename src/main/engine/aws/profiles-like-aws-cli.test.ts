import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AssumeRoleCommand, type Credentials, STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { openSlipwayWithProfiles, type Slipway } from '../testing/slipway.ts';

let sandbox: TestSandbox;
let folder: string;
let slipway: Slipway | undefined;
let temporary: Credentials | undefined;
beforeAll(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo', speed: 1 });
  const { endpoint, region, credentials } = sandbox;
  const sts = new STSClient({ endpoint, region, credentials });
  const session = await sts.send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'test' }));
  temporary = session.Credentials;
});
afterAll(() => sandbox.close());
afterEach(async () => {
  await slipway?.close();
  slipway = undefined;
  await rm(folder, { recursive: true });
});

const KEYS = 'aws_access_key_id = sandbox\naws_secret_access_key = sandbox';
const WRONG = 'aws_access_key_id = nope\naws_secret_access_key = nope';
const ROLE = 'arn:aws:iam::123456789012:role/deployer';
const PROCESS = `credential_process = echo '{"Version":1,"AccessKeyId":"sandbox","SecretAccessKey":"sandbox"}'`;
const USER = 'arn:aws:iam::123456789012:user/sandbox';
const READER = 'arn:aws:iam::123456789012:role/readonly-deployer';
const READING = 'arn:aws:sts::123456789012:assumed-role/readonly-deployer';
const ASSUMED = 'arn:aws:sts::123456789012:assumed-role/deployer';

const TEMPORARY = 'aws_access_key_id = TEMP-ID\naws_secret_access_key = TEMP-SECRET';
const SESSION = 'arn:aws:sts::123456789012:assumed-role/deployer';

interface Case {
  /** `EP` stands for the endpoint and a region, `TEMP-ID`, `TEMP-SECRET` and `TEMP-TOKEN` for keys of a session of a role. */
  readonly config?: string;
  readonly credentials?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Another place of the config file. */
  readonly file?: string;
  /** `default` where it is missing. */
  readonly profile?: string;
  readonly names?: readonly string[];
  readonly answer: string | undefined;
  readonly region?: string;
}

/**
 * What `aws sts get-caller-identity`, `aws configure get region` and the profiles of aws-cli 1.45.11 (botocore 1.43.11)
 * answered for the same files over the same sandbox; `undefined` where it gave no identity.
 */
const CASES: readonly (readonly [title: string, Case])[] = [
  [
    'settings that are indented',
    { config: `[default]\n  ${KEYS.replace('\n', '\n  ')}\n  EP`, answer: USER },
  ],
  [
    'a name with a space in double quotes',
    { config: `[profile "a b"]\n${KEYS}\nEP`, profile: 'a b', answer: USER },
  ],
  ['a name in single quotes', { config: `[profile 'c d']\n${KEYS}\nEP`, profile: 'c d', answer: USER }],
  ['a name with an escaped space', { config: `[profile a\\ b]\n${KEYS}\nEP`, profile: 'a b', answer: USER }],
  ['lines that end with CRLF', { config: `[default]\n${KEYS}\nEP`.replaceAll('\n', '\r\n'), answer: USER }],
  [
    'lines that end with CR alone',
    {
      config: `[default]\n${KEYS}\nregion = us-east-1\nendpoint_url = EP-URL`.replaceAll('\n', '\r'),
      answer: USER,
    },
  ],
  ['a header with a tab', { config: `[profile\ta]\n${KEYS}\nEP`, profile: 'a', answer: USER }],
  ['a header with a comment', { config: `[profile a] # mine\n${KEYS}\nEP`, profile: 'a', answer: USER }],
  [
    'a header that starts with a space',
    { config: `[ profile a ]\n${KEYS}\nEP\n[profile b]\nEP`, profile: 'a', names: ['b'], answer: undefined },
  ],
  [
    'a profile without the word profile',
    { config: `[bare]\n${KEYS}\nEP`, profile: 'bare', names: [], answer: undefined },
  ],
  [
    'default in both spellings, of which the last counts',
    {
      config: `[profile default]\nregion = eu-west-1\n${WRONG}\n[default]\n${KEYS}\nEP`,
      answer: USER,
      region: 'us-east-1',
    },
  ],
  [
    'names in upper case and colons',
    {
      config: `[profile u]\nAWS_ACCESS_KEY_ID: sandbox\nAWS_SECRET_ACCESS_KEY: sandbox\nEP`,
      profile: 'u',
      answer: USER,
    },
  ],
  [
    'a services section',
    {
      config: `[profile s]\n${KEYS}\nregion = us-east-1\nendpoint_url = http://127.0.0.1:9\nservices = loc\n[services loc]\nsts =\n  EP`,
      profile: 's',
      answer: USER,
    },
  ],
  [
    'an s3 section below a profile',
    { config: `[default]\n${KEYS}\ns3 =\n  addressing_style = path\nEP`, answer: USER },
  ],
  [
    'an empty region, where AWS_DEFAULT_REGION counts',
    {
      config: `[default]\n${KEYS}\nEP\n`.replace('EP', 'endpoint_url = EP-URL\nregion ='),
      variables: { AWS_DEFAULT_REGION: 'eu-west-3' },
      answer: USER,
      region: 'eu-west-3',
    },
  ],
  [
    'empty keys',
    { config: '[default]\naws_access_key_id =\naws_secret_access_key =\nEP', answer: undefined },
  ],
  ['an empty session token', { config: `[default]\n${KEYS}\naws_session_token =\nEP`, answer: USER }],
  [
    'keys of the credentials file before those of the config file',
    {
      config: `[default]\n${WRONG}\nEP`,
      credentials: `[default]\n${KEYS}\nregion = eu-west-1`,
      answer: USER,
      region: 'eu-west-1',
    },
  ],
  [
    'keys of the environment, with the endpoint and the region of the default profile',
    {
      config: `[default]\n${WRONG}\nEP`,
      variables: { AWS_ACCESS_KEY_ID: 'sandbox', AWS_SECRET_ACCESS_KEY: 'sandbox' },
      profile: 'ENVIRONMENT',
      answer: USER,
      region: 'us-east-1',
    },
  ],
  [
    'a named profile before the keys of the environment',
    {
      config: `[profile p]\n${KEYS}\nEP`,
      variables: { AWS_PROFILE: 'p', AWS_ACCESS_KEY_ID: 'nope', AWS_SECRET_ACCESS_KEY: 'nope' },
      profile: 'p',
      answer: USER,
    },
  ],
  [
    'AWS_CONFIG_FILE with a tilde',
    {
      config: `[profile t]\n${KEYS}\nEP`,
      file: 'other/cfg',
      variables: { AWS_CONFIG_FILE: '~/other/cfg' },
      profile: 't',
      answer: USER,
    },
  ],
  [
    'AWS_CONFIG_FILE with a variable',
    {
      config: `[profile t]\n${KEYS}\nEP`,
      file: 'other/cfg',
      variables: { AWS_CONFIG_FILE: '$HOME/other/cfg' },
      profile: 't',
      answer: USER,
    },
  ],
  [
    'AWS_ENDPOINT_URL_STS before the endpoint of the profile',
    {
      config: `[default]\n${KEYS}\nregion = us-east-1\nendpoint_url = http://127.0.0.1:9`,
      variables: { AWS_ENDPOINT_URL_STS: 'EP-URL' },
      answer: USER,
    },
  ],
  [
    'a file of certificates that an http endpoint does not need',
    { config: `[default]\n${KEYS}\nca_bundle = /nowhere\nEP`, answer: USER },
  ],
  [
    'a chain of two roles',
    {
      config: `[profile base]\n${KEYS}\nEP\n[profile r]\nrole_arn = ${ROLE}\nsource_profile = base\nEP\n[profile r2]\nrole_arn = ${ROLE}\nsource_profile = r\nEP`,
      profile: 'r2',
      answer: ASSUMED,
    },
  ],
  [
    'a role that has its own keys as its source',
    {
      config: `[profile me]\nrole_arn = ${ROLE}\nsource_profile = me\n${KEYS}\nEP`,
      profile: 'me',
      answer: ASSUMED,
    },
  ],
  [
    'a role with keys but no source',
    { config: `[profile w]\n${KEYS}\nrole_arn = ${ROLE}\nEP`, profile: 'w', answer: undefined },
  ],
  [
    'a role over a command',
    {
      config: `[profile cp]\n${PROCESS}\nEP\n[profile r]\nrole_arn = ${ROLE}\nsource_profile = cp\nEP`,
      profile: 'r',
      answer: ASSUMED,
    },
  ],
  [
    'a command that prints null for what it does not have',
    {
      config: `[default]\n${PROCESS.replace('}', ',"SessionToken":null,"Expiration":null,"AccountId":null}')}\nEP`,
      answer: USER,
    },
  ],
  [
    'a command before keys of the config file',
    { config: `[default]\n${WRONG}\n${PROCESS}\nEP`, answer: USER },
  ],
  [
    'keys of the credentials file before a command',
    { config: `[default]\ncredential_process = false\nEP`, credentials: `[default]\n${KEYS}`, answer: USER },
  ],
  [
    'a web identity before keys',
    {
      config: `[default]\n${KEYS}\nrole_arn = ${ROLE}\nweb_identity_token_file = /nowhere\nEP`,
      answer: undefined,
    },
  ],
  [
    'keys beside an SSO without an account',
    { config: `[default]\n${KEYS}\nsso_start_url = https://x\nEP`, answer: USER },
  ],
  [
    'a header whose quote is not closed',
    { config: `[profile "a]\n${KEYS}\n[profile b]\n${KEYS}\nEP`, profile: 'b', names: ['b'], answer: USER },
  ],
  [
    'a section DEFAULT, whose settings count in every section of its file',
    {
      config: `[DEFAULT]\nEP\n[profile a]\n${KEYS}\nregion = eu-west-1`,
      profile: 'a',
      answer: USER,
      region: 'eu-west-1',
    },
  ],
  [
    'a section DEFAULT of the credentials file, which is none of the profile default',
    {
      config: `[default]\nEP`,
      credentials: `[DEFAULT]\n${KEYS}\n[b]\n`,
      names: ['default', 'b'],
      answer: undefined,
    },
  ],
  ['text behind a header', { config: `[profile a] mine\n${KEYS}\nEP`, profile: 'a', answer: USER }],
  [
    'a bracket in a name',
    { config: `[profile a]b]\n${KEYS}\nEP`, profile: 'a]b', names: ['a]b'], answer: USER },
  ],
  [
    'a header Profile with a capital letter',
    {
      config: `[Profile a]\n${KEYS}\nEP\n[profile b]\n${KEYS}\nEP`,
      profile: 'b',
      names: ['b'],
      answer: USER,
    },
  ],
  [
    'two profiles that differ in the case of their names',
    { config: `[profile Prod]\n${KEYS}\nEP\n[profile prod]\n${WRONG}\nEP`, profile: 'Prod', answer: USER },
  ],
  [
    'a name with a backslash and a hash',
    { config: `[profile corp\\\\a#1]\n${KEYS}\nEP`, profile: 'corp\\a#1', answer: USER },
  ],
  [
    'quotes around keys, which belong to them',
    {
      config: `[default]\naws_access_key_id = "sandbox"\naws_secret_access_key = "sandbox"\nEP`,
      answer: undefined,
    },
  ],
  [
    'a nested setting of the name of another',
    { config: `[default]\ns3 =\n  region = eu-west-1\n${KEYS}\nEP`, answer: USER, region: 'us-east-1' },
  ],
  [
    'a percent sign and an unknown section',
    { config: `[plugins]\nx = 100%\n[default]\n${KEYS}\nEP\ny = %(z)s`, names: ['default'], answer: USER },
  ],
  [
    'a role of the credentials file over keys of itself',
    {
      config: `[profile a]\nEP\nrole_arn = ${ROLE}\nsource_profile = a`,
      credentials: `[a]\n${KEYS}`,
      profile: 'a',
      answer: ASSUMED,
    },
  ],
  [
    'a role before keys of the credentials file',
    {
      config: `[profile a]\nrole_arn = ${ROLE}\nsource_profile = b\nEP\n[profile b]\n${KEYS}`,
      credentials: `[a]\n${WRONG}`,
      profile: 'a',
      answer: ASSUMED,
    },
  ],
  [
    'a session of a role without a length',
    {
      config: `[profile b]\n${KEYS}\n[profile r]\nrole_arn = ${ROLE}\nduration_seconds =\nsource_profile = b\nEP`,
      profile: 'r',
      answer: ASSUMED,
    },
  ],
  [
    'a role over the keys of the environment',
    {
      config: `[profile a]\nrole_arn = ${ROLE}\ncredential_source = Environment\nEP`,
      variables: { AWS_ACCESS_KEY_ID: 'sandbox', AWS_SECRET_ACCESS_KEY: 'sandbox' },
      profile: 'a',
      answer: ASSUMED,
    },
  ],
  [
    'a chain over the keys of the environment',
    {
      config: `[profile a]\nrole_arn = ${ROLE}\ncredential_source = Environment\nEP\n[profile b]\nrole_arn = ${READER}\nsource_profile = a\nEP`,
      variables: { AWS_ACCESS_KEY_ID: 'sandbox', AWS_SECRET_ACCESS_KEY: 'sandbox' },
      profile: 'b',
      answer: READING,
    },
  ],
  [
    'a credential_source in lower case',
    {
      config: `[profile a]\nrole_arn = ${ROLE}\ncredential_source = environment\nEP`,
      profile: 'a',
      answer: undefined,
    },
  ],
  [
    'a web identity, whatever else its profile names',
    {
      config: `[profile b]\n${KEYS}\n[profile w]\nrole_arn = ${ROLE}\nsource_profile = b\nweb_identity_token_file = /nowhere\nEP`,
      profile: 'w',
      answer: undefined,
    },
  ],
  [
    'a web identity without a role',
    { config: `[default]\nweb_identity_token_file = /nowhere\n${KEYS}\nEP`, answer: undefined },
  ],
  [
    'a source_profile without a role',
    { config: `[profile b]\n${KEYS}\n[profile r]\nsource_profile = b\nEP`, profile: 'r', answer: undefined },
  ],
  [
    'a session of the Identity Center with another address than its profile',
    {
      config: `[default]\nsso_session = corp\nsso_start_url = https://other\nsso_account_id = 123456789012\nsso_role_name = Developer\nEP\n[sso-session corp]\nsso_start_url = EP-URL/start\nsso_region = us-east-1`,
      answer: undefined,
    },
  ],
  [
    'a services section that does not exist',
    { config: `[default]\n${KEYS}\nEP\nservices = nowhere`, answer: undefined },
  ],
  [
    'a command of another version',
    { config: `[default]\n${PROCESS.replace('"Version":1', '"Version":2')}\nEP`, answer: undefined },
  ],
  [
    'a command whose credentials have expired',
    {
      config: `[default]\n${PROCESS.replace('}', ',"SessionToken":"","Expiration":"2020-01-01T00:00:00Z"}')}\nEP`,
      answer: undefined,
    },
  ],
  [
    'a path of AWS_CONFIG_FILE with an unknown variable',
    {
      config: `[default]\n${KEYS}\nEP`,
      file: 'x/$NOPE/cfg',
      variables: { AWS_CONFIG_FILE: '$HOME/x/$NOPE/cfg' },
      answer: USER,
    },
  ],
  [
    'an empty AWS_CONFIG_FILE',
    { config: `[default]\n${KEYS}\nEP`, variables: { AWS_CONFIG_FILE: '' }, answer: USER },
  ],
  [
    'a token under its older name',
    {
      config: '[default]\nEP',
      credentials: `[default]\n${TEMPORARY}\naws_security_token = TEMP-TOKEN`,
      answer: SESSION,
    },
  ],
  [
    'a token under both names, of which the older one counts',
    {
      config: `[default]\n${TEMPORARY}\naws_session_token = stale\naws_security_token = TEMP-TOKEN\nEP`,
      answer: SESSION,
    },
  ],
  [
    'a role over keys with a token under its older name',
    {
      config: `[profile b]\n${TEMPORARY}\naws_security_token = TEMP-TOKEN\n[profile r]\nrole_arn = ${READER}\nsource_profile = b\nEP`,
      profile: 'r',
      answer: READING,
    },
  ],
  [
    'a token of the environment under its older name',
    {
      config: '[default]\nEP',
      variables: {
        AWS_ACCESS_KEY_ID: 'TEMP-ID',
        AWS_SECRET_ACCESS_KEY: 'TEMP-SECRET',
        AWS_SECURITY_TOKEN: 'TEMP-TOKEN',
      },
      profile: 'ENVIRONMENT',
      answer: SESSION,
    },
  ],
  [
    'keys of the credentials file, whose token is not looked for in the config file',
    {
      config: '[default]\naws_session_token = TEMP-TOKEN\nEP',
      credentials: `[default]\n${TEMPORARY}`,
      answer: undefined,
    },
  ],
  [
    'keys of the credentials file, whose secret is not looked for in the config file',
    {
      config: '[default]\naws_secret_access_key = sandbox\nEP',
      credentials: '[default]\naws_access_key_id = sandbox',
      answer: undefined,
    },
  ],
  [
    'keys of the environment that have expired',
    {
      config: '[default]\nEP',
      variables: {
        AWS_ACCESS_KEY_ID: 'sandbox',
        AWS_SECRET_ACCESS_KEY: 'sandbox',
        AWS_CREDENTIAL_EXPIRATION: '2020-01-01T00:00:00Z',
      },
      profile: 'ENVIRONMENT',
      answer: undefined,
    },
  ],
  [
    'a command with an expiration without separators',
    {
      config: `[default]\n${PROCESS.replace('}', ',"Expiration":"20990101T000000Z"}')}\nEP`,
      answer: USER,
    },
  ],
  [
    'a source_profile with half of its keys',
    {
      config: `[profile b]\naws_access_key_id = sandbox\nrole_arn = ${ROLE}\nsource_profile = a\n[profile a]\nrole_arn = ${ROLE}\nsource_profile = b\nEP`,
      profile: 'a',
      answer: undefined,
    },
  ],
  [
    'an external id',
    {
      config: `[profile b]\n${KEYS}\n[profile r]\nrole_arn = ${ROLE.replace('/', '/external-')}\nexternal_id = rehearsal\nsource_profile = b\nEP`,
      profile: 'r',
      answer: ASSUMED.replace('/', '/external-'),
    },
  ],
];

async function open({ config = '', credentials = '', variables = {}, file = '.aws/config' }: Case) {
  const { endpoint } = sandbox;
  const filled = (text: string): string =>
    text
      .replaceAll('EP-URL', endpoint)
      .replaceAll('TEMP-ID', temporary?.AccessKeyId ?? '')
      .replaceAll('TEMP-SECRET', temporary?.SecretAccessKey ?? '')
      .replaceAll('TEMP-TOKEN', temporary?.SessionToken ?? '')
      .replaceAll(/EP$/gm, `endpoint_url = ${endpoint}\nregion = us-east-1`)
      .replaceAll(/EP\r$/gm, `endpoint_url = ${endpoint}\r`);
  folder = await mkdtemp(join(tmpdir(), 'slipway-like-cli-'));
  for (const [name, text] of [
    [file, config],
    ['.aws/credentials', credentials],
  ] as const) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), filled(text));
  }
  const environment = Object.fromEntries(
    Object.entries(variables).map(([name, text]) => [name, filled(text)]),
  );
  slipway = await openSlipwayWithProfiles(folder, environment);
  const { client } = slipway;
  client
    .call(
      'prompts.watch',
      {},
      { onEvent: ({ id, over }) => void (over || client.call('prompts.answer', { id, answer: 'run' })) },
    )
    .catch(() => undefined);
  return client;
}

describe('Slipway answers as the AWS CLI does for', () => {
  it.each(CASES)('%s', async (_title, each) => {
    const { profile = 'default', names, answer, region } = each;
    const client = await open(each);
    const id = profile === 'ENVIRONMENT' ? 'environment' : `profile:${profile}`;
    const { accounts } = await client.call('accounts.list', {});
    const listed = accounts.map(({ name }) => name);
    expect(listed).toEqual(names ?? listed);
    const opened = accounts.find((account) => account.id === id)?.region;
    expect(opened).toBe(region ?? opened);
    const identity = await client
      .call('accounts.identity', { account: id, region: 'us-east-1' })
      .catch(() => undefined);
    // The name of a session of a role is another each time.
    expect(identity?.arn.replace(/(:assumed-role\/[^/]+)\/.*/, '$1')).toBe(answer);
  });
});
