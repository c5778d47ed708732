import {
  CreateClusterCommand,
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
  type ListTaskDefinitionsCommandOutput,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionRequest,
  RegisterTaskDefinitionRequest$,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestEcs, type TestEcs } from '../../testing/ecs.ts';
import { TASK_DEFINITION_TEXTS, volumeOfEachKind } from '../../testing/task-definition-texts.ts';

let test: TestEcs;
beforeAll(async () => {
  test = await startTestEcs();
});
afterAll(() => test.close());

const CONTAINER = { name: 'app', image: 'web:1.0', memory: 128 };

async function register(
  family: string,
  changes: Partial<RegisterTaskDefinitionRequest> = {},
): Promise<string> {
  const { taskDefinition } = await test.client.send(
    new RegisterTaskDefinitionCommand({ family, containerDefinitions: [CONTAINER], ...changes }),
  );
  return taskDefinition?.taskDefinitionArn ?? '';
}

/** A value with every member that the schema knows; texts are numbered, so that none is like another, or valid ones. */
function everyMember(schema: NormalizedSchema, path: string, count: () => number): unknown {
  if (schema.isStructSchema()) {
    const members = [...schema.structIterator()].map(([name, member]) => [
      name,
      everyMember(member, path === '' ? name : `${path}.${name}`, count),
    ]);
    return Object.fromEntries(members);
  }
  if (schema.isListSchema()) return [0, 1].map(() => everyMember(schema.getValueSchema(), path, count));
  if (schema.isMapSchema()) return { [`key-${count()}`]: everyMember(schema.getValueSchema(), path, count) };
  if (schema.isBooleanSchema()) return count() % 2 === 0;
  if (schema.isNumericSchema()) return Number(TASK_DEFINITION_TEXTS[path]?.[0] ?? count());
  return TASK_DEFINITION_TEXTS[path]?.[0] ?? `text-${count()}`;
}

it('a task definition keeps every field of the SDK unchanged', async () => {
  let counted = 0;
  const count = (): number => {
    counted += 1;
    return counted;
  };
  const schema = NormalizedSchema.of(RegisterTaskDefinitionRequest$);
  const all = everyMember(schema, '', count) as RegisterTaskDefinitionRequest;
  const [first, second] = all.containerDefinitions ?? [];
  const request = {
    ...all,
    volumes: volumeOfEachKind(all.volumes?.[0] ?? {}),
    networkMode: 'bridge' as const,
    requiresCompatibilities: ['EC2' as const],
    proxyConfiguration: { ...all.proxyConfiguration, containerName: first?.name },
    containerDefinitions: [
      {
        ...first,
        links: [`${second?.name}:other`],
        credentialSpecs: ['credentialspec:arn:aws:s3:::specs/app.json'],
        volumesFrom: [{ sourceContainer: second?.name, readOnly: true }],
        essential: true,
        memoryReservation: 6,
        dependsOn: [{ containerName: second?.name, condition: 'START' as const }],
      },
      {
        ...second,
        links: [],
        credentialSpecs: [],
        volumesFrom: [{ sourceContainer: first?.name, readOnly: true }],
        environment: [{ name: 'EMPTY', value: '' }],
        cpu: 0,
        essential: false,
        memoryReservation: 6,
        dependsOn: [],
      },
    ],
  };
  await test.client.send(new RegisterTaskDefinitionCommand(request));
  const { taskDefinition, tags } = await test.client.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: all.family ?? '', include: ['TAGS'] }),
  );
  const {
    taskDefinitionArn,
    revision,
    status,
    requiresAttributes,
    compatibilities,
    registeredAt,
    registeredBy,
    ...kept
  } = taskDefinition ?? {};
  expect({ ...kept, tags }).toEqual(request);
  expect({ revision, status }).toEqual({ revision: 1, status: 'ACTIVE' });
  expect(taskDefinitionArn).toMatch(/^arn:aws:ecs:us-east-1:123456789012:task-definition\/text-\d+:1$/);
  expect(requiresAttributes?.length).toBeGreaterThan(0);
  expect(compatibilities).toContain('EC2');
  expect(registeredAt).toEqual(test.clock.now());
  expect(registeredBy).toMatch(/^arn:aws:/);
});

const ROLE = 'arn:aws:iam::123456789012:role/execution';
const FARGATE = {
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
} as const;

