import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { projectFile, taskDefinitionFiles } from './clone-declarations.ts';
import { compareService, type RunningService } from './compare-service.ts';
import { copilotManifest } from './copilot-manifest.ts';
import type { DeclaredService } from './declared.ts';
import { shownDeclaration } from './read-declarations.ts';
import { declarationOf } from './stack-declaration.ts';
import { readTerraform } from './terraform.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-comparison-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ACCOUNT = 'eu-west-1:123456789012';
const ARN = `arn:aws:ecs:${ACCOUNT}:service/shop/web`;
const REF = { account: 'a', region: 'eu-west-1', cluster: 'shop', service: 'web' };
const ROLE = 'arn:aws:iam::123456789012:role/web-execution';
const SECRET = `arn:aws:secretsmanager:${ACCOUNT}:secret:db`;

/** As ECS answers it: with its defaults, ARNs, and lists in the order of the registration. */
const RUNNING: RunningService = {
  service: {
    desiredCount: 2,
    taskDefinition: `arn:aws:ecs:${ACCOUNT}:task-definition/web:7`,
    healthCheckGracePeriodSeconds: 60,
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: ['subnet-2', 'subnet-1'],
        securityGroups: ['sg-1'],
        assignPublicIp: 'DISABLED',
      },
    },
  },
  content: {
    family: 'web',
    networkMode: 'awsvpc',
    cpu: '256',
    memory: '512',
    executionRoleArn: ROLE,
    requiresCompatibilities: ['FARGATE'],
    ephemeralStorage: { sizeInGiB: 30 },
    volumes: [
      { name: 'data', efsVolumeConfiguration: { fileSystemId: 'fs-1', rootDirectory: '/' } },
      { name: 'logs', host: { sourcePath: '/var/log' } },
    ],
    containerDefinitions: [
      {
        name: 'app',
        image: 'web:1',
        essential: true,
        cpu: 0,
        portMappings: [{ containerPort: 80, hostPort: 80, protocol: 'tcp' }],
        environment: [
          { name: 'A', value: '1' },
          { name: 'B', value: 'true' },
        ],
        secrets: [
          { name: 'KEY', valueFrom: `arn:aws:ssm:${ACCOUNT}:parameter/shop/key` },
          { name: 'DB', valueFrom: `${SECRET}-AbCdEf:password::` },
        ],
        healthCheck: { command: ['CMD-SHELL', 'curl localhost'], interval: 30, timeout: 5, retries: 3 },
        mountPoints: [{ sourceVolume: 'data', containerPath: '/data', readOnly: false }],
        volumesFrom: [],
        systemControls: [],
      },
    ],
  },
};

/** As a person writes it, without the defaults. */
const CONTAINERS = [
  {
    name: 'app',
    image: 'web:1',
    portMappings: [{ containerPort: 80 }],
    environment: [
      { name: 'B', value: 'true' },
      { name: 'A', value: '1' },
    ],
    secrets: [
      { name: 'DB', valueFrom: `${SECRET}:password::` },
      { name: 'KEY', valueFrom: '/shop/key' },
    ],
    healthCheck: { command: ['CMD-SHELL', 'curl localhost'] },
    mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }],
  },
];

const STACK = `Resources:
  Role: {Type: AWS::IAM::Role}
  TaskDefinition:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: web
      Cpu: 256
      Memory: 0.5 GB
      NetworkMode: awsvpc
      ExecutionRoleArn: !GetAtt Role.Arn
      RequiresCompatibilities: [FARGATE]
      EphemeralStorage: {SizeInGiB: 30}
      Volumes:
        - {Name: logs, Host: {SourcePath: /var/log}}
        - {Name: data, EFSVolumeConfiguration: {FilesystemId: fs-1}}
      ContainerDefinitions:
        - Name: app
          Image: web:1
          PortMappings: [{ContainerPort: 80}]
          Environment: [{Name: B, Value: true}, {Name: A, Value: 1}]
          Secrets: [{Name: DB, ValueFrom: "${SECRET}:password::"}, {Name: KEY, ValueFrom: /shop/key}]
          HealthCheck: {Command: [CMD-SHELL, curl localhost]}
          MountPoints: [{SourceVolume: data, ContainerPath: /data}]
  Service:
    Type: AWS::ECS::Service
    Properties:
      DesiredCount: 2
      HealthCheckGracePeriodSeconds: 60
      TaskDefinition: !Ref TaskDefinition
      NetworkConfiguration:
        AwsvpcConfiguration: {SecurityGroups: [sg-1], Subnets: [subnet-1, subnet-2]}
`;

