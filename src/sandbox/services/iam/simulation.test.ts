import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../start.ts';

const ACCOUNT = 'arn:aws:iam::123456789012';
const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db-Qx7aBc';
const TRUST = JSON.stringify({
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
});

let sandbox: Sandbox;
let client: IAMClient;
beforeAll(async () => {
  sandbox = await startSandbox({ scenario: 'empty', deniedActions: ['iam:PassRole'] });
  client = new IAMClient(sandbox);
});
afterAll(() => sandbox.close());

/** The decisions by action and resource. */
async function simulate(
  PolicySourceArn: string,
  ActionNames: string[],
  ResourceArns?: string[],
  using = client,
): Promise<Record<string, string | undefined>> {
  const { EvaluationResults = [] } = await using.send(
    new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames, ResourceArns }),
  );
  return Object.fromEntries(
    EvaluationResults.map(({ EvalActionName, EvalResourceName, EvalDecision }) => [
      `${EvalActionName} ${EvalResourceName}`,
      EvalDecision,
    ]),
  );
}

describe('a role', () => {
  const role = async (name: string, statements: readonly object[]) => {
    await client.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: TRUST }));
    if (statements.length > 0) {
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements });
      await client.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument }));
    }
    return `${ACCOUNT}:role/${name}`;
  };

  it('is allowed what its inline policies allow, with wildcards in actions and resources', async () => {
    const arn = await role('wild', [
      { Effect: 'Allow', Action: 'SecretsManager:get*', Resource: `${SECRET.slice(0, -6)}??????` },
      { Effect: 'Allow', NotAction: 'ecs:*', Resource: 'arn:aws:s3:::shop' },
    ]);
    const actions = ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'];
    expect(await simulate(arn, actions, [SECRET, `${SECRET}x`])).toEqual({
      [`secretsmanager:GetSecretValue ${SECRET}`]: 'allowed',
      [`secretsmanager:GetSecretValue ${SECRET}x`]: 'implicitDeny',
      [`secretsmanager:PutSecretValue ${SECRET}`]: 'implicitDeny',
      [`secretsmanager:PutSecretValue ${SECRET}x`]: 'implicitDeny',
    });
    expect(await simulate(arn, ['s3:GetObject', 'ecs:RunTask'], ['arn:aws:s3:::shop'])).toEqual({
      's3:GetObject arn:aws:s3:::shop': 'allowed',
      'ecs:RunTask arn:aws:s3:::shop': 'implicitDeny',
    });
  });

  it('is denied what one policy denies, whatever the others allow', async () => {
    const arn = await role('denied', [{ Effect: 'Deny', Action: 'ecr:BatchGetImage', Resource: '*' }]);
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await client.send(new AttachRolePolicyCommand({ RoleName: 'denied', PolicyArn }));
    expect(await simulate(arn, ['ecr:BatchGetImage', 'ecr:PutImage'])).toEqual({
      'ecr:BatchGetImage *': 'explicitDeny',
      'ecr:PutImage *': 'allowed',
    });
  });

  it('can pull and write logs with the policy for task execution, and nothing else', async () => {
    const arn = await role('agent', []);
    const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';
    await client.send(new AttachRolePolicyCommand({ RoleName: 'agent', PolicyArn }));
    const actions = ['ecr:GetAuthorizationToken', 'logs:PutLogEvents', 'logs:CreateLogGroup'];
    expect(await simulate(arn, actions)).toEqual({
      'ecr:GetAuthorizationToken *': 'allowed',
      'logs:PutLogEvents *': 'allowed',
      'logs:CreateLogGroup *': 'implicitDeny',
    });
  });

  it('is allowed nothing by a statement with a condition, since no context is known', async () => {
    const Condition = { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } };
    const arn = await role('conditional', [{ Effect: 'Allow', Action: '*', Resource: '*', Condition }]);
    expect(await simulate(arn, ['ecs:RunTask'])).toEqual({ 'ecs:RunTask *': 'implicitDeny' });
  });
});

describe('the caller', () => {
  it('is allowed everything except what the sandbox denies', async () => {
    const passed = `${ACCOUNT}:role/ecs-execution`;
    expect(
      await simulate(`${ACCOUNT}:user/sandbox`, ['iam:PassRole', 'ecs:UpdateService'], [passed]),
    ).toEqual({ [`iam:PassRole ${passed}`]: 'implicitDeny', [`ecs:UpdateService ${passed}`]: 'allowed' });
  });

  it('can be the session of a role, or a read-only key', async () => {
    const RoleArn = `${ACCOUNT}:role/deployer`;
    const { Credentials } = await new STSClient(sandbox).send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: 'release' }),
    );
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
    const session = new IAMClient({ ...sandbox, credentials });
    expect(await simulate(RoleArn, ['ecs:UpdateService'], undefined, session)).toEqual({
      'ecs:UpdateService *': 'allowed',
    });

    const readonly = { accessKeyId: 'readonly', secretAccessKey: 'readonly' };
    const reader = new IAMClient({ ...sandbox, credentials: readonly });
    const actions = ['ecs:ListTasks', 'ecs:RunTask', 'secretsmanager:GetSecretValue'];
    expect(await simulate(`${ACCOUNT}:user/readonly`, actions, undefined, reader)).toEqual({
      'ecs:ListTasks *': 'allowed',
      'ecs:RunTask *': 'implicitDeny',
      'secretsmanager:GetSecretValue *': 'implicitDeny',
    });
  });
});

it.each([
  [`${ACCOUNT}:role/nobody`, 'ecs:RunTask', 'The role with name nobody cannot be found.'],
  [`${ACCOUNT}:user/nobody`, 'ecs:RunTask', 'The user with name nobody cannot be found.'],
  [
    'arn:aws:sts::123456789012:assumed-role/deployer/release',
    'ecs:RunTask',
    'Invalid Entity Arn: arn:aws:sts::123456789012:assumed-role/deployer/release does not clearly define entity type and name.',
  ],
  [`${ACCOUNT}:user/sandbox`, 'RunTask', 'Invalid Action: RunTask'],
])('refuses to simulate %s with %s', async (source, action, message) => {
  await expect(simulate(source, [action])).rejects.toThrow(message);
});
