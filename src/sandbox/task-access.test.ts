import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ContainerDefinition,
  CreateServiceCommand,
  DescribeTasksCommand,
  ECSClient,
  type LaunchType,
  RegisterContainerInstanceCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  type Task,
  type TaskOverride,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  DeleteParameterCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from './start.ts';
import { createSteppedClock, type SteppedClock } from './testing/stepped-clock.ts';

const ROLE = 'ecs-execution';
const ROLE_ARN = `arn:aws:iam::123456789012:role/${ROLE}`;
const PARAMETER = '/shop/token';
const MANAGED = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';
const MINUTE = 60_000;

let clock: SteppedClock;
let sandbox: Sandbox;
let ecs: ECSClient;
let iam: IAMClient;
let secrets: SecretsManagerClient;
let parameters: SSMClient;

async function open(deniedActions: readonly string[] = []): Promise<void> {
  clock = createSteppedClock({ start: new Date('2026-01-01T00:00:00Z') });
  sandbox = await startSandbox({ scenario: 'demo', clock, deniedActions });
  ecs = new ECSClient(sandbox);
  iam = new IAMClient(sandbox);
  secrets = new SecretsManagerClient(sandbox);
  parameters = new SSMClient(sandbox);
}

async function register(secret: string, taskRoleArn?: string): Promise<string> {
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'shop',
      ...FARGATE,
      executionRoleArn: ROLE_ARN,
      taskRoleArn,
      containerDefinitions: [
        {
          name: 'app',
          image: `${new URL(sandbox.endpoint).host}/web:1.8.0`,
          secrets: [
            { name: 'DATABASE_URL', valueFrom: `${secret}:url::` },
            { name: 'TOKEN', valueFrom: PARAMETER },
          ],
        },
      ],
    }),
  );
  return taskDefinition?.taskDefinitionArn ?? '';
}

/** Runs a task and lets it come as far as it comes. */
async function run(
  taskDefinition: string,
  overrides: TaskOverride = {},
  launchType: LaunchType = 'FARGATE',
): Promise<Task | undefined> {
  const launch = { launchType, ...NETWORK } as const;
  const started = await ecs.send(
    new RunTaskCommand({ cluster: 'tools', taskDefinition, overrides, ...launch }),
  );
  clock.advance(5 * MINUTE);
  const tasks = (started.tasks ?? []).map(({ taskArn = '' }) => taskArn);
  const described = await ecs.send(new DescribeTasksCommand({ cluster: 'tools', tasks }));
  return described.tasks?.[0];
}

const FARGATE = {
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
} as const satisfies Partial<RegisterTaskDefinitionCommandInput>;
const NETWORK = { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } };

