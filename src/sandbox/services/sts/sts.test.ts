import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type Credentials,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../start.ts';
import { mfaCodeAt } from '../../testing/mfa-code.ts';
import { createSteppedClock } from '../../testing/stepped-clock.ts';
import { webIdentityToken } from '../../testing/web-identity-token.ts';
import { createMfaDevice } from './mfa-device.ts';

const clock = createSteppedClock({ start: new Date('2026-01-01T00:00:00Z') });
let sandbox: Sandbox;
let sts: STSClient;
beforeAll(async () => {
  sandbox = await startSandbox({ scenario: 'empty', clock });
  const { endpoint, region, credentials } = sandbox;
  sts = new STSClient({ endpoint, region, credentials });
});
afterAll(() => sandbox.close());

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

async function assume(name: string, seconds = 900) {
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: role(name),
      RoleSessionName: 'release',
      DurationSeconds: seconds,
      Tags: [{ Key: 'team', Value: 'shop' }],
      PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
    }),
  );
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
    expiration: Credentials?.Expiration,
  };
}

it('AssumeRole returns keys that work until they expire', async () => {
  const { expiration, ...credentials } = await assume('path/deployer');
  expect(expiration).toEqual(new Date('2026-01-01T00:15:00Z'));
  const { endpoint, region } = sandbox;
  const identity = await new STSClient({ endpoint, region, credentials }).send(
    new GetCallerIdentityCommand({}),
  );
  expect(identity).toMatchObject({
    Arn: 'arn:aws:sts::123456789012:assumed-role/deployer/release',
    UserId: 'AROASANDBOXSANDBOXSBX:release',
  });

  const ecs = new ECSClient({ endpoint, region, credentials });
  expect((await ecs.send(new ListClustersCommand({}))).clusterArns).toHaveLength(1);
  clock.advance(15 * 60 * 1000);
  await expect(ecs.send(new ListClustersCommand({}))).rejects.toThrow(
    expect.objectContaining({ name: 'ExpiredTokenException' }),
  );
});

it('temporary keys work only with their token', async () => {
  const { expiration: _expiration, sessionToken: _token, ...credentials } = await assume('deployer');
  const { endpoint, region } = sandbox;
  const ecs = new ECSClient({ endpoint, region, credentials });
  await expect(ecs.send(new ListClustersCommand({}))).rejects.toThrow(
    expect.objectContaining({ name: 'UnrecognizedClientException' }),
  );
});

const keysOf = (credentials: Credentials | undefined) => ({
  accessKeyId: credentials?.AccessKeyId ?? '',
  secretAccessKey: credentials?.SecretAccessKey ?? '',
  sessionToken: credentials?.SessionToken ?? '',
});

it('GetSessionToken gives the caller temporary keys, with which it cannot be called again', async () => {
  const startedAt = clock.now().getTime();
  const { Credentials: issued } = await sts.send(
    new GetSessionTokenCommand({
      SerialNumber: 'arn:aws:iam::123456789012:mfa/sandbox',
      TokenCode: mfaCodeAt(clock.now()),
    }),
  );
  expect(issued?.Expiration?.getTime()).toBe(startedAt + 12 * 3600 * 1000);
  const { endpoint, region } = sandbox;
  const own = new STSClient({ endpoint, region, credentials: keysOf(issued) });
  const identity = await own.send(new GetCallerIdentityCommand({}));
  expect(identity.Arn).toBe('arn:aws:iam::123456789012:user/sandbox');
  await expect(own.send(new GetSessionTokenCommand({}))).rejects.toThrow(
    'Cannot call GetSessionToken with session credentials',
  );
});

