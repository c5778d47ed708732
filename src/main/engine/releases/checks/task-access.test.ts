import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { DeleteSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DeleteParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../../sandbox/testing/sandbox.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../../testing/release-engine.ts';

/** What the demo scenario's task definition of the service names. */
const EXECUTION_ROLE = 'ecs-execution';
const TASK_ROLE = 'dashboard-task';
const SECRET = 'tools/dashboard/database';
const PARAMETER = '/tools/dashboard/api-token';

let sandbox: TestSandbox;
let engine: ReleaseEngine;
let iam: IAMClient;
let secrets: SecretsManagerClient;
let parameters: SSMClient;

async function open(deniedActions: readonly string[] = []): Promise<void> {
  sandbox = await startTestSandbox({ scenario: 'demo', deniedActions });
  engine = await openReleaseEngine(sandbox);
  const { endpoint, region, credentials } = sandbox;
  iam = new IAMClient({ endpoint, region, credentials });
  secrets = new SecretsManagerClient({ endpoint, region, credentials });
  parameters = new SSMClient({ endpoint, region, credentials });
}

async function close(): Promise<void> {
  engine.close();
  await sandbox.close();
}

/** The checks of a rule, of a plan for another image of the service. */
async function checksOf(rule: string): Promise<readonly Check[]> {
  const service = engine.service('tools', 'dashboard');
  const change = { images: [{ container: 'app', image: `${engine.registry}/dashboard:5.2.0` }] };
  const { checks } = await engine.releases['releases.plan']({ service, change }, aCall());
  return checks.filter((check) => check.rule === rule);
}

async function deleteRole(RoleName: string): Promise<void> {
  const inline = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  for (const PolicyName of inline.PolicyNames ?? [])
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  const attached = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  for (const { PolicyArn } of attached.AttachedPolicies ?? [])
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  await iam.send(new DeleteRoleCommand({ RoleName }));
}

describe('the dependencies of new tasks', () => {
  beforeEach(() => open());
  afterEach(close);

  it('pass when they exist, without reading the value of a secret', async () => {
    expect(await checksOf('role')).toMatchObject([
      { subject: EXECUTION_ROLE, result: 'pass' },
      { subject: TASK_ROLE, result: 'pass' },
    ]);
    expect(await checksOf('pass-role')).toMatchObject([
      {
        result: 'pass',
        message: `You are allowed to pass ${EXECUTION_ROLE} and ${TASK_ROLE} (iam:PassRole)`,
      },
    ]);
    expect(await checksOf('pull-permission')).toMatchObject([{ result: 'pass' }]);
    expect(await checksOf('secrets')).toMatchObject([
      { result: 'pass', message: 'The 2 secrets and parameters of the task exist' },
    ]);
    expect(await checksOf('secret-permission')).toMatchObject([{ result: 'pass' }]);
    const asked = sandbox.calls().map(({ operation }) => operation);
    expect(asked).toContain('DescribeSecret');
    expect(asked).toContain('DescribeParameters');
    expect(asked.filter((operation) => /^Get(?:Secret|Parameter)/.test(operation))).toEqual([]);
  });

  it('fail for a secret scheduled for deletion, and for a deleted parameter', async () => {
    await secrets.send(new DeleteSecretCommand({ SecretId: SECRET, RecoveryWindowInDays: 7 }));
    await parameters.send(new DeleteParameterCommand({ Name: PARAMETER }));
    const checks = await checksOf('secrets');
    expect(checks.map(({ result, overridable }) => [result, overridable])).toEqual([
      ['fail', true],
      ['fail', true],
    ]);
    expect(checks.map(({ message }) => message)).toEqual([
      `The secret ${SECRET}-Qx7aBc is scheduled for deletion and can't be read, so no task can start`,
      `The parameter ${PARAMETER} doesn't exist, so no task can start`,
    ]);
  });

  it('fail for a deleted secret', async () => {
    await secrets.send(new DeleteSecretCommand({ SecretId: SECRET, ForceDeleteWithoutRecovery: true }));
    expect(await checksOf('secrets')).toMatchObject([
      { result: 'fail', message: `The secret ${SECRET}-Qx7aBc doesn't exist, so no task can start` },
    ]);
  });

  it('fail for a deleted role', async () => {
    await deleteRole(TASK_ROLE);
    expect(await checksOf('role')).toMatchObject([
      { subject: EXECUTION_ROLE, result: 'pass' },
      { subject: TASK_ROLE, result: 'fail', overridable: true },
    ]);
  });

  it('fail for a role that does not trust ECS', async () => {
    const trust = {
      Statement: { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
    };
    const PolicyDocument = JSON.stringify(trust);
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: TASK_ROLE, PolicyDocument }));
    expect((await checksOf('role'))[1]).toMatchObject({
      result: 'fail',
      message: `The role ${TASK_ROLE} doesn't trust ECS, so no task can start`,
    });
  });

  it('fail for an execution role that can neither pull nor read the secrets, unless running tasks prove it', async () => {
    await deleteRole(EXECUTION_ROLE);
    const trusting = await iam.send(new GetRoleCommand({ RoleName: TASK_ROLE }));
    const AssumeRolePolicyDocument = decodeURIComponent(trusting.Role?.AssumeRolePolicyDocument ?? '');
    await iam.send(new CreateRoleCommand({ RoleName: EXECUTION_ROLE, AssumeRolePolicyDocument }));
    expect(await checksOf('secret-permission')).toMatchObject([
      {
        result: 'fail',
        message: expect.stringContaining('secretsmanager:GetSecretValue, ssm:GetParameters'),
      },
    ]);
    expect(await checksOf('pull-permission')).toMatchObject([
      { result: 'pass', message: expect.stringContaining('Running tasks') },
    ]);
    await engine.ecs.send(
      new UpdateServiceCommand({ cluster: 'tools', service: 'dashboard', desiredCount: 0 }),
    );
    await sandbox.clock.advanceUntil(async () => {
      expect((await engine.describe(engine.service('tools', 'dashboard'))).runningCount).toBe(0);
    });
    expect(await checksOf('pull-permission')).toMatchObject([
      { result: 'fail', overridable: true, message: expect.stringContaining('ecr:GetAuthorizationToken') },
    ]);
  });
});

