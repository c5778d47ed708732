import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKnownSecrets } from '../ports/known-secrets.ts';
import { DECLINING_PROMPT } from '../testing/declining-prompt.ts';
import { openAccounts } from './accounts.ts';
import { openCredentials } from './credentials.ts';
import type { SignIns } from './sign-in/sign-ins.ts';

const NO_FILES = { AWS_CONFIG_FILE: '/none', AWS_SHARED_CREDENTIALS_FILE: '/none' };
const EXPIRES = new Date(Date.now() + 3_600_000).toISOString();

let server: Server;
let address: string;
let folder: string;
/** The path and the authorization of each request. */
let asked: string[];
let answer: { readonly status: number; readonly body: string };
/** By path, before `answer`. */
let texts: Readonly<Record<string, string>>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-environment-'));
  asked = [];
  texts = {};
  server = createServer((request, response) => {
    asked.push(`${request.url ?? ''} ${request.headers.authorization ?? ''}`.trim());
    const text = texts[request.url ?? ''];
    if (text !== undefined) response.end(text);
    else response.writeHead(answer.status).end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  address = `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.close();
  await rm(folder, { recursive: true });
});

const NO_SIGN_INS: SignIns = {
  renew: async () => {},
  needsPerson: () => false,
  expiresAt: () => undefined,
  roles: () => Promise.reject(new Error('Nothing is asked')),
  roleCredentials: () => Promise.reject(new Error('Nothing signs in')),
};

/** The credentials of the account of the environment, or of another one without a profile. */
async function credentialsOf(variables: Readonly<Record<string, string>>, account = 'environment') {
  const environment = { ...NO_FILES, ...variables };
  const accounts = await openAccounts({ environment, accounts: [] });
  const credentials = openCredentials(accounts.find(account), {
    environment,
    clock: { now: () => new Date() },
    prompt: DECLINING_PROMPT,
    secrets: createKnownSecrets(),
    signIns: NO_SIGN_INS,
    logins: {
      renew: async () => {},
      needsPerson: () => false,
      expiresAt: () => undefined,
      credentials: () => Promise.reject(new Error('Nothing signs in')),
    },
    processes: { run: () => Promise.reject(new Error('Nothing is run')) },
    requestHandler: new NodeHttpHandler(),
  });
  return credentials.provide('eu-west-1');
}

describe('the role of a container', () => {
  it('gives its credentials for the token in a file, as on EKS', async () => {
    answer = {
      status: 200,
      body: JSON.stringify({ AccessKeyId: 'TASK', SecretAccessKey: 's', Token: 't', Expiration: EXPIRES }),
    };
    await writeFile(join(folder, 'token'), 'of-the-pod');
    const credentials = await credentialsOf({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${address}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(folder, 'token'),
    });
    expect(credentials).toMatchObject({ accessKeyId: 'TASK', sessionToken: 't' });
    expect(asked).toEqual(['/v1/credentials of-the-pod']);
  });

  it('that gives none is named with its variable', async () => {
    answer = { status: 404, body: '{}' };
    const reading = credentialsOf({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${address}/v1/credentials` });
    await expect(reading).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message: expect.stringContaining('AWS_CONTAINER_CREDENTIALS_FULL_URI'),
    });
  });
});

describe('the token of a container', () => {
  it('is read again for each renewal, because it changes', async () => {
    answer = {
      status: 200,
      body: JSON.stringify({ AccessKeyId: 'POD', SecretAccessKey: 's', Token: 't', Expiration: EXPIRES }),
    };
    const variables = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${address}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(folder, 'token'),
    };
    for (const token of ['first', 'second']) {
      await writeFile(join(folder, 'token'), token);
      await credentialsOf(variables);
    }
    expect(asked).toEqual(['/v1/credentials first', '/v1/credentials second']);
  });

  it('whose file is missing is named with its variable, and nothing is sent', async () => {
    const reading = credentialsOf({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${address}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(folder, 'none'),
    });
    await expect(reading).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message: expect.stringContaining('none, which AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names'),
    });
    expect(asked).toEqual([]);
  });
});

