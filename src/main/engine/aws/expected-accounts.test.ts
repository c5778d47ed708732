import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { startProxy } from '../testing/killing-proxy.ts';
import { openSlipwayWithProfiles, type Slipway } from '../testing/slipway.ts';

const OWN = '123456789012';
const OTHER = '222222222222';
const CI = { account: 'profile:ci', region: 'us-east-1' };

let folder: string;
let sandbox: TestSandbox;
/** The sandbox, whose answers name the account that the keys belong to by now. */
let aws: Awaited<ReturnType<typeof startProxy>>;
let owner: string;
let slipway: Slipway | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-accounts-'));
  mkdirSync(join(folder, '.aws'));
  sandbox = await startTestSandbox({ scenario: 'demo' });
  owner = OWN;
  aws = await startProxy(sandbox.endpoint, {
    onCall: () => 'pass',
    onAnswer: () => 'pass',
    rewrite: (_operation, answer) => answer.replaceAll(OWN, owner),
  });
});
afterEach(async () => {
  await slipway?.close();
  slipway = undefined;
  await aws.close();
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

/** Starts again with these profiles, which all have the keys of the sandbox. */
async function start(
  settings = `region = us-east-1\nendpoint_url = ${aws.endpoint}\n${keys()}`,
  more = '',
): Promise<Slipway['client']> {
  await slipway?.close();
  writeFileSync(join(folder, '.aws', 'config'), `[profile ci]\n${settings}\n${more}`);
  slipway = await openSlipwayWithProfiles(folder);
  return slipway.client;
}

function keys(): string {
  const { accessKeyId, secretAccessKey } = sandbox.credentials;
  return `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}`;
}

/** The calls that reached AWS since the last look. */
let seen = 0;
function newCalls(): readonly string[] {
  const all = sandbox.calls().map(({ operation }) => operation);
  const fresh = all.slice(seen);
  seen = all.length;
  return fresh;
}
beforeEach(() => {
  seen = 0;
});

describe('the account of a profile', () => {
  it('is kept when its credentials are first used, and asked for once for all that wait', async () => {
    const client = await start();
    await Promise.all([client.call('clusters.list', CI), client.call('families.all', CI)]);
    expect(newCalls().filter((operation) => operation === 'GetCallerIdentity')).toHaveLength(1);
    const { accounts } = await client.call('accounts.list', {});
    expect(accounts.find(({ id }) => id === CI.account)?.accountNumber).toBe(OWN);
    expect(JSON.parse(readFileSync(join(folder, 'accounts.json'), 'utf8'))).toEqual({ 'profile:ci': OWN });
  });

  it('that turns out to be another one stops reads and changes before they are sent, with one sentence', async () => {
    await (await start()).call('clusters.list', CI);
    owner = OTHER;
    const client = await start();
    newCalls();
    const refused = {
      code: 'AUTH_REQUIRED',
      message: `Slipway expects the account ${OWN} for ci, but its credentials belong to the account ${OTHER}, so nothing was sent. Correct the profile, or accept the other account in the window or with \`slipway call accounts.accept\`.`,
      detail: { account: CI.account, expectedAccount: OWN, actualAccount: OTHER },
    };
    await expect(client.call('clusters.list', CI)).rejects.toMatchObject(refused);
    const repository = { ...CI, repository: 'shop/new', tags: 'immutable' } as const;
    await expect(client.call('repositories.create', repository)).rejects.toMatchObject(refused);
    expect(newCalls()).toEqual(['GetCallerIdentity']);
  });

  it('that a person accepts is kept from then on', async () => {
    await (await start()).call('clusters.list', CI);
    owner = OTHER;
    const client = await start();
    await expect(client.call('clusters.list', CI)).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
    await client.call('accounts.accept', { account: CI.account, accountNumber: OTHER });
    expect(await client.call('clusters.list', CI)).not.toEqual([]);
  });

  it('is the one of its role, for which STS is not asked again', async () => {
    const role = `role_arn = arn:aws:iam::${OWN}:role/deployer\nsource_profile = keys`;
    const source = `[profile keys]\n${keys()}`;
    const settings = `region = us-east-1\nendpoint_url = ${aws.endpoint}\n${role}`;
    const client = await start(settings, source);
    await client.call('clusters.list', CI);
    expect(newCalls()).not.toContain('GetCallerIdentity');
    const { accounts } = await client.call('accounts.list', {});
    expect(accounts.find(({ id }) => id === CI.account)?.accountNumber).toBe(OWN);
  });

  it('is asked of AWS although the profile claims one for its keys', async () => {
    await (await start()).call('clusters.list', CI);
    owner = OTHER;
    const settings = `region = us-east-1\nendpoint_url = ${aws.endpoint}\n${keys()}\naws_account_id = ${OWN}`;
    const client = await start(settings);
    await expect(client.call('clusters.list', CI)).rejects.toMatchObject({
      detail: { actualAccount: OTHER },
    });
  });

  it('is compared with nothing where the file of kept accounts is damaged, and nothing is sent', async () => {
    writeFileSync(join(folder, 'accounts.json'), '{ "profile:ci": ');
    const client = await start();
    await expect(client.call('clusters.list', CI)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('accounts.json cannot be read'),
    });
    expect(newCalls()).toEqual([]);
  });

  it('is not kept for an endpoint that has no STS, which works as before', async () => {
    const services = `services = local\n[services local]\necs =\n  endpoint_url = ${aws.endpoint}\nsts =\n  endpoint_url = http://127.0.0.1:1`;
    const client = await start(`region = us-east-1\n${keys()}\n${services}`);
    expect(await client.call('clusters.list', CI)).not.toEqual([]);
  });
});

it('only profiles have a kept account that another one can replace', async () => {
  const client = await start();
  await expect(
    client.call('accounts.accept', { account: 'instance', accountNumber: OTHER }),
  ).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});