const SERVICE_ATTRIBUTES = {
  id: ARN,
  name: 'web',
  cluster: 'shop',
  desired_count: 2,
  health_check_grace_period_seconds: 60,
  network_configuration: [
    { assign_public_ip: false, security_groups: ['sg-1'], subnets: ['subnet-1', 'subnet-2'] },
  ],
  task_definition: `arn:aws:ecs:${ACCOUNT}:task-definition/web:7`,
};
const DEFINITION_ATTRIBUTES = {
  arn: `arn:aws:ecs:${ACCOUNT}:task-definition/web:7`,
  family: 'web',
  cpu: '256',
  memory: '512',
  network_mode: 'awsvpc',
  task_role_arn: '',
  execution_role_arn: ROLE,
  requires_compatibilities: ['FARGATE'],
  ephemeral_storage: [{ size_in_gib: 30 }],
  runtime_platform: [],
  volume: [
    {
      name: 'data',
      host_path: '',
      configure_at_launch: false,
      docker_volume_configuration: [],
      efs_volume_configuration: [
        {
          file_system_id: 'fs-1',
          root_directory: '/',
          transit_encryption: '',
          transit_encryption_port: 0,
          authorization_config: [],
        },
      ],
    },
    { name: 'logs', host_path: '/var/log', docker_volume_configuration: [], efs_volume_configuration: [] },
  ],
  container_definitions: JSON.stringify(CONTAINERS),
};

const STATE_4 = JSON.stringify({
  version: 4,
  terraform_version: '1.13.4',
  resources: [
    {
      mode: 'managed',
      type: 'aws_ecs_service',
      name: 'web',
      instances: [{ attributes: SERVICE_ATTRIBUTES }],
    },
    {
      mode: 'managed',
      type: 'aws_ecs_task_definition',
      name: 'web',
      instances: [{ attributes: DEFINITION_ATTRIBUTES }],
    },
  ],
});

/** The attributes as version 3 has them: text, with lists spread over names. */
function flat(value: unknown, name: string): readonly (readonly [string, string])[] {
  if (Array.isArray(value)) {
    return [
      [`${name}.#`, String(value.length)],
      ...value.flatMap((each: unknown, index) => flat(each, `${name}.${index + 17}`)),
    ];
  }
  if (typeof value !== 'object' || value === null) return [[name, String(value)]];
  return Object.entries(value).flatMap(([key, each]) => flat(each, name === '' ? key : `${name}.${key}`));
}

const STATE_3 = JSON.stringify({
  version: 3,
  terraform_version: '0.11.14',
  modules: [
    {
      path: ['root'],
      resources: {
        'aws_ecs_service.web': {
          type: 'aws_ecs_service',
          primary: { attributes: Object.fromEntries(flat(SERVICE_ATTRIBUTES, '')) },
        },
        'aws_ecs_task_definition.web': {
          type: 'aws_ecs_task_definition',
          primary: { attributes: Object.fromEntries(flat(DEFINITION_ATTRIBUTES, '')) },
        },
      },
    },
  ],
});

const planned = (type: string, values: object) => ({ address: `${type}.web`, mode: 'managed', type, values });
const PLAN = JSON.stringify({
  planned_values: {
    root_module: {
      resources: [
        planned('aws_ecs_service', SERVICE_ATTRIBUTES),
        planned('aws_ecs_task_definition', DEFINITION_ATTRIBUTES),
      ],
    },
  },
});

