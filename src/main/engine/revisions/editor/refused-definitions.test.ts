import {
  DescribeTaskDefinitionCommand,
  type ECSClient,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionRequest,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestEcs, type TestEcs } from '../../../../sandbox/testing/ecs.ts';
import { startTestSandbox } from '../../../../sandbox/testing/sandbox.ts';
import { registrationInput } from '../../ecs/registration.ts';
import { awsAtEndpoint } from '../../testing/aws-at-endpoint.ts';
import { checkRegistration } from './check-registration.ts';

let test: TestEcs;
beforeAll(async () => {
  test = await startTestEcs();
});
afterAll(() => test.close());

const ROLE = 'arn:aws:iam::123456789012:role/execution';
const CONTAINER = { name: 'app', image: 'web:1.0', memory: 64 };
const OTHER = { name: 'proxy', image: 'envoy:3', memory: 64 };
const ECR = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/web:1';
const SECRET = { name: 'TOKEN', valueFrom: '/token' };
const AWSLOGS = {
  'awslogs-region': 'us-east-1',
  'awslogs-group': '/web',
  'awslogs-stream-prefix': 'web',
};
const FARGATE = { requiresCompatibilities: ['FARGATE'], networkMode: 'awsvpc', cpu: '256', memory: '512' };

const app = (changes: object) => ({ containerDefinitions: [{ ...CONTAINER, ...changes }] });
const onFargate = (changes: object) => ({ ...FARGATE, ...app(changes) });
const linux = (linuxParameters: object) => app({ linuxParameters });
const linuxOnFargate = (linuxParameters: object) => onFargate({ linuxParameters });
const ports = (...portMappings: readonly object[]) => app({ portMappings });
const health = (changes: object) => app({ healthCheck: { command: ['CMD', 'true'], ...changes } });
const logs = (logDriver: string, options: object = {}) => app({ logConfiguration: { logDriver, options } });
const volume = (changes: object) => ({ volumes: [{ name: 'data', ...changes }] });
const fsx = (credentialsParameter: string) =>
  volume({
    fsxWindowsFileServerVolumeConfiguration: {
      fileSystemId: 'fs-1',
      rootDirectory: '/',
      authorizationConfig: { credentialsParameter, domain: 'example.com' },
    },
  });
const efs = (changes: object) => volume({ efsVolumeConfiguration: { fileSystemId: 'fs-1', ...changes } });
const both = (first: object, second: object) => ({
  containerDefinitions: [
    { ...CONTAINER, ...first },
    { ...OTHER, ...second },
  ],
});
const many = (length: number) => ({
  containerDefinitions: Array.from({ length }, (_, index) => ({ ...CONTAINER, name: `app-${index}` })),
});

function contentOf(changes: object): object {
  return { family: 'web', containerDefinitions: [CONTAINER], ...changes };
}

function problemsOf(content: object, severity: 'error' | 'warning'): readonly string[] {
  const { problems } = checkRegistration(JSON.stringify(content));
  return problems.flatMap((problem) => (problem.severity === severity ? [problem.message] : []));
}

async function isRegistered(client: ECSClient, content: object): Promise<boolean> {
  const answer = client.send(new RegisterTaskDefinitionCommand(content as RegisterTaskDefinitionRequest));
  const outcome = await answer.then(
    () => 'registered',
    (error: unknown) => (error instanceof Error ? error.name : 'unknown'),
  );
  expect(['registered', 'ClientException']).toContain(outcome);
  return outcome === 'registered';
}

