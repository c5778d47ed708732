import {
  GetRoleCredentialsCommand,
  ListAccountRolesCommand,
  ListAccountsCommand,
  LogoutCommand,
  SSOClient,
} from '@aws-sdk/client-sso';
import {
  CreateTokenCommand,
  type CreateTokenCommandInput,
  RegisterClientCommand,
  SSOOIDCClient,
  StartDeviceAuthorizationCommand,
} from '@aws-sdk/client-sso-oidc';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../start.ts';
import { answerSignIn, createVerifier, sendAsBrowser } from '../../testing/sign-in.ts';
import { createSteppedClock, type SteppedClock } from '../../testing/stepped-clock.ts';

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const REDIRECT = 'http://127.0.0.1/oauth/callback';
const HOUR_MS = 3_600_000;

let clock: SteppedClock;
let sandbox: Sandbox;
let oidc: SSOOIDCClient;
let portal: SSOClient;
beforeAll(async () => {
  clock = createSteppedClock({ start: new Date('2026-01-01T00:00:00Z') });
  sandbox = await startSandbox({ scenario: 'empty', clock });
  const { endpoint, region } = sandbox;
  oidc = new SSOOIDCClient({ endpoint, region, maxAttempts: 1 });
  portal = new SSOClient({ endpoint, region, maxAttempts: 1 });
});
afterAll(async () => {
  oidc.destroy();
  portal.destroy();
  await sandbox.close();
});

async function registerClient() {
  const { clientId, clientSecret } = await oidc.send(
    new RegisterClientCommand({
      clientName: 'test',
      clientType: 'public',
      scopes: ['sso:account:access'],
      redirectUris: [REDIRECT],
    }),
  );
  return { clientId, clientSecret };
}

async function startDevice() {
  const client = await registerClient();
  const device = await oidc.send(
    new StartDeviceAuthorizationCommand({ ...client, startUrl: `${sandbox.endpoint}/start` }),
  );
  const take = () =>
    oidc.send(new CreateTokenCommand({ ...client, grantType: DEVICE, deviceCode: device.deviceCode }));
  return { client, page: device.verificationUriComplete ?? '', device, take };
}

async function signedIn() {
  const { client, page, take } = await startDevice();
  await answerSignIn(page);
  return { client, ...(await take()) };
}

it('a device gets its token once the person has allowed its code, and only once', async () => {
  const { page, device, take } = await startDevice();
  expect(device).toMatchObject({
    userCode: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
    expiresIn: 600,
    interval: 1,
  });
  await expect(take()).rejects.toMatchObject({
    name: 'AuthorizationPendingException',
    error: 'authorization_pending',
  });
  await expect(take()).rejects.toMatchObject({ name: 'SlowDownException' });
  expect((await answerSignIn(page)).status).toBe(200);
  await expect(take()).resolves.toMatchObject({
    tokenType: 'Bearer',
    expiresIn: 28_800,
    accessToken: expect.any(String),
  });
  await expect(take()).rejects.toMatchObject({ name: 'InvalidGrantException' });
});

it('a device whose code was denied or has expired gets no token', async () => {
  const denied = await startDevice();
  await answerSignIn(denied.page, 'deny');
  await expect(denied.take()).rejects.toMatchObject({ name: 'AccessDeniedException' });

  const late = await startDevice();
  clock.advance(600_000);
  await expect(late.take()).rejects.toMatchObject({ name: 'ExpiredTokenException' });
  await expect(answerSignIn(late.page)).rejects.toThrow('400');
});

