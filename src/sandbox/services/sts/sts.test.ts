import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../start.ts';
import { createSteppedClock } from '../../testing/stepped-clock.ts';

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

it.each([
  ['a role that refuses', role('denied'), 'release', 900, 'AccessDenied'],
  ['a role of another account', 'arn:aws:iam::999999999999:role/x', 'release', 900, 'AccessDenied'],
  ['an ARN of no role', 'arn:aws:iam::123456789012:user/someone', 'release', 900, 'ValidationError'],
  ['a session name with spaces', role('deployer'), 'a b', 900, 'ValidationError'],
  ['too short a session', role('deployer'), 'release', 60, 'ValidationError'],
])('refuses %s', async (_what, RoleArn, RoleSessionName, DurationSeconds, name) => {
  const call = sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName, DurationSeconds }));
  await expect(call).rejects.toThrow(expect.objectContaining({ name }));
});