describe('what cannot be registered', () => {
  const app = (changes: object) => ({ containerDefinitions: [{ ...CONTAINER, ...changes }] });
  const efs = (changes: object) => ({
    volumes: [{ name: 'data', efsVolumeConfiguration: { fileSystemId: 'fs-12345678', ...changes } }],
  });
  const fsx = (credentialsParameter: string) => ({
    volumes: [
      {
        name: 'data',
        fsxWindowsFileServerVolumeConfiguration: {
          fileSystemId: 'fs-1',
          rootDirectory: 'share',
          authorizationConfig: { credentialsParameter, domain: 'shop.example' },
        },
      },
    ],
  });
  const init = { name: 'init', image: 'init:1.0', memory: 64 };

  it.each([
    [{ family: 'a b' }, 'Family contains invalid characters'],
    [{ containerDefinitions: [] }, 'Container list cannot be empty.'],
    [{ containerDefinitions: Array.from({ length: 11 }, () => CONTAINER) }, 'Too many containers.'],
    [{ containerDefinitions: [CONTAINER, CONTAINER] }, 'must be unique'],
    [app({ essential: false }), 'at least one essential container'],
    [app({ name: 'a b' }), "Container name 'a b'"],
    [app({ image: '' }), 'Container.image should not be null or empty.'],
    [app({ memory: undefined }), "At least one of 'memory' or 'memoryReservation' must be specified."],
    [app({ memory: 4 }), "'memory' must be at least 6."],
    [app({ portMappings: [{ containerPort: 70_000 }] }), 'Port must be between'],
    [
      app({ logConfiguration: { logDriver: 'awslogs', options: {} } }),
      'Log driver awslogs requires options: awslogs-region, awslogs-group',
    ],
    [
      { ...app({ portMappings: [{ containerPort: 80, hostPort: 8080 }] }), networkMode: 'awsvpc' },
      'When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
    ],
    [{ ...app({ links: ['app'] }), networkMode: 'awsvpc' }, 'Links are not supported'],
    [
      {
        containerDefinitions: [
          { ...CONTAINER, dependsOn: [{ containerName: 'init', condition: 'SUCCESS' }] },
          init,
        ],
      },
      'cannot be an essential container',
    ],
    [{ ...FARGATE, memory: '8192' }, 'No Fargate configuration exists for given values.'],
    [{ ...FARGATE, cpu: 'much' }, "Invalid 'cpu' setting for task."],
    [{ ...FARGATE, cpu: undefined }, "Fargate requires that 'cpu' be defined at the task level."],
    [{ ...FARGATE, networkMode: 'bridge' }, "Fargate only supports network mode 'awsvpc'."],
    [{ ...FARGATE, ...app({ memory: 1024 }) }, "The 'memory' setting for container 'app' is greater"],
    [{ ...FARGATE, ...app({ cpu: 512 }) }, "The sum of all container 'cpu' values"],
    [
      { ...FARGATE, ...app({ image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1' }) },
      'execution role ARN to support ECR images',
    ],
    [{ ...FARGATE, memory: '128.5' }, "Invalid 'memory' setting for task."],
    [{ memory: '128.5' }, "Invalid 'memory' setting for task."],
    [
      { ...FARGATE, runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } },
      'No Fargate configuration exists for given values.',
    ],
    [{ ...FARGATE, pidMode: 'host' }, "do not support pidMode 'host'"],
    [{ ...FARGATE, ipcMode: 'host' }, 'ipcMode=host is not supported.'],
    [
      { ...FARGATE, placementConstraints: [{ type: 'memberOf', expression: 'attribute:a == b' }] },
      'placementConstraints',
    ],
    [{ ...FARGATE, ephemeralStorage: { sizeInGiB: 20 } }, 'Invalid ephemeral storage size: 20.'],
    [{ ...FARGATE, ephemeralStorage: { sizeInGiB: 201 } }, 'Invalid ephemeral storage size: 201.'],
    [
      { ...FARGATE, volumes: [{ name: 'data', host: { sourcePath: '/data' } }] },
      'host.sourcePath should not be set for volumes in Fargate.',
    ],
    [
      { ...FARGATE, volumes: [{ name: 'data', dockerVolumeConfiguration: { scope: 'task' } }] },
      "'dockerVolumeConfiguration' is not supported.",
    ],
    [
      { ...FARGATE, ...app({ logConfiguration: { logDriver: 'syslog' } }) },
      'Log driver syslog is not supported on Fargate.',
    ],
    [{ ...FARGATE, ...app({ extraHosts: [{ hostname: 'a', ipAddress: '10.0.0.1' }] }) }, 'extraHosts is not'],
    [{ ...FARGATE, ...app({ linuxParameters: { maxSwap: 1 } }) }, "'maxSwap' is not supported."],
    [
      { ...FARGATE, ...app({ linuxParameters: { capabilities: { add: ['NET_ADMIN'] } } }) },
      "'SYS_PTRACE' is the only Linux capability",
    ],
    [
      app({ healthCheck: { command: ['CMD', 'true'], interval: 1 } }),
      'healthCheck.interval must be between 5 and 300.',
    ],
    [app({ image: 'web :1' }), 'Container.image contains invalid characters.'],
    [app({ mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }] }), "Unknown volume 'data'."],
    [
      {
        ...app({ environment: [{ name: 'A', value: '' }], secrets: [{ name: 'A', valueFrom: 'a' }] }),
        executionRoleArn: ROLE,
      },
      "variables set on the container, such as 'A'.",
    ],
    [
      app({ secrets: [{ name: 'A', valueFrom: 'a' }] }),
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    ],
    [
      app({
        logConfiguration: { logDriver: 'splunk', secretOptions: [{ name: 'token', valueFrom: 'a' }] },
      }),
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    ],
    [
      app({ repositoryCredentials: { credentialsParameter: 'a' } }),
      "When you are specifying repository credentials, you must also specify a value for 'executionRoleArn'.",
    ],
    [
      { ...app({ secrets: [{ name: 'A', valueFrom: '/p:2' }] }), executionRoleArn: ROLE },
      'The Systems Manager parameter name specified for secret A is invalid.',
    ],
    [
      app({ environmentFiles: [{ value: 'arn:aws:s3:::settings/web.txt', type: 's3' }] }),
      'The file must have the extension .env.',
    ],
    [
      {
        containerDefinitions: [
          { ...CONTAINER, dependsOn: [{ containerName: 'init', condition: 'START' }] },
          { ...init, dependsOn: [{ containerName: 'app', condition: 'START' }] },
        ],
      },
      'The dependencies between containers form a cycle.',
    ],
    [
      app({ environment: [{ name: 'A', value: 'a'.repeat(65_536) }] }),
      "Max allowed length is '65536' bytes.",
    ],
    [{ requiresCompatibilities: ['LAMBDA'] }, "Value 'LAMBDA' at 'requiresCompatibilities.1.member'"],
    [
      { networkMode: 'nat' },
      "'networkMode' failed to satisfy constraint: Member must satisfy enum value set: [",
    ],
    [
      app({ ulimits: [{ name: 'files', softLimit: 1, hardLimit: 1 }] }),
      "Value 'files' at 'containerDefinitions.1.member.ulimits.1.member.name'",
    ],
    [
      app({ memory: 128, memoryReservation: 256 }),
      "'memory' must be greater than or equal to 'memoryReservation'.",
    ],
    [
      app({ dependsOn: [{ containerName: 'nobody', condition: 'START' }] }),
      "'dependsOn' names the container 'nobody'",
    ],
    [app({ volumesFrom: [{ sourceContainer: 'nobody' }] }), "'volumesFrom' names the container 'nobody'"],
    [
      app({ environmentFiles: [{ value: 's3://settings/web.env', type: 's3' }] }),
      'The value must be the ARN of an Amazon S3 object.',
    ],
    [
      { volumes: [{ name: 'data' }, { name: 'data' }] },
      "Volume names must be unique within a task definition: 'data'.",
    ],
    [{ volumes: [{ name: 'my data' }] }, "Volume name 'my data' must match"],
    [{ volumes: [{ efsVolumeConfiguration: { fileSystemId: 'fs-1' } }] }, 'must have a name.'],
    [
      {
        volumes: [
          { name: 'data', host: { sourcePath: '/data' }, efsVolumeConfiguration: { fileSystemId: 'fs-1' } },
        ],
      },
      'It can have only one of host.sourcePath, efsVolumeConfiguration.',
    ],
    [
      {
        volumes: [
          { name: 'one', configuredAtLaunch: true },
          { name: 'other', configuredAtLaunch: true },
        ],
      },
      'Only one volume of a task definition can be configured at launch.',
    ],
    [fsx('shop/fsx'), 'credentialsParameter must be the ARN of a secret or a parameter.'],
    [
      fsx('arn:aws:ssm:us-east-1:123456789012:parameter/fsx'),
      "credentials of a volume, you must also specify a value for 'executionRoleArn'.",
    ],
    [
      { ...FARGATE, ...fsx('arn:aws:ssm:us-east-1:123456789012:parameter/fsx'), executionRoleArn: ROLE },
      "'fsxWindowsFileServerVolumeConfiguration' is not supported.",
    ],
    [
      {
        placementConstraints: Array.from({ length: 11 }, () => ({
          type: 'memberOf',
          expression: 'attribute:a == b',
        })),
      },
      'at most 10 placement constraints.',
    ],
    [
      { ...FARGATE, ...app({ stopTimeout: 121 }) },
      "'stopTimeout' must be between 2 and 120 seconds on Fargate.",
    ],
    [efs({ authorizationConfig: { iam: 'ENABLED' } }), 'transitEncryption must be ENABLED'],
    [
      efs({
        rootDirectory: '/data',
        transitEncryption: 'ENABLED',
        authorizationConfig: { accessPointId: 'fsap-1' },
      }),
      'rootDirectory must be omitted or / with an access point.',
    ],
  ])('%.200j', async (changes, message) => {
    const request = { family: 'refused', containerDefinitions: [CONTAINER], ...changes };
    await expect(
      test.client.send(
        new RegisterTaskDefinitionCommand(request as unknown as RegisterTaskDefinitionRequest),
      ),
    ).rejects.toMatchObject({ name: 'ClientException', message: expect.stringContaining(message) });
  });

  it('writes the root of the file system for an EFS volume without a folder', async () => {
    const volumes = [{ name: 'data', efsVolumeConfiguration: { fileSystemId: 'fs-1' } }];
    const taskDefinition = await register('shared-files', { volumes });
    const described = await test.client.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    expect(described.taskDefinition?.volumes).toEqual([
      { name: 'data', efsVolumeConfiguration: { fileSystemId: 'fs-1', rootDirectory: '/' } },
    ]);
  });

  it('converts every notation of a Fargate size to numbers', async () => {
    const arn = await register('sizes', {
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '.5 vCPU',
      memory: '1 GB',
    });
    const { taskDefinition } = await test.client.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: arn }),
    );
    expect(taskDefinition).toMatchObject({ cpu: '512', memory: '1024' });
  });
});