const FILE = JSON.stringify({
  ...RUNNING.content,
  executionRoleArn: 'web-execution',
  containerDefinitions: CONTAINERS,
});

const MANIFEST = `name: app
type: Backend Service
cpu: 256
memory: 512
count: 2
image:
  location: web:1
  healthcheck: {command: curl localhost, interval: 30s}
storage:
  ephemeral: 30
  volumes:
    data: {path: /data, read_only: false, efs: {id: fs-1, root_dir: /, auth: {iam: true}}}
network:
  vpc:
    placement: {subnets: [subnet-1, subnet-2]}
    security_groups: [sg-1]
command: serve --port 80
entrypoint: [/bin/app]
variables: {A: 1, B: true}
secrets:
  KEY: /shop/key
  DB: {secretsmanager: 'db:password::'}
sidecars:
  proxy:
    image: nginx:1
    command: [run]
    mount_points: [{source_volume: data, path: /shared}]
    variables: {MODE: "\${COPILOT_ENVIRONMENT_NAME}"}
`;

/** What a manifest becomes has variables and containers of Copilot. */
const OF_COPILOT: RunningService = {
  service: {
    ...RUNNING.service,
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: ['subnet-2', 'subnet-1'],
        securityGroups: ['sg-of-environment', 'sg-1'],
        assignPublicIp: 'DISABLED',
      },
    },
  },
  content: {
    ...RUNNING.content,
    volumes: [
      {
        name: 'data',
        efsVolumeConfiguration: {
          fileSystemId: 'fs-1',
          rootDirectory: '/',
          transitEncryption: 'ENABLED',
          authorizationConfig: { iam: 'ENABLED' },
        },
      },
    ],
    containerDefinitions: [
      ...(RUNNING.content.containerDefinitions ?? []).map((app) => ({
        ...app,
        command: ['serve', '--port', '80'],
        entryPoint: ['/bin/app'],
        environment: [...(app.environment ?? []), { name: 'COPILOT_SERVICE_NAME', value: 'app' }],
      })),
      {
        name: 'proxy',
        image: 'nginx:1',
        essential: true,
        command: ['run'],
        environment: [{ name: 'MODE', value: 'test' }],
        mountPoints: [{ sourceVolume: 'data', containerPath: '/shared', readOnly: true }],
      },
      { name: 'firelens_log_router', image: 'fluent-bit:1' },
    ],
  },
};

const FILES = { root: folder, documents: [], terraform: [], states: [], initialized: [] };

function ofStack(text: string): DeclaredService {
  const resources = [
    { LogicalResourceId: 'Service', PhysicalResourceId: ARN },
    { LogicalResourceId: 'Role', PhysicalResourceId: 'web-execution' },
  ];
  const stack = { StackName: 'web', StackId: `arn:aws:cloudformation:${ACCOUNT}:stack/web/1` };
  // The SDK's types have members that no reader needs.
  const shared = { ResourceType: '', Timestamp: new Date(0), ResourceStatus: 'CREATE_COMPLETE' } as const;
  return declarationOf(
    { ...stack, CreationTime: new Date(0), StackStatus: 'CREATE_COMPLETE' },
    resources.map((each) => ({ ...each, ...shared })),
    { text, outside: () => undefined },
    { serviceArn: ARN },
  ).declared;
}

function ofTerraform(text: string): DeclaredService {
  const reading = readTerraform(text, REF, ARN);
  return (reading.state === 'read' ? reading.service?.declared : undefined) ?? {};
}

function ofFile(text: string): DeclaredService {
  const path = join(folder, 'web.json');
  writeFileSync(path, text);
  const subject = { ref: REF, service: {}, running: RUNNING };
  return taskDefinitionFiles({ ...FILES, documents: [path] }, subject)[0]?.declared ?? {};
}

