import { RegisterTaskDefinitionCommand, type RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestEcs, type TestEcs } from '../../testing/ecs.ts';

let test: TestEcs;
beforeAll(async () => {
  test = await startTestEcs();
});
afterAll(() => test.close());

const ROLE = 'arn:aws:iam::123456789012:role/execution';
const CONTAINER = { name: 'app', image: 'web:1.0', memory: 128 };
const ROUTER = { name: 'router', image: 'fluent-bit:3', memory: 64 };
const FARGATE = {
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  executionRoleArn: ROLE,
};

const app = (changes: object) => ({ containerDefinitions: [{ ...CONTAINER, ...changes }] });
const ports = (...portMappings: readonly object[]) => app({ portMappings });
const awslogs = (options: object) =>
  app({
    logConfiguration: {
      logDriver: 'awslogs',
      options: { 'awslogs-region': 'us-east-1', 'awslogs-group': '/web', ...options },
    },
  });
const memberOf = (expression: string) => ({ placementConstraints: [{ type: 'memberOf', expression }] });
const routed = (firelensConfiguration: object) => ({
  containerDefinitions: [
    { ...CONTAINER, logConfiguration: { logDriver: 'awsfirelens' } },
    { ...ROUTER, firelensConfiguration },
  ],
});

function register(changes: object) {
  const request = { family: 'web', containerDefinitions: [CONTAINER], ...changes };
  return test.client.send(
    new RegisterTaskDefinitionCommand(request as unknown as RegisterTaskDefinitionRequest),
  );
}