describe('the life of a revision', () => {
  it('is ACTIVE, then INACTIVE, then deleted, and its number is never used again', async () => {
    const first = await register('life');
    const second = await register('life');
    const remove = (...taskDefinitions: string[]) =>
      test.client.send(new DeleteTaskDefinitionsCommand({ taskDefinitions }));
    expect((await remove(second, 'life:99')).failures).toMatchObject([
      { arn: second, reason: expect.stringContaining('still in ACTIVE status') },
      { arn: 'life:99' },
    ]);
    await test.client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'life:2' }));
    const latest = await test.client.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'life' }));
    expect(latest.taskDefinition?.taskDefinitionArn).toBe(first);

    const deleted = await remove(second);
    expect(deleted.taskDefinitions?.[0]?.status).toBe('DELETE_IN_PROGRESS');
    test.clock.advance(10 * 60_000);
    await expect(
      test.client.send(new DescribeTaskDefinitionCommand({ taskDefinition: second })),
    ).rejects.toMatchObject({ name: 'ClientException', message: 'Unable to describe task definition.' });
    expect(await register('life')).toMatch(/:3$/);
  });

  it('is deleted only when its tasks have stopped', async () => {
    const arn = await register('busy');
    await test.client.send(new CreateClusterCommand({}));
    await test.client.send(new RunTaskCommand({ taskDefinition: arn }));
    await test.client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: arn }));
    await test.client.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: [arn] }));
    test.clock.advance(60 * 60_000);
    const { taskDefinition } = await test.client.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: arn }),
    );
    expect(taskDefinition?.status).toBe('DELETE_IN_PROGRESS');
  });

  it('cannot be deregistered without its number', async () => {
    await register('numbered');
    await expect(
      test.client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'numbered' })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('ListTaskDefinitions', () => {
  it('lists a family page by page in either order, while it changes', async () => {
    for (let revision = 1; revision <= 25; revision += 1) await register('paged');
    const numbers: number[] = [];
    let nextToken: string | undefined;
    do {
      const page: ListTaskDefinitionsCommandOutput = await test.client.send(
        new ListTaskDefinitionsCommand({ familyPrefix: 'paged', sort: 'DESC', maxResults: 10, nextToken }),
      );
      numbers.push(...(page.taskDefinitionArns ?? []).map((arn) => Number(arn.split(':').at(-1))));
      nextToken = page.nextToken;
      if (numbers.length === 10) {
        await test.client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'paged:20' }));
      }
    } while (nextToken !== undefined);
    expect(numbers).toEqual(Array.from({ length: 25 }, (_, index) => 25 - index));
  });

  it('refuses an unknown token, and a page that is too large', async () => {
    const list = (input: object) => test.client.send(new ListTaskDefinitionsCommand(input));
    await expect(list({ nextToken: 'mine' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(list({ maxResults: 300 })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});
