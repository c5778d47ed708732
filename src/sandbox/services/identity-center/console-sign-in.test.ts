import type { KeyObject } from 'node:crypto';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import {
  CreateOAuth2TokenCommand,
  type CreateOAuth2TokenRequestBody,
  SigninClient,
} from '@aws-sdk/nested-clients/signin';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../start.ts';
import {
  allowLogin,
  createProofKey,
  createVerifier,
  provenBy,
  sendAsBrowser,
} from '../../testing/sign-in.ts';
import { createSteppedClock } from '../../testing/stepped-clock.ts';

const CLIENT = 'arn:aws:signin:::devtools/same-device';
const REDIRECT = 'http://127.0.0.1:49152/oauth/callback';

const clock = createSteppedClock({ start: new Date('2026-01-01T00:00:00Z') });
let sandbox: Sandbox;
let client: SigninClient;
beforeEach(async () => {
  sandbox = await startSandbox({ scenario: 'empty', clock });
  const { endpoint, region } = sandbox;
  client = new SigninClient({
    endpoint,
    region,
    credentials: { accessKeyId: '', secretAccessKey: '' },
    maxAttempts: 1,
  });
});
afterEach(() => sandbox.close());

function commandOf(grant: Partial<CreateOAuth2TokenRequestBody>): CreateOAuth2TokenCommand {
  return new CreateOAuth2TokenCommand({
    tokenInput: { clientId: CLIENT, grantType: 'refresh_token', ...grant },
  });
}

async function allowed() {
  const { verifier, challenge } = createVerifier();
  const code = await allowLogin(sandbox.endpoint, REDIRECT, challenge);
  return { grantType: 'authorization_code', code, codeVerifier: verifier, redirectUri: REDIRECT };
}

async function logIn(key: KeyObject) {
  const { tokenOutput } = await client.send(provenBy(key, commandOf(await allowed())));
  return tokenOutput;
}

const refresh = (key: KeyObject, refreshToken: string | undefined) =>
  client.send(provenBy(key, commandOf({ refreshToken })));

describe('CreateOAuth2Token of AWS Sign-In', () => {
  it('gives keys of the user for 15 minutes, by a code that is good once', async () => {
    const key = createProofKey();
    const grant = await allowed();
    const { tokenOutput } = await client.send(provenBy(key, commandOf(grant)));
    expect(tokenOutput).toMatchObject({ tokenType: 'aws_sigv4', expiresIn: 900 });
    const { accessKeyId = '', secretAccessKey = '', sessionToken = '' } = tokenOutput?.accessToken ?? {};
    const { endpoint, region } = sandbox;
    const sts = new STSClient({
      endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    });
    const identity = await sts.send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe('arn:aws:iam::123456789012:user/sandbox');
    clock.advance(900_000);
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' });
    await expect(client.send(provenBy(key, commandOf(grant)))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      error: 'AUTHCODE_EXPIRED',
      $metadata: { httpStatusCode: 401 },
    });
  });

  it('gives new keys for a refresh token, as often as it is asked, for 12 hours', async () => {
    const key = createProofKey();
    const login = await logIn(key);
    clock.advance(11 * 3_600_000);
    const answers = [await refresh(key, login?.refreshToken), await refresh(key, login?.refreshToken)];
    expect(answers.every(({ tokenOutput }) => tokenOutput?.idToken === undefined)).toBe(true);
    expect(new Set(answers.map(({ tokenOutput }) => tokenOutput?.accessToken?.accessKeyId)).size).toBe(2);
    clock.advance(3_600_000);
    await expect(refresh(key, login?.refreshToken)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      error: 'TOKEN_EXPIRED',
    });
  });

  it('takes a refresh token only with the key that it is bound to', async () => {
    const login = await logIn(createProofKey());
    await expect(refresh(createProofKey(), login?.refreshToken)).rejects.toMatchObject({
      name: 'ValidationException',
      error: 'INVALID_REQUEST',
    });
  });

  it.each([
    ['no proof', undefined],
    ['a proof of another method', { htm: 'GET' }],
    ['a proof of another address', { htu: 'https://us-east-1.signin.aws.amazon.com/v1/token' }],
    ['a proof without an id', { jti: 7 }],
  ])('refuses %s', async (_what, claims) => {
    const command = commandOf(await allowed());
    const sent = claims === undefined ? command : provenBy(createProofKey(), command, claims);
    await expect(client.send(sent)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('refuses a code with another verifier or another redirect', async () => {
    for (const other of [
      { codeVerifier: 'x'.repeat(43) },
      { redirectUri: 'http://127.0.0.1:1/oauth/callback' },
    ]) {
      const sent = client.send(provenBy(createProofKey(), commandOf({ ...(await allowed()), ...other })));
      await expect(sent).rejects.toMatchObject({ name: 'ValidationException', error: 'INVALID_REQUEST' });
    }
  });

  it('sends nobody to an address that is not on this machine', async () => {
    const { challenge } = createVerifier();
    const otherMachine = 'arn:aws:signin:::devtools/cross-device';
    for (const [client_id, redirect] of [
      [CLIENT, 'https://evil.example/oauth/callback'],
      [CLIENT, 'http://127.0.0.1.evil.example:80/oauth/callback'],
      [CLIENT, `${sandbox.endpoint}/v1/sessions/confirmation`],
      [otherMachine, REDIRECT],
      [otherMachine, 'https://evil.example/v1/sessions/confirmation'],
    ] as const) {
      const address = new URL('/v1/authorize', sandbox.endpoint);
      address.search = new URLSearchParams({
        response_type: 'code',
        client_id,
        state: 's',
        scope: 'openid',
        redirect_uri: redirect,
        code_challenge: challenge,
        code_challenge_method: 'SHA-256',
      }).toString();
      const answer = await sendAsBrowser(address, {
        method: 'GET',
        headers: { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
      });
      expect([answer.status, answer.location]).toEqual([400, '']);
    }
  });
});