describe('a code of the MFA device', () => {
  const withCode = (
    TokenCode: string,
    SerialNumber = 'arn:aws:iam::123456789012:mfa/sandbox',
    name = 'mfa-deployer',
  ) =>
    sts.send(
      new AssumeRoleCommand({ RoleArn: role(name), RoleSessionName: 'release', SerialNumber, TokenCode }),
    );

  it('is the one of RFC 6238, and is taken once', () => {
    let now = new Date('2026-01-01T00:00:00Z');
    const device = createMfaDevice('123456789012', () => now);
    const code = mfaCodeAt(now);
    expect(code).toMatch(/^\d{6}$/);
    expect(device.accepts(code)).toBe(true);
    expect(device.accepts(code)).toBe(false);
    now = new Date('2026-01-01T00:00:30Z');
    expect(mfaCodeAt(now)).not.toBe(code);
    expect(device.accepts(mfaCodeAt(now))).toBe(true);
    now = new Date('2026-01-01T00:05:00Z');
    expect(device.accepts(mfaCodeAt(new Date('2026-01-01T00:04:00Z')))).toBe(false);
    // Half a minute later than the phone: the clocks may differ so much.
    expect(device.accepts(mfaCodeAt(new Date('2026-01-01T00:04:30Z')))).toBe(true);
  });

  it('is refused when it is wrong, of another device or without a device', async () => {
    const wrong = mfaCodeAt(new Date('2020-01-01T00:00:00Z'));
    await expect(withCode(wrong)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
    });
    await expect(withCode(wrong, 'arn:aws:iam::123456789012:mfa/other')).rejects.toThrow(
      'verify your MFA serial number',
    );
  });

  it('is needed for a role with mfa in its name', async () => {
    const call = sts.send(
      new AssumeRoleCommand({ RoleArn: role('mfa-deployer'), RoleSessionName: 'release' }),
    );
    await expect(call).rejects.toThrow('not authorized to perform: sts:AssumeRole');
  });
});

it('a session name that is too long is refused in the words of STS', async () => {
  const RoleSessionName = 'a'.repeat(65);
  const call = sts.send(new AssumeRoleCommand({ RoleArn: role('deployer'), RoleSessionName }));
  await expect(call).rejects.toThrow(
    `1 validation error detected: Value '${RoleSessionName}' at 'roleSessionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
  );
});

describe('AssumeRoleWithWebIdentity', () => {
  const inSeconds = (seconds: number) => clock.now().getTime() / 1000 + seconds;
  const assumeWith = (WebIdentityToken: string, name = 'deployer') => {
    const { endpoint, region } = sandbox;
    // A client without keys, as a CI job is one.
    const client = new STSClient({ endpoint, region, maxAttempts: 1 });
    return client.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: role(name),
        RoleSessionName: 'ci',
        WebIdentityToken,
      }),
    );
  };

  it('gives keys of the role to a client that has none', async () => {
    const answer = await assumeWith(webIdentityToken({ exp: inSeconds(60) }));
    expect(answer).toMatchObject({
      SubjectFromWebIdentityToken: 'repo:shop/web:ref:refs/heads/main',
      Audience: 'sts.amazonaws.com',
      Provider: 'https://token.actions.githubusercontent.com',
      AssumedRoleUser: { Arn: 'arn:aws:sts::123456789012:assumed-role/deployer/ci' },
    });
    const { endpoint, region } = sandbox;
    const credentials = keysOf(answer.Credentials);
    const identity = await new STSClient({ endpoint, region, credentials }).send(
      new GetCallerIdentityCommand({}),
    );
    expect(identity.Arn).toBe('arn:aws:sts::123456789012:assumed-role/deployer/ci');
  });

  it('refuses a token that is none, one without its claims and one that has expired', async () => {
    await expect(assumeWith('not-a-token')).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' });
    await expect(assumeWith(webIdentityToken({ sub: undefined, exp: inSeconds(60) }))).rejects.toThrow(
      'Missing a required claim: sub',
    );
    await expect(assumeWith(webIdentityToken({ exp: inSeconds(-1) }))).rejects.toMatchObject({
      name: 'ExpiredTokenException',
    });
  });

  it('refuses a role that nobody may assume', async () => {
    await expect(assumeWith(webIdentityToken({ exp: inSeconds(60) }), 'denied')).rejects.toThrow(
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    );
  });
});

it.each([
  ['a role that refuses', role('denied'), 'release', 900, 'AccessDenied'],
  ['a role of another account', 'arn:aws:iam::999999999999:role/x', 'release', 900, 'AccessDenied'],
  ['an ARN of no role', 'arn:aws:iam::123456789012:user/someone', 'release', 900, 'ValidationError'],
  ['a session name with spaces', role('deployer'), 'a b', 900, 'ValidationError'],
  ['a session name of 65 characters', role('deployer'), 'a'.repeat(65), 900, 'ValidationError'],
  ['too short a session', role('deployer'), 'release', 60, 'ValidationError'],
])('refuses %s', async (_what, RoleArn, RoleSessionName, DurationSeconds, name) => {
  const call = sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName, DurationSeconds }));
  await expect(call).rejects.toThrow(expect.objectContaining({ name }));
});