it('a client with a redirect gets its token for the code and the verifier that belong together', async () => {
  const client = await registerClient();
  const { verifier, challenge } = createVerifier();
  const redirectUri = 'http://127.0.0.1:51234/oauth/callback';
  const page = new URL('/authorize', sandbox.endpoint);
  page.search = new URLSearchParams({
    response_type: 'code',
    client_id: client.clientId ?? '',
    redirect_uri: redirectUri,
    state: 'the state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }).toString();
  const answer = await answerSignIn(page.href);
  const back = new URL(answer.location);
  expect(answer.status).toBe(302);
  expect(back.href).toContain(`${redirectUri}?code=`);
  expect(back.searchParams.get('state')).toBe('the state');

  const code = back.searchParams.get('code') ?? '';
  const grant: CreateTokenCommandInput = { ...client, grantType: 'authorization_code', code, redirectUri };
  await expect(
    oidc.send(new CreateTokenCommand({ ...grant, codeVerifier: 'another' })),
  ).rejects.toMatchObject({
    name: 'InvalidGrantException',
  });
  await expect(
    oidc.send(new CreateTokenCommand({ ...grant, codeVerifier: verifier })),
  ).resolves.toMatchObject({
    refreshToken: expect.any(String),
  });

  const denied = new URL((await answerSignIn(page.href, 'deny')).location);
  expect(denied.searchParams.get('error')).toBe('access_denied');
});

it('the page of a sign-in sends nothing to an address that the client has not registered', async () => {
  const { clientId = '' } = await registerClient();
  for (const redirect of [
    'https://evil.example/oauth/callback',
    'http://127.0.0.1:1/other',
    'http://127.0.0.1.evil.example/oauth/callback',
  ]) {
    const page = new URL('/authorize', sandbox.endpoint);
    page.search = new URLSearchParams({
      client_id: clientId,
      redirect_uri: redirect,
      response_type: 'code',
    }).toString();
    await expect(answerSignIn(page.href)).rejects.toThrow('400');
  }
});

it('another web site cannot send the answer of a sign-in', async () => {
  const { page, take } = await startDevice();
  const body = new URLSearchParams({
    user_code: new URL(page).searchParams.get('user_code') ?? '',
    decision: 'allow',
  });
  const navigation = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  for (const headers of [
    { ...navigation, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    { ...navigation, 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' },
    {
      'sec-fetch-mode': 'cors',
      'sec-fetch-dest': 'empty',
      'sec-fetch-site': 'same-origin',
      origin: sandbox.endpoint,
    },
  ]) {
    const answer = await sendAsBrowser(`${sandbox.endpoint}/device`, {
      method: 'POST',
      body: body.toString(),
      headers,
    });
    expect(answer.status).toBe(403);
  }
  await expect(take()).rejects.toMatchObject({ name: 'AuthorizationPendingException' });
});

it('a refresh token gives another token, once', async () => {
  const { client, refreshToken } = await signedIn();
  const refresh = () =>
    oidc.send(new CreateTokenCommand({ ...client, grantType: 'refresh_token', refreshToken }));
  const { accessToken } = await refresh();
  await expect(portal.send(new ListAccountsCommand({ accessToken }))).resolves.toMatchObject({
    accountList: [{ accountId: '123456789012', accountName: 'sandbox' }],
  });
  await expect(refresh()).rejects.toMatchObject({ name: 'InvalidGrantException' });
});

it('a token gives the roles of the account, and credentials of a role that work until they end', async () => {
  const { accessToken } = await signedIn();
  const accountId = '123456789012';
  const { roleList } = await portal.send(new ListAccountRolesCommand({ accessToken, accountId }));
  expect(roleList?.map(({ roleName }) => roleName)).toEqual(['Administrator', 'Developer', 'ReadOnly']);
  const { roleCredentials } = await portal.send(
    new GetRoleCredentialsCommand({ accessToken, accountId, roleName: 'Developer' }),
  );
  expect(roleCredentials?.expiration).toBe(clock.now().getTime() + HOUR_MS);
  const { accessKeyId = '', secretAccessKey = '', sessionToken = '' } = roleCredentials ?? {};
  const { endpoint, region } = sandbox;
  const sts = new STSClient({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  });
  const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
  sts.destroy();
  expect(Arn).toBe(`arn:aws:sts::${accountId}:assumed-role/AWSReservedSSO_Developer_0123456789abcdef/ana`);
});

it('a token that has ended or was signed out gives nothing, and a role that nobody has given is refused', async () => {
  const { accessToken } = await signedIn();
  const credentialsOf = (roleName: string, accountId = '123456789012') =>
    portal.send(new GetRoleCredentialsCommand({ accessToken, accountId, roleName }));
  await expect(credentialsOf('Owner')).rejects.toMatchObject({ name: 'ForbiddenException' });
  await expect(credentialsOf('Developer', '210987654321')).rejects.toMatchObject({
    name: 'ForbiddenException',
  });
  await portal.send(new LogoutCommand({ accessToken }));
  await expect(credentialsOf('Developer')).rejects.toMatchObject({ name: 'UnauthorizedException' });

  const late = await signedIn();
  clock.advance(8 * HOUR_MS);
  await expect(portal.send(new ListAccountsCommand({ accessToken: late.accessToken }))).rejects.toMatchObject(
    { name: 'UnauthorizedException' },
  );
});

it('a client is refused with a wrong secret, an unknown grant and a redirect off this machine', async () => {
  const client = await registerClient();
  const take = (input: Partial<CreateTokenCommandInput>) =>
    oidc.send(new CreateTokenCommand({ ...client, grantType: DEVICE, ...input }));
  await expect(take({ clientSecret: 'wrong' })).rejects.toMatchObject({ name: 'InvalidClientException' });
  await expect(take({ grantType: 'password' })).rejects.toMatchObject({
    name: 'UnsupportedGrantTypeException',
  });
  await expect(
    oidc.send(
      new RegisterClientCommand({
        clientName: 'x',
        clientType: 'public',
        redirectUris: ['https://evil.example/cb'],
      }),
    ),
  ).rejects.toMatchObject({ name: 'InvalidRedirectUriException' });
});
