import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  IAMClient,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
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
  const { expiration, ...credentials } = await assume('deployer');
  expect(expiration).toEqual(new Date('2026-01-01T00:15:00Z'));
  const { endpoint, region } = sandbox;
  const identity = await new STSClient({ endpoint, region, credentials }).send(
    new GetCallerIdentityCommand({}),
  );
  expect(identity).toMatchObject({
    Arn: 'arn:aws:sts::123456789012:assumed-role/deployer/release',
    UserId: expect.stringMatching(/^AROA[0-9A-F]{17}:release$/),
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

  it('is needed for a role whose trust policy asks for it', async () => {
    const call = sts.send(
      new AssumeRoleCommand({ RoleArn: role('mfa-deployer'), RoleSessionName: 'release' }),
    );
    await expect(call).rejects.toThrow('not authorized to perform: sts:AssumeRole');
  });
});

it('a session name that is too long is refused with the message of STS', async () => {
  const RoleSessionName = 'a'.repeat(65);
  const call = sts.send(new AssumeRoleCommand({ RoleArn: role('deployer'), RoleSessionName }));
  await expect(call).rejects.toThrow(
    `1 validation error detected: Value '${RoleSessionName}' at 'roleSessionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
  );
});

describe('AssumeRoleWithWebIdentity', () => {
  const inSeconds = (seconds: number) => clock.now().getTime() / 1000 + seconds;
  const assumeWith = (WebIdentityToken: string, name = 'ci-deployer') => {
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
      AssumedRoleUser: { Arn: 'arn:aws:sts::123456789012:assumed-role/ci-deployer/ci' },
    });
    const { endpoint, region } = sandbox;
    const credentials = keysOf(answer.Credentials);
    const identity = await new STSClient({ endpoint, region, credentials }).send(
      new GetCallerIdentityCommand({}),
    );
    expect(identity.Arn).toBe('arn:aws:sts::123456789012:assumed-role/ci-deployer/ci');
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

  it('refuses a role that is not there, one that trusts no provider, and another audience or subject', async () => {
    const right = webIdentityToken({ exp: inSeconds(60) });
    const refused = {
      name: 'AccessDenied',
      message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    };
    await expect(assumeWith(right, 'missing')).rejects.toMatchObject(refused);
    await expect(assumeWith(right, 'deployer')).rejects.toMatchObject(refused);
    for (const claims of [{ aud: 'https://github.com/shop' }, { sub: 'repo:other/web:ref:refs/heads/main' }])
      await expect(assumeWith(webIdentityToken({ ...claims, exp: inSeconds(60) }))).rejects.toMatchObject(
        refused,
      );
  });

  it('refuses a token of a provider that the account does not have', async () => {
    const token = webIdentityToken({ iss: 'https://gitlab.example.com', exp: inSeconds(60) });
    await expect(assumeWith(token)).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
      message: 'No OpenIDConnect provider found in your account for https://gitlab.example.com',
    });
  });
});

describe('the trust policy of a role', () => {
  const iamOf = () => {
    const { endpoint, region, credentials } = sandbox;
    return new IAMClient({ endpoint, region, credentials });
  };
  const OWN_ROOT = 'arn:aws:iam::123456789012:root';
  async function createRole(RoleName: string, statement: object, MaxSessionDuration?: number) {
    const AssumeRolePolicyDocument = JSON.stringify({
      Statement: [{ Effect: 'Allow', Principal: { AWS: OWN_ROOT }, Action: 'sts:AssumeRole', ...statement }],
    });
    await iamOf().send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, MaxSessionDuration }));
  }
  const ask = (name: string, more: Partial<AssumeRoleCommandInput> = {}, client = sts) =>
    client.send(new AssumeRoleCommand({ RoleArn: role(name), RoleSessionName: 'release', ...more }));
  const stsAs = (credentials: Credentials | undefined) => {
    const { endpoint, region } = sandbox;
    return new STSClient({ endpoint, region, credentials: keysOf(credentials) });
  };
  const refusal = (
    name: string,
    action = 'sts:AssumeRole',
    who = 'arn:aws:iam::123456789012:user/sandbox',
  ) => ({
    name: 'AccessDenied',
    message: `User: ${who} is not authorized to perform: ${action} on resource: ${role(name)}`,
  });

  it('lets in whom it names: the account, a user, and every session of a role', async () => {
    await createRole('by-number', { Principal: { AWS: '123456789012' } });
    await createRole('by-user', { Principal: { AWS: ['arn:aws:iam::123456789012:user/sandbox'] } });
    await createRole('by-role', { Principal: { AWS: role('deployer') } });
    await createRole('by-other', { Principal: { AWS: '210987654321' } });
    await createRole('by-tasks', { Principal: { Service: 'ecs-tasks.amazonaws.com' } });
    for (const name of ['by-number', 'by-user']) await expect(ask(name)).resolves.toBeDefined();
    for (const name of ['by-role', 'by-other', 'by-tasks'])
      await expect(ask(name)).rejects.toMatchObject(refusal(name));
    const { Credentials: own } = await ask('deployer');
    await expect(ask('by-role', {}, stsAs(own))).resolves.toBeDefined();
    const session = 'arn:aws:sts::123456789012:assumed-role/deployer/release';
    await expect(ask('by-user', {}, stsAs(own))).rejects.toMatchObject(
      refusal('by-user', 'sts:AssumeRole', session),
    );
  });

  it('asks for an external id, and lets nobody in with another or with none', async () => {
    await expect(ask('external-deployer', { ExternalId: 'rehearsal' })).resolves.toBeDefined();
    for (const more of [{ ExternalId: 'other' }, {}])
      await expect(ask('external-deployer', more)).rejects.toMatchObject(refusal('external-deployer'));
  });

  it('asks for MFA, which a session of GetSessionToken brings along and one of a role does not', async () => {
    clock.advance(60_000);
    const { Credentials: withMfa } = await sts.send(
      new GetSessionTokenCommand({
        SerialNumber: 'arn:aws:iam::123456789012:mfa/sandbox',
        TokenCode: mfaCodeAt(clock.now()),
      }),
    );
    const { Credentials: without } = await sts.send(new GetSessionTokenCommand({}));
    await expect(ask('mfa-deployer', {}, stsAs(without))).rejects.toMatchObject(refusal('mfa-deployer'));
    const { Credentials: ofRole } = await ask('mfa-deployer', {}, stsAs(withMfa));
    await expect(ask('mfa-deployer', {}, stsAs(ofRole))).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('asks for a source identity, which goes on to the next role and cannot be changed', async () => {
    await createRole('signed-work', {
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
      Condition: { StringLike: { 'sts:SourceIdentity': 'ana*' } },
    });
    await expect(ask('signed-work')).rejects.toMatchObject(refusal('signed-work'));
    await expect(ask('signed-work', { SourceIdentity: 'bob' })).rejects.toMatchObject(refusal('signed-work'));
    const { Credentials: first, SourceIdentity } = await ask('signed-work', { SourceIdentity: 'ana.b' });
    expect(SourceIdentity).toBe('ana.b');
    const next = await ask('deployer', {}, stsAs(first));
    expect(next.SourceIdentity).toBe('ana.b');
    await expect(ask('deployer', { SourceIdentity: 'bob' }, stsAs(first))).rejects.toMatchObject({
      message: expect.stringContaining('sts:SetSourceIdentity'),
    });
    await createRole('unsigned', {});
    await expect(ask('unsigned', { SourceIdentity: 'ana' })).rejects.toMatchObject(
      refusal('unsigned', 'sts:SetSourceIdentity'),
    );
    await expect(ask('unsigned', { Tags: [{ Key: 'team', Value: 'shop' }] })).rejects.toMatchObject(
      refusal('unsigned', 'sts:TagSession'),
    );
  });

  it.each([
    ['StringNotEquals', 'sts:ExternalId', 'a', 'bc', true],
    ['StringNotEquals', 'sts:ExternalId', 'ab', 'ab', false],
    ['StringEqualsIgnoreCase', 'sts:ExternalId', 'AB', 'ab', true],
    ['StringLike', 'sts:ExternalId', 'rel?ase-*', 'release-7', true],
    ['StringNotLike', 'sts:ExternalId', 'rel*', 'release', false],
    ['StringEqualsIfExists', 'sts:ExternalId', 'ab', undefined, true],
    ['Null', 'sts:ExternalId', 'true', 'ab', false],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:user/s*', undefined, true],
    ['ArnEquals', 'aws:PrincipalArn', 'arn:aws:iam::123456789012:role/*', undefined, false],
    ['BoolIfExists', 'aws:MultiFactorAuthPresent', 'true', undefined, true],
    ['Bool', 'aws:MultiFactorAuthPresent', 'false', undefined, false],
    ['NumericGreaterThan', 'sts:ExternalId', '4', '50', true],
    ['NumericGreaterThan', 'sts:ExternalId', '', '50', false],
    ['NumericLessThan', 'aws:MultiFactorAuthAge', '60', undefined, false],
    // What the sandbox cannot decide allows nothing.
    ['IpAddress', 'aws:SourceIp', '0.0.0.0/0', undefined, false],
  ])('with %s of %s being %s decides on %s', async (operator, key, value, ExternalId, isAllowed) => {
    const name = `c-${operator}-${String(ExternalId)}-${value.length}`;
    await createRole(name, { Condition: { [operator]: { [key]: value } } });
    const asked = ask(name, { ExternalId }).then(
      () => true,
      () => false,
    );
    expect(await asked).toBe(isAllowed);
  });

  it('with a Deny counts before every Allow', async () => {
    await createRole('closed', {});
    const PolicyDocument = JSON.stringify({
      Statement: [
        { Effect: 'Allow', Principal: { AWS: OWN_ROOT }, Action: 'sts:AssumeRole' },
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 'sts:*',
          Condition: { StringEquals: { 'sts:RoleSessionName': 'release' } },
        },
      ],
    });
    await iamOf().send(new UpdateAssumeRolePolicyCommand({ RoleName: 'closed', PolicyDocument }));
    await expect(ask('closed')).rejects.toMatchObject(refusal('closed'));
    await expect(ask('closed', { RoleSessionName: 'other' })).resolves.toBeDefined();
    await iamOf().send(new DeleteRoleCommand({ RoleName: 'closed' }));
    await expect(ask('closed', { RoleSessionName: 'other' })).rejects.toMatchObject(refusal('closed'));
  });

  it('is matched in linear time, whatever a stranger writes', async () => {
    await createRole('slow', { Condition: { StringLike: { 'sts:ExternalId': `${'*a'.repeat(500)}b` } } });
    await expect(ask('slow', { ExternalId: 'a'.repeat(1224) })).rejects.toMatchObject(refusal('slow'));
  });

  it('of the role of another account lets in, and what its keys do here is refused', async () => {
    const RoleArn = 'arn:aws:iam::210987654321:role/visitor';
    const { Credentials: foreign } = await ask('', { RoleArn });
    const identity = await stsAs(foreign).send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({
      Account: '210987654321',
      Arn: 'arn:aws:sts::210987654321:assumed-role/visitor/release',
    });
    const { endpoint, region } = sandbox;
    const ecs = new ECSClient({ endpoint, region, credentials: keysOf(foreign) });
    await expect(ecs.send(new ListClustersCommand({}))).rejects.toThrow(
      'is not authorized to perform: ecs:ListClusters',
    );
  });

  it('gives no longer sessions than its role allows, and an hour where a session assumes it', async () => {
    await createRole('long-work', {}, 7200);
    const { Credentials: issued } = await ask('long-work', { DurationSeconds: 7200 });
    expect(issued?.Expiration?.getTime()).toBe(clock.now().getTime() + 7_200_000);
    await expect(ask('long-work', { DurationSeconds: 7201 })).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    });
    await expect(ask('long-work', { DurationSeconds: 3601 }, stsAs(issued))).rejects.toMatchObject({
      name: 'ValidationError',
      message:
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    });
    await expect(ask('long-work', { DurationSeconds: 3600 }, stsAs(issued))).resolves.toBeDefined();
  });

  it('gives sessions that end by the clock of the sandbox, with the words of AWS', async () => {
    const { Credentials: issued } = await ask('deployer', { DurationSeconds: 900 });
    clock.advance(899_000);
    await expect(stsAs(issued).send(new GetCallerIdentityCommand({}))).resolves.toBeDefined();
    clock.advance(1000);
    await expect(stsAs(issued).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'ExpiredToken',
      message: 'The security token included in the request is expired',
      $metadata: { httpStatusCode: 403 },
    });
  });
});

it('GetSessionToken takes 15 minutes to 36 hours, and 12 hours by default', async () => {
  const lastsFor = async (DurationSeconds?: number) => {
    const start = clock.now().getTime();
    const { Credentials: issued } = await sts.send(new GetSessionTokenCommand({ DurationSeconds }));
    return ((issued?.Expiration?.getTime() ?? 0) - start) / 1000;
  };
  expect([await lastsFor(), await lastsFor(900), await lastsFor(129_600)]).toEqual([43_200, 900, 129_600]);
  for (const seconds of [899, 129_601])
    await expect(lastsFor(seconds)).rejects.toMatchObject({ name: 'ValidationError' });
});

it.each([
  ['a role that does not exist', role('missing'), 'release', 900, 'AccessDenied'],
  ['a role of an account that is none', 'arn:aws:iam::999999999999:role/x', 'release', 900, 'AccessDenied'],
  ['an ARN of no role', 'arn:aws:iam::123456789012:user/someone', 'release', 900, 'ValidationError'],
  ['a session name with spaces', role('deployer'), 'a b', 900, 'ValidationError'],
  ['a session name of 65 characters', role('deployer'), 'a'.repeat(65), 900, 'ValidationError'],
  ['too short a session', role('deployer'), 'release', 60, 'ValidationError'],
])('refuses %s', async (_what, RoleArn, RoleSessionName, DurationSeconds, name) => {
  const call = sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName, DurationSeconds }));
  await expect(call).rejects.toThrow(expect.objectContaining({ name }));
});
