import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  DescribeServiceDeploymentsCommand,
  type DescribeTaskDefinitionResponse,
  ECSClient,
  ListServiceDeploymentsCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isInstalled } from './testing/installed-program.ts';
import { startTestSandbox, type TestSandbox } from './testing/sandbox.ts';

const run = promisify(execFile);
const HAS_AWS = isInstalled('aws');

describe.skipIf(!HAS_AWS)('the AWS command line', () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox({ scenario: 'demo' });
  });
  afterAll(() => sandbox.close());

  /** Runs `aws` with only an endpoint and a key. */
  async function aws(args: readonly string[], key = 'sandbox'): Promise<string> {
    const { stdout } = await run('aws', ['--endpoint-url', sandbox.endpoint, ...args], {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_DEFAULT_REGION: sandbox.region,
        AWS_ACCESS_KEY_ID: key,
        AWS_SECRET_ACCESS_KEY: key,
        AWS_PAGER: '',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_MAX_ATTEMPTS: '1',
      },
    });
    return stdout;
  }

  const json = async <T>(args: readonly string[]): Promise<T> =>
    JSON.parse(await aws([...args, '--output', 'json'])) as T;

  it('lists all pages', async () => {
    const { serviceArns } = await json<{ serviceArns: readonly string[] }>([
      'ecs',
      'list-services',
      '--cluster',
      'production',
      '--page-size',
      '2',
    ]);
    expect(serviceArns.length).toBeGreaterThan(4);
    expect(new Set(serviceArns).size).toBe(serviceArns.length);
    const { taskDefinitionArns } = await json<{ taskDefinitionArns: readonly string[] }>([
      'ecs',
      'list-task-definitions',
      '--family-prefix',
      'web',
      '--page-size',
      '3',
    ]);
    expect(taskDefinitionArns.length).toBeGreaterThan(3);
  });

  it('deploys as scripts do: describe, edit, register, update, wait', async () => {
    const where = ['--cluster', 'production', '--service', 'checkout'];
    const { taskDefinition } = await json<DescribeTaskDefinitionResponse>([
      'ecs',
      'describe-task-definition',
      '--task-definition',
      'checkout',
    ]);
    const { containerDefinitions, family, cpu, memory, networkMode, executionRoleArn, taskRoleArn } =
      taskDefinition ?? {};
    const content = {
      containerDefinitions,
      family,
      cpu,
      memory,
      networkMode,
      executionRoleArn,
      taskRoleArn,
      requiresCompatibilities: ['FARGATE'],
    };
    const registered = await json<DescribeTaskDefinitionResponse>([
      'ecs',
      'register-task-definition',
      '--cli-input-json',
      JSON.stringify(content),
    ]);
    const arn = registered.taskDefinition?.taskDefinitionArn ?? '';
    await aws(['ecs', 'update-service', ...where, '--task-definition', arn]);

    const { endpoint, region, credentials } = sandbox;
    const client = new ECSClient({ endpoint, region, credentials });
    // The waiter looks every 15 seconds, which is long: so it only looks once the deployment has ended.
    await sandbox.clock.advanceUntil(async () => {
      const listed = await client.send(
        new ListServiceDeploymentsCommand({ cluster: 'production', service: 'checkout' }),
      );
      const serviceDeploymentArns = [listed.serviceDeployments?.[0]?.serviceDeploymentArn ?? ''];
      const { serviceDeployments } = await client.send(
        new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }),
      );
      expect(serviceDeployments?.[0]?.status).toBe('SUCCESSFUL');
    });
    await aws(['ecs', 'wait', 'services-stable', '--cluster', 'production', '--services', 'checkout']);
    const running = await aws([
      'ecs',
      'describe-services',
      '--cluster',
      'production',
      '--services',
      'checkout',
      '--query',
      'services[0].deployments[0].taskDefinition',
      '--output',
      'text',
    ]);
    expect(running.trim()).toBe(arn);
  });

  it('logs in to the registry, and reads images, roles, target groups and alarms', async () => {
    const role = ['--role-arn', 'arn:aws:iam::123456789012:role/deployer', '--role-session-name', 'cli'];
    const [password, images, assumed, groups] = await Promise.all([
      aws(['ecr', 'get-login-password']),
      json<{ imageDetails: readonly unknown[] }>([
        'ecr',
        'describe-images',
        '--repository-name',
        'checkout',
        '--page-size',
        '3',
      ]),
      json(['sts', 'assume-role', ...role]),
      json<{ TargetGroups: readonly unknown[] }>(['elbv2', 'describe-target-groups']),
    ]);
    expect(password).toMatch(/^\S+\n$/);
    expect(images.imageDetails.length).toBeGreaterThan(3);
    expect(groups.TargetGroups.length).toBeGreaterThan(3);
    expect(assumed).toMatchObject({
      AssumedRoleUser: { Arn: 'arn:aws:sts::123456789012:assumed-role/deployer/cli' },
    });

    const metric = ['--metric-name', '5xx', '--namespace', 'Shop', '--period', '60', '--statistic', 'Sum'];
    const threshold = ['--evaluation-periods', '1', '--threshold', '1'];
    const comparison = ['--comparison-operator', 'GreaterThanThreshold'];
    await aws([
      'cloudwatch',
      'put-metric-alarm',
      '--alarm-name',
      'cli',
      ...metric,
      ...threshold,
      ...comparison,
    ]);
    expect(await json(['cloudwatch', 'describe-alarms'])).toMatchObject({
      MetricAlarms: [{ AlarmName: 'cli', StateValue: 'INSUFFICIENT_DATA' }],
    });
  });

  it('reads the dependencies of a task besides its image', async () => {
    // The command line has decoded the policy.
    expect(await json(['iam', 'get-role', '--role-name', 'ecs-execution'])).toMatchObject({
      Role: {
        AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: 'ecs-tasks.amazonaws.com' } }] },
      },
    });
    const source = 'arn:aws:iam::123456789012:role/ecs-execution';
    const actions = ['ecr:BatchGetImage', 'ecs:RunTask'];
    expect(
      await json([
        'iam',
        'simulate-principal-policy',
        '--policy-source-arn',
        source,
        '--action-names',
        ...actions,
      ]),
    ).toMatchObject({ EvaluationResults: [{ EvalDecision: 'allowed' }, { EvalDecision: 'implicitDeny' }] });
    const secret = ['--secret-id', 'production/web/database'];
    expect(await json(['secretsmanager', 'describe-secret', ...secret])).toMatchObject({
      ARN: expect.stringMatching(/:secret:production\/web\/database-Qx7aBc$/),
    });
    await expect(aws(['ssm', 'get-parameter', '--name', '/nowhere'])).rejects.toThrow('ParameterNotFound');
  });

  it.each([
    ['expired', 'ExpiredTokenException'],
    ['readonly', 'AccessDeniedException'],
  ])('gets the error of the key %s', async (key, name) => {
    const call = aws(['ecs', 'update-service', '--cluster', 'production', '--service', 'web'], key);
    await expect(call).rejects.toThrow(name);
  });
});