describe('what cannot be registered', () => {
  it.each([
    [awslogs({ 'awslogs-grup': '/web' }), 'Log driver awslogs disallows options: awslogs-grup'],
    [awslogs({ mode: 'sometimes' }), "Log driver option 'mode' must be blocking or non-blocking."],
    [
      awslogs({ 'awslogs-datetime-format': '%Y', 'awslogs-multiline-pattern': '^INFO' }),
      'You cannot configure both',
    ],
    [{ ...FARGATE, ...awslogs({}) }, 'Log driver awslogs requires options: awslogs-stream-prefix'],
    [
      app({ logConfiguration: { logDriver: 'splunk', options: { 'splunk-url': 'https://splunk.example' } } }),
      'Log driver splunk requires options: splunk-token',
    ],
    [app({ logConfiguration: { logDriver: 'awsfirelens' } }), 'a firelens configuration object must be'],
    [app({ firelensConfiguration: { type: 'fluentbit' } }), 'at least one container has to be configured'],
    [
      { ...FARGATE, ...routed({ type: 'fluentbit', options: { 'config-file-type': 's3' } }) },
      'support only the config-file-type file, not s3.',
    ],
    [ports({ hostPort: 80 }), "Invalid 'containerPort' setting for container 'app'."],
    [ports({ containerPort: 80, name: 'Web' }), "Port mapping name 'Web' must match"],
    [
      ports({ containerPort: 80, name: 'web' }, { containerPort: 81, name: 'web' }),
      "Port mapping name 'web' is used more than once.",
    ],
    [ports({ containerPortRange: '9000-8000' }), "Invalid containerPortRange '9000-8000'."],
    [ports({ containerPortRange: 'many' }), "Invalid containerPortRange 'many'."],
    [
      { ...ports({ containerPortRange: '8000-9000' }), networkMode: 'host' },
      'containerPortRange is not supported when networkMode=host.',
    ],
    [
      ports({ containerPort: 80, hostPort: 8080 }, { containerPort: 81, hostPort: 8080 }),
      "TCP host port '8080' is mapped multiple times in task.",
    ],
    [
      {
        ...FARGATE,
        containerDefinitions: [
          { ...CONTAINER, portMappings: [{ containerPort: 80 }] },
          { ...ROUTER, portMappings: [{ containerPort: 80 }] },
        ],
      },
      "TCP host port '80' is mapped multiple times in task.",
    ],
    [
      { ...ports({ containerPort: 80 }), networkMode: 'none' },
      'Port mappings are not supported when networkMode=none.',
    ],
    [{ ...FARGATE, ...app({ hostname: 'web' }) }, 'hostname is not supported on container when'],
    [
      { ...app({ extraHosts: [{ hostname: 'a', ipAddress: '10.0.0.1' }] }), networkMode: 'awsvpc' },
      'extraHosts is not supported on container when networkMode=awsvpc.',
    ],
    [app({ image: `web@sha256:${'a'.repeat(63)}` }), 'Container.image has an invalid digest'],
    [app({ image: `web@sha512:${'a'.repeat(128)}` }), 'Container.image has an invalid digest'],
    [app({ image: `${'a'.repeat(254)}:1` }), 'at most 255 characters before its digest.'],
    [app({ environment: [{ name: '', value: 'x' }] }), 'Container.environment.name should not be null'],
    [
      { ...app({ secrets: [{ name: '', valueFrom: '/token' }] }), executionRoleArn: ROLE },
      'The name of a secret should not be null or empty.',
    ],
    [app({ healthCheck: { command: ['curl', 'localhost'] } }), 'must start with CMD or CMD-SHELL.'],
    [
      app({ restartPolicy: { enabled: true, restartAttemptPeriod: 59 } }),
      'restartAttemptPeriod must be between 60 and 1800.',
    ],
    [
      app({
        restartPolicy: { enabled: true, ignoredExitCodes: Array.from({ length: 51 }, (_, code) => code) },
      }),
      'can have at most 50 exit codes.',
    ],
    [app({ linuxParameters: { maxSwap: 64, swappiness: 101 } }), 'swappiness must be between 0 and 100.'],
    [app({ linuxParameters: { maxSwap: -1 } }), 'maxSwap must be at least 0.'],
    [app({ links: ['db:database'] }), "'links' names the container 'db', which is not in"],
    [
      app({ ulimits: [{ name: 'nofile', softLimit: 2048, hardLimit: 1024 }] }),
      "The softLimit of the ulimit 'nofile' must not be greater than its hardLimit.",
    ],
    [
      app({ ulimits: [{ name: 'core', softLimit: -1, hardLimit: 0 }] }),
      "The softLimit of the ulimit 'core' must not be greater than its hardLimit.",
    ],
    [app({ resourceRequirements: [{ type: 'GPU', value: 'all' }] }), "The value 'all' of the resource"],
    [app({ resourceRequirements: [{ type: 'GPU', value: '0' }] }), "The value '0' of the resource"],
    [
      { placementConstraints: [{ type: 'distinctInstance' }] },
      "Value 'distinctInstance' at 'placementConstraints.1.member.type' failed to satisfy constraint",
    ],
    [{ placementConstraints: [{ type: 'memberOf' }] }, 'memberOf expression should not be null or empty.'],
    [memberOf('attribute:stack = blue'), "“=” isn't an operator."],
    [memberOf('(attribute:stack == blue'), 'a closing parenthesis is missing.'],
    [{ taskRoleArn: 'arn:aws:s3:::web' }, 'Role is not valid'],
    [{ executionRoleArn: '<role>' }, 'Role is not valid'],
    [{ cpu: '64' }, "Invalid 'cpu' setting for task."],
    [{ cpu: '200 vCPU' }, "Invalid 'cpu' setting for task."],
    [
      { requiresCompatibilities: ['EXTERNAL'], networkMode: 'awsvpc' },
      'networkMode=awsvpc is not supported.',
    ],
  ])('%.200j', async (changes, message) => {
    await expect(register(changes)).rejects.toMatchObject({
      name: 'ClientException',
      message: expect.stringContaining(message),
    });
  });
});

it.each([
  [{ ...FARGATE, ...routed({ type: 'fluentbit', options: { 'config-file-type': 'file' } }) }],
  [ports({ containerPort: 53, hostPort: 53 }, { containerPort: 53, hostPort: 53, protocol: 'udp' })],
  [ports({ containerPort: 80 }, { containerPort: 81 }, { containerPortRange: '9000-9100' })],
  [app({ image: `web:1@sha256:${'a'.repeat(64)}` })],
  [{ taskRoleArn: 'web-task' }],
  [{ containerDefinitions: [{ ...CONTAINER, links: ['router:logs', 'router'] }, ROUTER] }],
  [app({ ulimits: [{ name: 'memlock', softLimit: -1, hardLimit: -1 }] })],
  [app({ ulimits: [{ name: 'nofile', softLimit: 1024, hardLimit: -1 }] })],
  [app({ resourceRequirements: [{ type: 'GPU', value: '2' }] })],
  [memberOf('not(task:group == database) and (agentVersion >= 1.50.0 or attribute:gpu exists)')],
])('what is like it and right is registered: %.200j', async (changes) => {
  await expect(register(changes)).resolves.toMatchObject({ taskDefinition: { family: 'web' } });
});