function ofManifest(text: string): DeclaredService {
  mkdirSync(join(folder, 'copilot', 'app'), { recursive: true });
  writeFileSync(join(folder, 'copilot', '.workspace'), 'application: shop\n');
  writeFileSync(join(folder, 'copilot', 'app', 'manifest.yml'), text);
  const ref = { ...REF, cluster: 'shop-test-Cluster-AB12', service: 'shop-test-app-Service-XY34' };
  return copilotManifest(FILES, { ref, service: {}, running: OF_COPILOT }).found[0]?.declared ?? {};
}

const KINDS = {
  stack: [STACK, ofStack, RUNNING],
  'state of version 4': [STATE_4, ofTerraform, RUNNING],
  'state of version 3': [STATE_3, ofTerraform, RUNNING],
  plan: [PLAN, ofTerraform, RUNNING],
  'task definition': [FILE, ofFile, RUNNING],
  manifest: [MANIFEST, ofManifest, OF_COPILOT],
} as const;
type Kind = keyof typeof KINDS;

function unequal(kind: Kind, change: (text: string) => string = (text) => text): readonly string[] {
  const [text, read, running] = KINDS[kind];
  const members = compareService(read(change(text)), running);
  expect(members.length).toBeGreaterThan(5);
  return members.filter(({ state }) => state !== 'same').map(({ name }) => name);
}

/** Each is one change of the text of a declaration, and the member that differs then. */
const CHANGES: Readonly<Record<Kind, readonly (readonly [string, string, string])[]>> = {
  stack: [
    ['FilesystemId: fs-1', 'FilesystemId: fs-2', 'volume data'],
    ['FilesystemId: fs-1', 'FilesystemId: fs-1, AuthorizationConfig: {IAM: ENABLED}', 'volume data'],
    ['/var/log', '/var/logs', 'volume logs'],
    ['Name: logs, Host', 'Name: other, Host', 'volume other, volume logs'],
    ['SizeInGiB: 30', 'SizeInGiB: 31', 'ephemeralStorage'],
    ['Value: 1}', 'Value: 2}', 'variable A of app'],
    ['{Name: A, Value: 1}', '{Name: C, Value: 1}', 'variable C of app, variable A of app'],
    ['/shop/key', 'shop/other', 'secret KEY of app'],
    [':secret:db:', ':secret:db-ZyXwVu:', 'secret DB of app'],
    [':password::', ':user::', 'secret DB of app'],
    ['curl localhost', 'curl other', 'healthCheck of app'],
    ['curl localhost]', 'curl localhost], Retries: 4', 'healthCheck of app'],
    ['{ContainerPort: 80}', '{ContainerPort: 80, Protocol: udp}', 'portMappings of app'],
    ['Image: web:1', 'Image: web:1\n          Essential: false', 'essential of app'],
    ['          PortMappings: [{ContainerPort: 80}]\n', '', 'portMappings of app'],
    ['ContainerPath: /data', 'ContainerPath: /data, ReadOnly: true', 'mountPoints of app'],
    ['[sg-1]', '[sg-2]', 'security groups'],
    ['[subnet-1, subnet-2]', '[subnet-1]', 'subnets'],
    ['{SecurityGroups', '{AssignPublicIp: ENABLED, SecurityGroups', 'public IP address'],
    ['Seconds: 60', 'Seconds: 0', 'health check grace period'],
    ['Role.Arn', 'Other.Arn', 'executionRoleArn'],
  ],
  'state of version 4': terraformChanges('"assign_public_ip":false', '"assign_public_ip":true'),
  'state of version 3': terraformChanges('assign_public_ip":"false"', 'assign_public_ip":"true"'),
  plan: terraformChanges('"assign_public_ip":false', '"assign_public_ip":true'),
  'task definition': [
    ['fs-1', 'fs-2', 'volume data'],
    ['"/var/log"', '"/var/other"', 'volume logs'],
    ['"sizeInGiB":30', '"sizeInGiB":40', 'ephemeralStorage'],
    ['/shop/key', '/shop/other', 'secret KEY of app'],
    ['"containerPort":80', '"containerPort":81', 'portMappings of app'],
    ['web-execution', 'other-execution', 'executionRoleArn'],
  ],
  manifest: [
    ['A: 1', 'A: 2', 'variable A of app'],
    ['{A: 1, B: true}', '{B: true}', 'variable A of app'],
    ['/shop/key', '/shop/other', 'secret KEY of app'],
    ["'db:password::'", "'other:password::'", 'secret DB of app'],
    ['nginx:1', 'nginx:2', 'image of proxy'],
    ['_ENVIRONMENT_NAME', '_APPLICATION_NAME', 'variable MODE of proxy'],
    ['proxy:', 'other:', 'container other'],
    ['interval: 30s', 'interval: 10s', 'healthCheck of app'],
    ['ephemeral: 30', 'ephemeral: 40', 'ephemeralStorage'],
    ['id: fs-1', 'id: fs-2', 'volume data'],
    ['iam: true', 'iam: false', 'volume data'],
    ['root_dir: /', 'root_dir: /other', 'volume data'],
    ['read_only: false, ', '', 'mountPoints of app'],
    ['path: /shared', 'path: /other', 'mountPoints of proxy'],
    ['[subnet-1, subnet-2]', '[subnet-1]', 'subnets'],
    ['{subnets: [subnet-1, subnet-2]}', 'public', 'public IP address'],
    ['[sg-1]', '[sg-2]', 'security groups'],
    ['[sg-1]', '{deny_default: true, groups: [sg-1]}', 'security groups'],
    ['--port 80', '--port 81', 'command of app'],
    ['[/bin/app]', '/bin/other', 'entryPoint of app'],
    ['[run]', '[walk]', 'command of proxy'],
  ],
};