describe('a task', () => {
  let secret: string;
  beforeEach(async () => {
    await open();
    const { ARN = '' } = await secrets.send(new CreateSecretCommand({ Name: 'shop/db', SecretString: '{}' }));
    await parameters.send(new PutParameterCommand({ Name: PARAMETER, Value: 'once', Type: 'SecureString' }));
    secret = ARN;
  });
  afterEach(() => sandbox.close());

  const detach = () => iam.send(new DetachRolePolicyCommand({ RoleName: ROLE, PolicyArn: MANAGED }));
  const forget = () => iam.send(new DeleteRolePolicyCommand({ RoleName: ROLE, PolicyName: 'read-secrets' }));
  const allow = (...Action: readonly string[]) => {
    const PolicyDocument = JSON.stringify({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
    return iam.send(new PutRolePolicyCommand({ RoleName: ROLE, PolicyName: 'some', PolicyDocument }));
  };

  it('runs with its roles, rights, secrets and parameters', async () => {
    const arn = await register(secret, 'arn:aws:iam::123456789012:role/ecsTaskRole');
    expect(await run(arn)).toMatchObject({ lastStatus: 'RUNNING' });
  });

  it.each([
    [
      'an option of its log driver is a secret that does not exist',
      {
        logConfiguration: {
          logDriver: 'splunk',
          options: { 'splunk-url': 'https://splunk.example' },
          secretOptions: [{ name: 'splunk-token', valueFrom: '/none' }],
        },
      },
      'unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: /none',
    ],
    [
      'the credentials of its registry do not exist',
      { repositoryCredentials: { credentialsParameter: 'docker-hub' } },
      "failed to fetch secret docker-hub from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    ],
  ] as const)('does not start when %s', async (_what, settings, reason) => {
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        ...FARGATE,
        family: 'by-reference',
        executionRoleArn: ROLE_ARN,
        containerDefinitions: [{ name: 'app', image: 'busybox:1', ...settings } as ContainerDefinition],
      }),
    );
    expect(await run(taskDefinition?.taskDefinitionArn ?? '')).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringContaining(reason),
    });
  });

  it('does not start when the credentials of its file system do not exist', async () => {
    const credentialsParameter = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:fsx-AbCdEf';
    const authorizationConfig = { credentialsParameter, domain: 'shop.example' };
    const fsxWindowsFileServerVolumeConfiguration = {
      fileSystemId: 'fs-1',
      rootDirectory: 'share',
      authorizationConfig,
    };
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'with-fsx',
        networkMode: 'awsvpc',
        executionRoleArn: ROLE_ARN,
        volumes: [{ name: 'files', fsxWindowsFileServerVolumeConfiguration }],
        containerDefinitions: [{ name: 'app', image: 'busybox:1', memory: 64 }],
      }),
    );
    const totalResources = ['CPU', 'MEMORY'].map((name) => ({ name, type: 'INTEGER', integerValue: 2048 }));
    await ecs.send(new RegisterContainerInstanceCommand({ cluster: 'tools', totalResources }));
    expect(await run(taskDefinition?.taskDefinitionArn ?? '', {}, 'EC2')).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringContaining(`failed to fetch secret ${credentialsParameter}`),
    });
  });

  it('starts with the credentials of its registry by the name of their secret', async () => {
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        ...FARGATE,
        family: 'by-name',
        executionRoleArn: ROLE_ARN,
        containerDefinitions: [
          { name: 'app', image: 'busybox:1', repositoryCredentials: { credentialsParameter: 'shop/db' } },
        ],
      }),
    );
    expect(await run(taskDefinition?.taskDefinitionArn ?? '')).toMatchObject({ lastStatus: 'RUNNING' });
  });

  it('has a network interface with its id, its hardware address and its private address', async () => {
    const task = await run(await register(secret));
    const [attachment] = task?.attachments ?? [];
    const details = new Map(attachment?.details?.map(({ name, value }) => [name, value]));
    expect([...details.keys()]).toEqual([
      'subnetId',
      'networkInterfaceId',
      'macAddress',
      'privateDnsName',
      'privateIPv4Address',
    ]);
    expect(details.get('networkInterfaceId')).toMatch(/^eni-[0-9a-f]{17}$/);
    expect(details.get('macAddress')).toMatch(/^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/);
    expect(task?.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address).toBe(
      details.get('privateIPv4Address'),
    );
  });

  interface Absence {
    readonly what: string;
    readonly make: () => Promise<unknown>;
    readonly reason: string | RegExp;
  }
  const ssm = 'unable to retrieve secrets from ssm: service call has been retried 1 time(s)';
  const absences: readonly Absence[] = [
    {
      what: 'its secret is deleted',
      make: () =>
        secrets.send(new DeleteSecretCommand({ SecretId: secret, ForceDeleteWithoutRecovery: true })),
      reason: "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    },
    {
      what: 'its secret is to be deleted',
      make: () => secrets.send(new DeleteSecretCommand({ SecretId: secret })),
      reason: `secrets manager: InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.`,
    },
    {
      what: 'its parameter is gone',
      make: () => parameters.send(new DeleteParameterCommand({ Name: PARAMETER })),
      reason: `${ssm}: invalid ssm parameters: ${PARAMETER}`,
    },
    {
      what: 'its execution role is gone',
      make: async () => {
        await detach();
        await forget();
        await iam.send(new DeleteRoleCommand({ RoleName: ROLE }));
      },
      reason: `ECS was unable to assume the role '${ROLE_ARN}' that was provided for this task.`,
    },
    {
      what: 'its execution role trusts another service',
      make: () => {
        const Principal = { Service: 'ec2.amazonaws.com' };
        const Statement = [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }];
        const PolicyDocument = JSON.stringify({ Statement });
        return iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: ROLE, PolicyDocument }));
      },
      reason: `ECS was unable to assume the role '${ROLE_ARN}' that was provided for this task.`,
    },
    {
      what: 'its execution role may not log in to ECR',
      make: detach,
      reason:
        /unable to retrieve ecr registry auth: service call has been retried 1 time\(s\): AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role\/ecs-execution\/[0-9a-f]{32} is not authorized to perform: ecr:GetAuthorizationToken on resource: \* because no identity-based policy allows the ecr:GetAuthorizationToken action/,
    },
    {
      what: 'its execution role may log in to ECR and not pull',
      make: async () => {
        await detach();
        await allow('ecr:GetAuthorizationToken');
      },
      reason: /^CannotPullContainerError: .*web:1\.8\.0.* 403 Forbidden$/,
    },
    {
      what: 'its execution role may not read its secret',
      make: async () => {
        await forget();
        await allow('ssm:GetParameters');
      },
      reason:
        /unable to retrieve secret from asm: .*: failed to fetch secret .* not authorized to perform: secretsmanager:GetSecretValue on resource: arn:.*shop\/db/,
    },
    {
      what: 'its execution role may not read its parameter',
      make: async () => {
        await forget();
        await allow('secretsmanager:GetSecretValue');
      },
      reason:
        /unable to retrieve secrets from ssm: .*: AccessDeniedException: .* ssm:GetParameters on resource: arn:aws:ssm:us-east-1:123456789012:parameter\/shop\/token /,
    },
  ];

  it.each(absences)('does not start when $what', async ({ make, reason }) => {
    const arn = await register(secret);
    await make();
    const task = await run(arn);
    expect(task).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart' });
    expect(task?.stoppedReason).toMatch(reason);
  });

  const nowhere = 'arn:aws:iam::123456789012:role/nowhere';

  it('does not start with a task role that does not exist', async () => {
    expect(await run(await register(secret, nowhere))).toMatchObject({
      stoppedReason: expect.stringContaining(`unable to assume the role '${nowhere}'`),
    });
  });

  it('uses the roles of RunTask before those of its task definition', async () => {
    const arn = await register(secret, nowhere);
    const taskRoleArn = 'arn:aws:iam::123456789012:role/ecsTaskRole';
    expect(await run(arn, { taskRoleArn })).toMatchObject({ lastStatus: 'RUNNING' });
  });
});

