import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../../sandbox/testing/sandbox.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../../testing/release-engine.ts';

const ACCOUNT = '123456789012';
const TRUST = JSON.stringify({
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
});

let sandbox: TestSandbox;
let engine: ReleaseEngine | undefined;

beforeEach(async () => {
  sandbox = await startTestSandbox({ scenario: 'empty' });
});
afterEach(async () => {
  engine?.close();
  await sandbox.close();
});

it.each([
  ['cn-north-1', 'aws-cn', 'amazonaws.com.cn'],
  ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com'],
  ['eusc-de-east-1', 'aws-eusc', 'amazonaws.eu'],
])('in %s the checks ask about ARNs of %s and pass', async (region, partition, suffix) => {
  const { endpoint, credentials } = sandbox;
  const client = { endpoint, region, credentials };
  const ecs = new ECSClient(client);
  const iam = new IAMClient(client);
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName: 'pull', AssumeRolePolicyDocument: TRUST }),
  );
  expect(Role?.Arn).toBe(`arn:${partition}:iam::${ACCOUNT}:role/pull`);
  const allowed = (Action: readonly string[], Resource: string) => ({ Effect: 'Allow', Action, Resource });
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'pull',
      PolicyName: 'exact',
      PolicyDocument: JSON.stringify({
        Statement: [
          allowed(['ecr:GetAuthorizationToken'], '*'),
          allowed(['ecr:*'], `arn:${partition}:ecr:${region}:${ACCOUNT}:repository/web`),
          allowed(['ssm:GetParameters'], `arn:${partition}:ssm:${region}:${ACCOUNT}:parameter/token`),
        ],
      }),
    }),
  );
  await new SSMClient(client).send(new PutParameterCommand({ Name: 'token', Value: 'x', Type: 'String' }));
  const { cluster } = await ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
  expect(cluster?.clusterArn).toBe(`arn:${partition}:ecs:${region}:${ACCOUNT}:cluster/main`);
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'web',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: Role?.Arn,
      containerDefinitions: [
        {
          name: 'app',
          image: `${ACCOUNT}.dkr.ecr.${region}.${suffix}/web:1`,
          secrets: [{ name: 'TOKEN', valueFrom: 'token' }],
        },
      ],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster: 'main',
      serviceName: 'web',
      taskDefinition: 'web',
      desiredCount: 0,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    }),
  );

  engine = await openReleaseEngine({ endpoint, region, credentials });
  const service = engine.service('main', 'web');
  const { checks } = await engine.releases['releases.plan'](
    { service, change: { environment: [{ container: 'app', set: [{ name: 'LEVEL', value: 'info' }] }] } },
    aCall(),
  );
  const results = new Map(checks.map(({ rule, result }) => [rule, result]));
  for (const rule of ['role', 'pass-role', 'pull-permission', 'secrets', 'secret-permission']) {
    expect([rule, results.get(rule)]).toEqual([rule, 'pass']);
  }
});