describe('a permission with a condition', () => {
  beforeEach(() => open());
  afterEach(close);

  it('is unknown, because only a real request provides the context', async () => {
    const Statement = {
      Effect: 'Allow',
      Action: ['secretsmanager:GetSecretValue', 'ssm:GetParameters'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-0a1b2c3d' } },
    };
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: EXECUTION_ROLE,
        PolicyName: 'read-secrets',
        PolicyDocument: JSON.stringify({ Statement }),
      }),
    );
    expect(await checksOf('secret-permission')).toMatchObject([
      { result: 'unknown', advice: expect.stringContaining('aws:SourceVpc') },
    ]);
  });
});

describe('a denied read', () => {
  afterEach(close);

  it.each([
    ['iam:GetRole', 'role'],
    ['iam:SimulatePrincipalPolicy', 'pass-role'],
    ['iam:SimulatePrincipalPolicy', 'secret-permission'],
    ['secretsmanager:DescribeSecret', 'secrets'],
    ['ssm:DescribeParameters', 'secrets'],
  ])('of %s leaves %s unknown, and is named', async (action, rule) => {
    await open([action]);
    const [check] = await checksOf(rule);
    expect(check?.result).toBe('unknown');
    expect(check?.advice).toContain(action);
  });

  it('is not needed when iam:PassRole is denied: the plan reports it', async () => {
    await open(['iam:PassRole']);
    expect(await checksOf('pass-role')).toMatchObject([{ result: 'fail', overridable: true }]);
  });
});