describe('without iam:PassRole', () => {
  beforeEach(() => open(['iam:PassRole']));
  afterEach(() => sandbox.close());

  const denial = {
    name: 'AccessDeniedException',
    message: `User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: iam:PassRole on resource: ${ROLE_ARN} because no identity-based policy allows the iam:PassRole action`,
  };

  it('registers no revision with roles', async () => {
    await expect(
      register('arn:aws:secretsmanager:us-east-1:123456789012:secret:a-Qx7aBc'),
    ).rejects.toMatchObject(denial);
  });

  it('runs and deploys no revision with roles, and scales as before', async () => {
    const taskDefinition = 'report-nightly:1';
    const passing = expect.objectContaining({ message: expect.stringContaining('iam:PassRole') });
    await expect(
      ecs.send(new RunTaskCommand({ cluster: 'tools', taskDefinition, ...NETWORK })),
    ).rejects.toEqual(passing);
    await expect(
      ecs.send(
        new CreateServiceCommand({ cluster: 'tools', serviceName: 'new', taskDefinition, ...NETWORK }),
      ),
    ).rejects.toEqual(passing);
    const service = { cluster: 'tools', service: 'dashboard' };
    await expect(
      ecs.send(new UpdateServiceCommand({ ...service, taskDefinition: 'dashboard' })),
    ).rejects.toEqual(passing);
    const scaled = await ecs.send(new UpdateServiceCommand({ ...service, desiredCount: 3 }));
    expect(scaled.service?.desiredCount).toBe(3);
  });
});

it('a denied action and a secret that does not exist have different errors', async () => {
  await open(['secretsmanager:Describe*']);
  await expect(secrets.send(new DescribeSecretCommand({ SecretId: 'shop/db' }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(
      'secretsmanager:DescribeSecret on resource: arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db ',
    ),
  });
  await expect(secrets.send(new GetSecretValueCommand({ SecretId: 'shop/db' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  await sandbox.close();
});

it('the sandbox keeps its remaining roles, secrets and parameters over a restart', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'slipway-access-'));
  const secret = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:production/web/database-Qx7aBc';
  const Names = ['/production/web/api-token', '/production/checkout/api-token'];
  const AssumeRolePolicyDocument = JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
  const first = await startSandbox({ scenario: 'demo', dataFolder });
  const given = new IAMClient(first);
  await given.send(new DeleteRolePolicyCommand({ RoleName: 'web-task', PolicyName: 'ecs-exec' }));
  await given.send(new DeleteRoleCommand({ RoleName: 'web-task' }));
  await given.send(new CreateRoleCommand({ RoleName: 'mine', AssumeRolePolicyDocument }));
  await new SecretsManagerClient(first).send(new DeleteSecretCommand({ SecretId: secret }));
  await new SSMClient(first).send(new DeleteParameterCommand({ Name: Names[0] }));
  await first.close();

  const second = await startSandbox({ scenario: 'demo', dataFolder });
  const roles = new IAMClient(second);
  await expect(roles.send(new GetRoleCommand({ RoleName: 'web-task' }))).rejects.toThrow('cannot be found');
  await roles.send(new GetRoleCommand({ RoleName: 'mine' }));
  const described = new DescribeSecretCommand({ SecretId: secret });
  expect(await new SecretsManagerClient(second).send(described)).toMatchObject({
    ARN: secret,
    DeletedDate: expect.any(Date),
  });
  expect(await new SSMClient(second).send(new GetParametersCommand({ Names }))).toMatchObject({
    InvalidParameters: [Names[0]],
    Parameters: [{ Name: Names[1] }],
  });
  await second.close();
  await rm(dataFolder, { recursive: true });
});