describe('the role of an EC2 instance', () => {
  const ROLES = '/latest/meta-data/iam/security-credentials/';
  beforeEach(() => vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', address));

  it('gives its credentials by the token of the metadata service', async () => {
    const keys = { AccessKeyId: 'INSTANCE', SecretAccessKey: 's', Token: 't', Expiration: EXPIRES };
    texts = { '/latest/api/token': 'of-the-instance', [ROLES]: 'deploy' };
    answer = { status: 200, body: JSON.stringify({ Code: 'Success', ...keys }) };
    await expect(credentialsOf({}, 'instance')).resolves.toMatchObject({
      accessKeyId: 'INSTANCE',
      sessionToken: 't',
    });
    expect(asked).toEqual(['/latest/api/token', ROLES, `${ROLES}deploy`]);
  });

  it('that has none says what else there is', async () => {
    texts = { '/latest/api/token': 'of-the-instance' };
    answer = { status: 404, body: '' };
    await expect(credentialsOf({}, 'instance')).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message: expect.stringContaining('choose a profile, or give the instance a role'),
    });
  });

  it.each([
    // The answer with the token does not reach a container beyond the hop limit.
    [401, 'requires a session token (IMDSv2) and gave none'],
    [403, 'The instance metadata service refuses requests'],
  ])('whose service answers with %i is named, also for a credential_source', async (status, sentence) => {
    answer = { status, body: '' };
    const refusal = { code: 'AUTH_REQUIRED', message: expect.stringContaining(sentence) };
    await expect(credentialsOf({}, 'instance')).rejects.toMatchObject(refusal);
    await writeFile(
      join(folder, 'config'),
      '[profile a]\nrole_arn = arn:aws:iam::123456789012:role/deployer\ncredential_source = Ec2InstanceMetadata\n',
    );
    const ofProfile = credentialsOf({ AWS_CONFIG_FILE: join(folder, 'config') }, 'profile:a');
    await expect(ofProfile).rejects.toMatchObject(refusal);
    await expect(ofProfile).rejects.toThrow('line 3 of');
  });

  it('is not asked for where AWS_EC2_METADATA_DISABLED says so', async () => {
    const reading = credentialsOf({ AWS_EC2_METADATA_DISABLED: 'TRUE' }, 'instance');
    await expect(reading).rejects.toThrow('AWS_EC2_METADATA_DISABLED rules out');
    expect(asked).toEqual([]);
  });
});

describe('the role of a web identity', () => {
  const assume = async (): Promise<unknown> => {
    await writeFile(join(folder, 'token'), 'header.payload.signature');
    return credentialsOf({
      AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'token'),
      AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/deployer',
      AWS_ENDPOINT_URL: address,
    });
  };

  it('is assumed with the token in the file', async () => {
    const keys = `<AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${EXPIRES}</Expiration>`;
    answer = {
      status: 200,
      body: `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>${keys}</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
    };
    expect(await assume()).toMatchObject({ accessKeyId: 'ROLE' });
    expect(asked).toHaveLength(1);
  });

  it('whose token is missing is named with its variable, and nothing is sent', async () => {
    const variables = { AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'none'), AWS_ROLE_ARN: 'arn:role' };
    await expect(credentialsOf({ ...variables, AWS_ENDPOINT_URL: address })).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message: expect.stringContaining('none, which AWS_WEB_IDENTITY_TOKEN_FILE names'),
    });
    expect(asked).toEqual([]);
  });

  it('that is refused is named with its variables', async () => {
    answer = { status: 403, body: '<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>' };
    await expect(assume()).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message: expect.stringContaining("The role of AWS_ROLE_ARN couldn't be assumed"),
    });
  });
});

describe('the account of the environment', () => {
  it('with a key and no secret is listed with what is missing, as the AWS CLI looks no further', async () => {
    const variables = { AWS_ACCESS_KEY_ID: 'a', AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/e' };
    const accounts = await openAccounts({ environment: { ...NO_FILES, ...variables }, accounts: [] });
    const problem = expect.stringContaining('has no AWS_SECRET_ACCESS_KEY');
    expect(accounts.find('environment').account).toMatchObject({ problem });
    await expect(credentialsOf(variables)).rejects.toMatchObject({ code: 'AUTH_REQUIRED', message: problem });
  });

  it('with keys that end says when, and names those that have ended', async () => {
    const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
    const until = (time: string) => credentialsOf({ ...keys, AWS_CREDENTIAL_EXPIRATION: time });
    await expect(until('2999-01-01T00:00:00+00:00')).resolves.toMatchObject({
      expiration: new Date('2999-01-01T00:00:00Z'),
    });
    await expect(until('2020-01-01T00:00:00Z')).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message: expect.stringContaining('expired at 2020-01-01T00:00:00.000Z (AWS_CREDENTIAL_EXPIRATION)'),
    });
  });

  it.each([
    [
      {
        AWS_ACCESS_KEY_ID: 'a',
        AWS_SECRET_ACCESS_KEY: 'b',
        AWS_WEB_IDENTITY_TOKEN_FILE: 'c',
        AWS_ROLE_ARN: 'd',
      },
      'keys',
    ],
    [
      { AWS_WEB_IDENTITY_TOKEN_FILE: 'c', AWS_ROLE_ARN: 'd', AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/e' },
      'web-identity',
    ],
    [{ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/e' }, 'container'],
  ])('takes, of %j, the %s', async (variables, from) => {
    const accounts = await openAccounts({ environment: { ...NO_FILES, ...variables }, accounts: [] });
    expect(accounts.find('environment').source).toEqual({ kind: 'environment', from });
  });

  it('is not there without such variables, and the role of an instance is not listed', async () => {
    const accounts = await openAccounts({ environment: NO_FILES, accounts: [] });
    expect(accounts.list()).toEqual([]);
    expect(accounts.find('instance').source).toEqual({ kind: 'instance' });
  });
});