function terraformChanges(isPrivate: string, isPublic: string): (typeof CHANGES)[Kind] {
  return [
    ['fs-1', 'fs-2', 'volume data'],
    ['/var/log', '/var/other', 'volume logs'],
    ['/shop/key', '/shop/other', 'secret KEY of app'],
    [':secret:db:', ':secret:other:', 'secret DB of app'],
    ['curl localhost', 'curl other', 'healthCheck of app'],
    ['sg-1', 'sg-2', 'security groups'],
    ['subnet-1', 'subnet-3', 'subnets'],
    [isPrivate, isPublic, 'public IP address'],
  ];
}

describe.each([
  'stack',
  'state of version 4',
  'state of version 3',
  'plan',
  'task definition',
  'manifest',
] as const)('a %s', (kind) => {
  it('declares what runs: defaults of ECS, the order of lists and the names of secrets make no difference', () => {
    expect(unequal(kind)).toEqual([]);
  });

  it.each(CHANGES[kind])('with %j as %j differs in exactly that', (from, to, member) => {
    expect(KINDS[kind][0]).toContain(from);
    expect(unequal(kind, (text) => text.replaceAll(from, to)).join(', ')).toBe(member);
  });
});

it.each([
  ['shop/web', 'v*', []],
  ['shop/other', 'v*', ['repository of app']],
  ['shop/web', 'release-*', ['tag of app']],
])('a slipway.yml with the repository %s and the tags %s differs in %j', (repository, tags, names) => {
  const text = `environments:\n  prod:\n    region: eu-west-1\n    cluster: shop\n    services:\n      web:\n        containers:\n          app: {repository: ${repository}, tags: "${tags}"}\n`;
  writeFileSync(join(folder, 'slipway.yml'), text);
  const image = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web:v1';
  const running = { service: {}, content: { family: 'web', containerDefinitions: [{ name: 'app', image }] } };
  const [found] = projectFile(FILES, { ref: REF, service: {}, running });
  expect(found && shownDeclaration(found, running).differences.map(({ name }) => name)).toEqual(names);
});