describe('what ECS refuses is an error of the check with one sentence', () => {
  it.each<[string, object, string]>([
    [
      'privileged on Fargate',
      onFargate({ privileged: true }),
      'The container app has privileged, which Fargate',
    ],
    [
      'a volume of the host on Fargate',
      { ...FARGATE, ...volume({ host: { sourcePath: '/data' } }) },
      'The volume data has host.sourcePath, which Fargate',
    ],
    [
      'a Docker volume on Fargate',
      { ...FARGATE, ...volume({ dockerVolumeConfiguration: { scope: 'task' } }) },
      'The volume data has dockerVolumeConfiguration, which Fargate',
    ],
    [
      'FSx for Windows on Fargate',
      { ...FARGATE, ...fsx('arn:aws:ssm:us-east-1:123456789012:parameter/fsx'), executionRoleArn: ROLE },
      'The volume data has fsxWindowsFileServerVolumeConfiguration, which Fargate',
    ],
    [
      'the log driver json-file on Fargate',
      { ...FARGATE, ...logs('json-file') },
      "The container app has the log driver json-file, which Fargate doesn't support. Use awslogs, splunk or awsfirelens.",
    ],
    [
      'pidMode host on Fargate',
      { ...FARGATE, pidMode: 'host' },
      'The task has pidMode host, and Fargate supports only task',
    ],
    ['ipcMode on Fargate', { ...FARGATE, ipcMode: 'task' }, 'The task has ipcMode task'],
    [
      'placement constraints on Fargate',
      { ...FARGATE, placementConstraints: [{ type: 'memberOf', expression: 'attribute:gpu exists' }] },
      'The task has placement constraints',
    ],
    [
      'stopTimeout over 120 on Fargate',
      onFargate({ stopTimeout: 121 }),
      'The container app has stopTimeout 121, and Fargate accepts 2 to 120 seconds',
    ],
    ['stopTimeout of 1 on Fargate', onFargate({ stopTimeout: 1 }), 'The container app has stopTimeout 1'],
    [
      'startTimeout over 120 on Fargate',
      onFargate({ startTimeout: 600 }),
      'The container app has startTimeout 600',
    ],
    [
      'a capability on Fargate',
      linuxOnFargate({ capabilities: { add: ['SYS_PTRACE', 'NET_ADMIN'] } }),
      'The container app adds the capability NET_ADMIN, and Fargate adds only SYS_PTRACE',
    ],
    ['maxSwap on Fargate', linuxOnFargate({ maxSwap: 64 }), 'The container app has linuxParameters.maxSwap'],
    [
      'swappiness on Fargate',
      linuxOnFargate({ swappiness: 60 }),
      'The container app has linuxParameters.swappiness',
    ],
    [
      'tmpfs on Fargate',
      linuxOnFargate({ tmpfs: [{ containerPath: '/tmp', size: 64 }] }),
      'The container app has linuxParameters.tmpfs',
    ],
    [
      'devices on Fargate',
      linuxOnFargate({ devices: [{ hostPath: '/dev/fuse' }] }),
      'The container app has linuxParameters.devices',
    ],
    [
      'shared memory on Fargate',
      linuxOnFargate({ sharedMemorySize: 64 }),
      'The container app has linuxParameters.sharedMemorySize',
    ],
    [
      'a GPU on Fargate',
      onFargate({ resourceRequirements: [{ type: 'GPU', value: '1' }] }),
      'The container app has a GPU (resourceRequirements)',
    ],
    ['DNS servers on Fargate', onFargate({ dnsServers: ['10.0.0.2'] }), 'The container app has dnsServers'],
    [
      'DNS search domains on Fargate',
      onFargate({ dnsSearchDomains: ['example.com'] }),
      'The container app has dnsSearchDomains',
    ],
    [
      'security options on Fargate',
      onFargate({ dockerSecurityOptions: ['no-new-privileges'] }),
      'The container app has dockerSecurityOptions',
    ],
    [
      'disabled networking on Fargate',
      onFargate({ disableNetworking: true }),
      'The container app has disableNetworking',
    ],
    [
      'awslogs on Fargate without an execution role',
      { ...FARGATE, ...logs('awslogs', AWSLOGS) },
      'The task definition has no execution role, and the container app writes to CloudWatch Logs (awslogs).',
    ],
    [
      'an image of ECR on Fargate without an execution role',
      onFargate({ image: ECR }),
      'and the container app has an image in ECR.',
    ],
    ['secrets without an execution role', app({ secrets: [SECRET] }), 'and the container app has secrets.'],
    [
      'a private registry without an execution role',
      app({
        repositoryCredentials: {
          credentialsParameter: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:hub',
        },
      }),
      'and the container app has credentials of a private registry.',
    ],
    [
      'environment files on Fargate without an execution role',
      onFargate({ environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::b/web.env' }] }),
      'and the container app has environment files.',
    ],
    [
      'FSx without an execution role',
      fsx('arn:aws:ssm:us-east-1:123456789012:parameter/fsx'),
      'and the volume data has credentials.',
    ],
    ['11 containers', many(11), 'The task definition has 11 containers, and ECS accepts 10'],
    ['no container', { containerDefinitions: [] }, 'The task definition has no container'],
    [
      'a host port mapped twice',
      both(
        { portMappings: [{ containerPort: 80, hostPort: 8080 }] },
        { portMappings: [{ containerPort: 81, hostPort: 8080 }] },
      ),
      'The container proxy maps the host port 8080 (tcp), which the container app maps too',
    ],
    [
      'a container port used twice in awsvpc mode',
      {
        ...both({ portMappings: [{ containerPort: 80 }] }, { portMappings: [{ containerPort: 80 }] }),
        networkMode: 'awsvpc',
      },
      'The container proxy maps the host port 80 (tcp)',
    ],
    [
      'another host port in awsvpc mode',
      { ...ports({ containerPort: 80, hostPort: 8080 }), networkMode: 'awsvpc' },
      'The container app has host port 8080 for its port 80, which must be the same in the network mode awsvpc',
    ],
    [
      'another host port in host mode',
      { ...ports({ containerPort: 80, hostPort: 8080 }), networkMode: 'host' },
      'which must be the same in the network mode host',
    ],
    [
      'a port mapping in the mode none',
      { ...ports({ containerPort: 80 }), networkMode: 'none' },
      'which the network mode none',
    ],
    ['a port over 65535', ports({ containerPort: 65_536 }), 'The container app has containerPort 65536'],
    [
      'a mapping without a port',
      ports({ hostPort: 80 }),
      'A port mapping of the container app has no containerPort',
    ],
    [
      'a range of ports in host mode',
      { ...ports({ containerPortRange: '8000-9000' }), networkMode: 'host' },
      'The container app has a containerPortRange',
    ],
    [
      'a range of ports that ends before it starts',
      ports({ containerPortRange: '9000-8000' }),
      '“9000-8000”',
    ],
    [
      'a port name with a capital',
      ports({ containerPort: 80, name: 'Web' }),
      'The port name “Web” of the container app',
    ],
    [
      'a port name used twice',
      ports({ containerPort: 80, name: 'web' }, { containerPort: 81, name: 'web' }),
      'The port name web of the container app is used twice',
    ],
    ...['awsvpc', 'host', 'none'].map((networkMode): [string, object, string] => [
      `links in ${networkMode} mode`,
      { ...both({ links: ['proxy'] }, {}), networkMode },
      `The container app has links, which the network mode ${networkMode}`,
    ]),
    [
      'a host name in awsvpc mode',
      { ...app({ hostname: 'web' }), networkMode: 'awsvpc' },
      'The container app has hostname',
    ],
    [
      'extra hosts in awsvpc mode',
      { ...app({ extraHosts: [{ hostname: 'a', ipAddress: '10.0.0.1' }] }), networkMode: 'awsvpc' },
      'The container app has extraHosts',
    ],
    ...Object.entries({
      interval: [4, 301],
      timeout: [1, 61],
      retries: [0, 11],
      startPeriod: [-1, 301],
    }).flatMap(([setting, values]) =>
      values.map((value): [string, object, string] => [
        `a health check with ${setting} ${value}`,
        health({ [setting]: value }),
        `The health check of the container app has ${setting} ${value}, and ECS accepts`,
      ]),
    ),
    [
      'a health check without CMD',
      health({ command: ['curl'] }),
      "a command that doesn't start with CMD or CMD-SHELL",
    ],
    [
      'a health check without a command',
      health({ command: [] }),
      "a command that doesn't start with CMD or CMD-SHELL",
    ],
    ['a family with a dot', { family: 'web.api' }, 'The family “web.api”'],
    [
      'a family of 256 characters',
      { family: 'a'.repeat(256) },
      'Use 1 to 255 letters, digits, underscores and hyphens.',
    ],
    ['a container name with a space', app({ name: 'my app' }), 'The container name “my app”'],
    ['a container without a name', app({ name: '' }), 'Container 1 has no name'],
    ['two containers with one name', both({}, { name: 'app' }), 'Another container has the name app'],
    ['a volume name with a slash', volume({ name: 'a/b' }), 'The volume name “a/b”'],
    [
      'two volumes with one name',
      { volumes: [{ name: 'data' }, { name: 'data' }] },
      'Two volumes have the name data',
    ],
    [
      'the ID of an image',
      app({ image: `sha256:${'0a'.repeat(32)}` }),
      'The image of app is the ID of a local image',
    ],
    [
      'the ID of an image without its algorithm',
      app({ image: '0a'.repeat(32) }),
      'The image of app is the ID of a local image',
    ],
    [
      'a digest with capitals',
      app({ image: `web@sha256:${'0A'.repeat(32)}` }),
      "a digest that ECS doesn't accept",
    ],
    [
      'an image with a comma',
      app({ image: 'web,api:1' }),
      "The image of app contains a character that ECS doesn't accept",
    ],
    ['a container without an image', app({ image: '' }), 'The container app has no image'],
    ['no memory at all', app({ memory: undefined }), 'Neither the container app nor the task has memory'],
    ['4 MiB of memory', app({ memory: 4 }), 'The container app has 4 MiB of memory'],
    [
      'a reservation over the memory',
      app({ memoryReservation: 65 }),
      'The container app reserves 65 MiB, more than its memory of 64 MiB',
    ],
    [
      'containers with more memory than their task',
      { ...both({}, {}), memory: '100' },
      'The containers need 128 MiB of memory together',
    ],
    [
      'a container with more memory than its task',
      { memory: '32' },
      'The container app may use more memory than its task has',
    ],
    [
      'containers with more CPU than their task',
      { ...both({ cpu: 100 }, { cpu: 100 }), cpu: '128' },
      'The containers have 200 CPU units together',
    ],
    ['64 CPU units for a task', { cpu: '64' }, 'The task has 64 CPU units'],
    [
      'a variable without a name',
      app({ environment: [{ name: '', value: 'x' }] }),
      'A variable of the container app has no name',
    ],
    [
      'a secret without a name',
      { ...app({ secrets: [{ ...SECRET, name: '' }] }), executionRoleArn: ROLE },
      'A secret of the container app has no name',
    ],
    [
      'a secret that refers to nothing',
      { ...app({ secrets: [{ ...SECRET, valueFrom: '' }] }), executionRoleArn: ROLE },
      'The secret TOKEN of the container app refers to nothing',
    ],
    [
      'a secret with a version of a parameter',
      { ...app({ secrets: [{ ...SECRET, valueFrom: '/token:2' }] }), executionRoleArn: ROLE },
      'The secret TOKEN of the container app refers to “/token:2”',
    ],
    [
      'two secrets with one name',
      { ...app({ secrets: [SECRET, SECRET] }), executionRoleArn: ROLE },
      'Two secrets of the container app have the name TOKEN',
    ],
    [
      '11 environment files',
      app({
        environmentFiles: Array.from({ length: 11 }, () => ({ type: 's3', value: 'arn:aws:s3:::b/web.env' })),
      }),
      'The container app has 11 environment files',
    ],
    [
      'an environment file outside S3',
      app({ environmentFiles: [{ type: 's3', value: 'web.env' }] }),
      "isn't the ARN of an S3 object",
    ],
    [
      'a restart period of 59 seconds',
      app({ restartPolicy: { enabled: true, restartAttemptPeriod: 59 } }),
      'The container app has restartAttemptPeriod 59',
    ],
    [
      '51 ignored exit codes',
      app({
        restartPolicy: { enabled: true, ignoredExitCodes: Array.from({ length: 51 }, (_, code) => code) },
      }),
      'The container app ignores 51 exit codes',
    ],
    ['swappiness 101', linux({ maxSwap: 64, swappiness: 101 }), 'The container app has swappiness 101'],
    ['maxSwap below 0', linux({ maxSwap: -1 }), 'The container app has maxSwap -1'],
    [
      'awslogs without a group',
      logs('awslogs', { 'awslogs-region': 'us-east-1' }),
      'The log driver awslogs of the container app needs awslogs-group',
    ],
    [
      'an unknown mode of awslogs',
      logs('awslogs', { ...AWSLOGS, mode: 'sometimes' }),
      'The container app has the log mode “sometimes”',
    ],
    [
      'two ways to find the start of a message',
      logs('awslogs', { ...AWSLOGS, 'awslogs-datetime-format': '%Y', 'awslogs-multiline-pattern': '^INFO' }),
      'The container app has both awslogs-datetime-format',
    ],
    [
      'splunk without a token',
      logs('splunk', { 'splunk-url': 'https://splunk.example' }),
      'The log driver splunk of the container app needs splunk-token',
    ],
    ['awsfirelens without a router', logs('awsfirelens'), 'no container is the log router'],
    [
      'a log router without a user',
      app({ firelensConfiguration: { type: 'fluentbit' } }),
      'The container app is a log router',
    ],
    [
      'a router with a file in S3 on Fargate',
      {
        ...FARGATE,
        ...both(
          { logConfiguration: { logDriver: 'awsfirelens' } },
          { firelensConfiguration: { type: 'fluentbit', options: { 'config-file-type': 's3' } } },
        ),
      },
      'The container proxy has config-file-type s3',
    ],
    ['a role that is a bucket', { taskRoleArn: 'arn:aws:s3:::web' }, 'taskRoleArn is “arn:aws:s3:::web”'],
    [
      'awsvpc mode for EXTERNAL',
      { requiresCompatibilities: ['EXTERNAL'], networkMode: 'awsvpc' },
      "which EXTERNAL instances don't support",
    ],
    [
      '11 placement constraints',
      {
        placementConstraints: Array.from({ length: 11 }, () => ({
          type: 'memberOf',
          expression: 'attribute:gpu exists',
        })),
      },
      'The task has 11 placement constraints',
    ],
    ['a link to a container that is not there', both({ links: ['db:database'] }, {}), 'a link to db, which'],
    [
      'a soft limit above the hard one',
      app({ ulimits: [{ name: 'nofile', softLimit: 2048, hardLimit: 1024 }] }),
      'The soft limit of nofile in the container app is 2048, above its hard limit of 1024',
    ],
    [
      'a kernel parameter of the network of a host',
      { ...app({ systemControls: [{ namespace: 'net.core.somaxconn', value: '1' }] }), networkMode: 'host' },
      "“net.core.somaxconn”, which the network mode host doesn't support",
    ],
    [
      'a kernel parameter of the IPC of a host',
      { ...app({ systemControls: [{ namespace: 'fs.mqueue.msg_max', value: '1' }] }), ipcMode: 'host' },
      "“fs.mqueue.msg_max”, which ipcMode host doesn't support",
    ],
    [
      'a kernel parameter that no container has',
      app({ systemControls: [{ namespace: 'vm.swappiness', value: '1' }] }),
      "The container app sets “vm.swappiness”, which systemControls doesn't support",
    ],
    [
      'two credential specs',
      app({ credentialSpecs: ['credentialspec:arn:1', 'credentialspec:arn:2'] }),
      'The container app has 2 credential specs, and ECS accepts one',
    ],
    ['a credential spec of another form', app({ credentialSpecs: ['arn:1'] }), 'is “arn:1”, which'],
    [
      'Windows on ARM64',
      { runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } },
      'on ARM64, and ECS runs Windows on X86_64 only',
    ],
    [
      'a GPU that is no number',
      app({ resourceRequirements: [{ type: 'GPU', value: 'all' }] }),
      "The container app has “all” GPUs, which isn't a number",
    ],
    [
      'a placement constraint without its closing parenthesis',
      { placementConstraints: [{ type: 'memberOf', expression: '(attribute:gpu exists' }] },
      'ECS can read: a closing parenthesis is missing',
    ],
    [
      'a placement constraint without an expression',
      { placementConstraints: [{ type: 'memberOf' }] },
      'A placement constraint has no expression',
    ],
    [
      'volumes of a container that is not there',
      app({ volumesFrom: [{ sourceContainer: 'files' }] }),
      'The container app mounts the volumes of files',
    ],
    [
      'a volume of two kinds',
      efs({ rootDirectory: '/' }).volumes.map((each) => ({
        volumes: [{ ...each, host: { sourcePath: '/' } }],
      }))[0] ?? {},
      'The volume data has host.sourcePath and efsVolumeConfiguration',
    ],
    [
      'EFS without a name',
      volume({ name: undefined, efsVolumeConfiguration: { fileSystemId: 'fs-1' } }),
      'A volume with efsVolumeConfiguration has no name',
    ],
    [
      'EFS with IAM and no encryption',
      efs({ authorizationConfig: { iam: 'ENABLED' } }),
      'without encryption in transit',
    ],
    [
      'EFS with an access point and a folder',
      efs({
        transitEncryption: 'ENABLED',
        rootDirectory: '/web',
        authorizationConfig: { accessPointId: 'fsap-1' },
      }),
      'The volume data has both an access point and a rootDirectory',
    ],
    [
      'FSx with the name of a secret',
      { ...fsx('fsx'), executionRoleArn: ROLE },
      'The credentialsParameter of the volume data',
    ],
    [
      'two volumes configured at launch',
      { volumes: ['a', 'b'].map((name) => ({ name, configuredAtLaunch: true })) },
      '2 volumes are configured at launch',
    ],
  ])('%s', async (_case, changes, sentence) => {
    const content = contentOf(changes);
    expect(problemsOf(content, 'error')).toEqual([expect.stringContaining(sentence)]);
    await expect(isRegistered(test.client, content)).resolves.toBe(false);
  });
});

describe('what ECS accepts is no error of the check', () => {
  it.each<[string, object]>([
    ['the least', {}],
    ['Fargate with the least', FARGATE],
    ['Fargate with pidMode task', { ...FARGATE, pidMode: 'task' }],
    [
      'Fargate with SYS_PTRACE',
      linuxOnFargate({ capabilities: { add: ['SYS_PTRACE'], drop: ['NET_RAW'] }, initProcessEnabled: true }),
    ],
    ['Fargate with timeouts of 120 seconds', onFargate({ startTimeout: 120, stopTimeout: 120 })],
    ['Fargate with a volume of the task', { ...FARGATE, ...volume({ host: {} }) }],
    [
      'Fargate with EFS',
      {
        ...FARGATE,
        ...efs({ transitEncryption: 'ENABLED', authorizationConfig: { accessPointId: 'fsap-1' } }),
      },
    ],
    ['Fargate with privileged false', onFargate({ privileged: false, dnsServers: [], links: [] })],
    [
      'Fargate with awslogs, ECR, secrets and a role',
      {
        ...onFargate({
          image: ECR,
          secrets: [SECRET],
          logConfiguration: { logDriver: 'awslogs', options: AWSLOGS },
        }),
        executionRoleArn: ROLE,
      },
    ],
    [
      'Fargate with splunk and its token as a secret',
      {
        ...onFargate({
          logConfiguration: {
            logDriver: 'splunk',
            options: { 'splunk-url': 'https://splunk.example' },
            secretOptions: [{ name: 'splunk-token', valueFrom: '/token' }],
          },
        }),
        executionRoleArn: ROLE,
      },
    ],
    [
      'Fargate with a log router',
      {
        ...FARGATE,
        ...both(
          { logConfiguration: { logDriver: 'awsfirelens' } },
          { firelensConfiguration: { type: 'fluentbit', options: { 'config-file-type': 'file' } } },
        ),
      },
    ],
    [
      'Fargate with the host port of the container',
      onFargate({
        portMappings: [
          { containerPort: 80, hostPort: 80 },
          { containerPort: 81, hostPort: 0 },
        ],
      }),
    ],
    [
      'EC2 with awslogs and ECR and no role',
      {
        ...app({
          image: ECR,
          logConfiguration: {
            logDriver: 'awslogs',
            options: { 'awslogs-region': 'us-east-1', 'awslogs-group': '/web' },
          },
        }),
        requiresCompatibilities: ['EC2'],
      },
    ],
    [
      'EC2 with what Fargate refuses',
      {
        ...linux({ maxSwap: 0, swappiness: 0, capabilities: { add: ['NET_ADMIN'] } }),
        pidMode: 'host',
        ipcMode: 'host',
        ...volume({ host: { sourcePath: '/data' } }),
      },
    ],
    ['EC2 with a long stop', app({ stopTimeout: 3600, privileged: true })],
    [
      'kernel parameters of a container',
      app({
        systemControls: ['net.core.somaxconn', 'kernel.sem', 'fs.mqueue.msg_max'].map((namespace) => ({
          namespace,
          value: '1',
        })),
      }),
    ],
    ['a credential spec', app({ credentialSpecs: ['credentialspecdomainless:arn:aws:ssm:1'] })],
    ['a GPU on instances', app({ resourceRequirements: [{ type: 'GPU', value: '1' }] })],
    [
      'a placement constraint of all kinds',
      {
        placementConstraints: [
          {
            type: 'memberOf',
            expression: 'not(task:group == db) && (agentVersion >= 1.9.0 or attribute:a in [b])',
          },
        ],
      },
    ],
    ['links without a network mode', both({ links: ['proxy'] }, {})],
    ['links in bridge mode', { ...both({ links: ['proxy'] }, {}), networkMode: 'bridge' }],
    [
      'one port for two protocols',
      ports({ containerPort: 53, hostPort: 53 }, { containerPort: 53, hostPort: 53, protocol: 'udp' }),
    ],
    [
      'one container port on two hosts ports',
      ports({ containerPort: 80, hostPort: 8080 }, { containerPort: 80, hostPort: 8081 }),
    ],
    [
      'dynamic host ports',
      both(
        { portMappings: [{ containerPort: 80, hostPort: 0 }] },
        { portMappings: [{ containerPort: 80, hostPort: 0 }] },
      ),
    ],
    ['a range of ports', ports({ containerPortRange: '9000-9100', name: 'many' })],
    [
      'the ends of every range of a health check',
      {
        ...both(
          { healthCheck: { command: ['CMD', 'true'], interval: 5, timeout: 2, retries: 1, startPeriod: 0 } },
          {
            healthCheck: {
              command: ['CMD-SHELL', 'true'],
              interval: 300,
              timeout: 60,
              retries: 10,
              startPeriod: 300,
            },
          },
        ),
      },
    ],
    ['10 containers', many(10)],
    [
      'names with every character',
      { family: 'W_e-b9', ...app({ name: 'A_p-p9' }), ...volume({ name: 'D_a-t9' }) },
    ],
    [
      'an image with a tag, a digest and a port of its registry',
      app({ image: `localhost:5000/a/b__c:1.0_x-y@sha256:${'0a'.repeat(32)}` }),
    ],
    ['a repository that is called sha256', app({ image: 'sha256:1.0' })],
    ['a registry with an IPv6 address', app({ image: '[2001:db8::1]:5000/web:1' })],
    ['memory of the task alone', { ...app({ memory: undefined }), memory: '512' }],
    ['a reservation alone', app({ memory: undefined, memoryReservation: 64 })],
    [
      'soft limits that fit the task',
      {
        ...both({ memory: 100, memoryReservation: 50 }, { memory: 100, memoryReservation: 50 }),
        memory: '100',
      },
    ],
    [
      'roles by their names and with a path',
      { taskRoleArn: 'web-task', executionRoleArn: 'arn:aws-cn:iam::123456789012:role/team/execution' },
    ],
    ['volumes without a name', { volumes: [{}, {}] }],
    ['EXTERNAL in host mode', { requiresCompatibilities: ['EXTERNAL'], networkMode: 'host' }],
    [
      'a sidecar that ends first',
      both({ dependsOn: [{ containerName: 'proxy', condition: 'SUCCESS' }] }, { essential: false }),
    ],
  ])('%s', async (_case, changes) => {
    const content = contentOf(changes);
    expect(problemsOf(content, 'error')).toEqual([]);
    await expect(isRegistered(test.client, content)).resolves.toBe(true);
  });

  it.each(['demo', 'incident', 'express', 'large'] as const)(
    'every newest revision of the scenario %s passes without a warning',
    async (scenario) => {
      const sandbox = await startTestSandbox({ scenario });
      const clients = await awsAtEndpoint(sandbox);
      try {
        const ecs = clients.aws.ecs(clients.scope, 'clicked');
        const { families = [] } = await ecs.send(new ListTaskDefinitionFamiliesCommand({ status: 'ACTIVE' }));
        expect(families.length).toBeGreaterThan(0);
        for (const familyPrefix of families) {
          const list = new ListTaskDefinitionsCommand({ familyPrefix, sort: 'DESC', maxResults: 100 });
          const { taskDefinitionArns: [newest = ''] = [] } = await ecs.send(list);
          const described = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: newest }));
          const { taskDefinition = {} } = described;
          const json = JSON.stringify(registrationInput({ taskDefinition }));
          expect(checkRegistration(json).problems).toEqual([]);
        }
      } finally {
        clients.aws.close();
        await sandbox.close();
      }
    },
  );
});

describe('what ECS ignores is a warning of the check', () => {
  it('swappiness without maxSwap', async () => {
    const content = contentOf(linux({ swappiness: 60 }));
    expect(problemsOf(content, 'error')).toEqual([]);
    expect(problemsOf(content, 'warning')).toEqual([
      'The container app has swappiness without maxSwap, and ECS ignores it then. Set maxSwap too, or remove swappiness.',
    ]);
    await expect(isRegistered(test.client, content)).resolves.toBe(true);
  });

  it('an option of awslogs that may be newer than this version is one too', () => {
    const content = contentOf(logs('awslogs', { ...AWSLOGS, 'awslogs-grup': '/web' }));
    expect(problemsOf(content, 'error')).toEqual([]);
    expect(problemsOf(content, 'warning')).toEqual([
      "The container app has the option awslogs-grup, which awslogs doesn't have by AWS's documentation. Remove it, or correct its name.",
    ]);
  });
});
