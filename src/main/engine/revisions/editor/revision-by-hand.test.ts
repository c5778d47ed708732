import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  DescribeTaskDefinitionCommand,
  type RegisterTaskDefinitionRequest,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../../sandbox/testing/sandbox.ts';
import {
  TASK_DEFINITION_ENUMS,
  TASK_DEFINITION_TEXTS,
  volumeOfEachKind,
} from '../../../../sandbox/testing/task-definition-texts.ts';
import { type Journal, openJournal } from '../../journal/journal.ts';
import { registerRevision } from '../../register/register-revision.ts';
import { awsAtEndpoint } from '../../testing/aws-at-endpoint.ts';
import { startProxy } from '../../testing/killing-proxy.ts';
import { taskDefinitionWithEveryMember } from '../../testing/schema-samples.ts';
import { checkRegistration } from './check-registration.ts';
import { completeRegistration } from './complete-registration.ts';
import { draftOf, registerByHand } from './register-by-hand.ts';
import { REGISTRATION_ENUMS } from './registration-schema.ts';

const signal = new AbortController().signal;
const MINIMAL =
  '{"family": "web", "containerDefinitions": [{"name": "app", "image": "web:1", "memory": 64}]}';

function messages(value: unknown): readonly string[] {
  return checkRegistration(JSON.stringify(value)).problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('the check of a task definition', () => {
  const mixed = taskDefinitionWithEveryMember(TASK_DEFINITION_TEXTS);
  const valid = {
    ...mixed,
    // Containers can wait for others of the task only, link to them, and mount their volumes.
    containerDefinitions: mixed.containerDefinitions?.map((container, index, all) => ({
      ...container,
      dependsOn: index === 0 ? [{ containerName: all.at(-1)?.name, condition: 'START' }] : [],
      volumesFrom: index === 0 ? [{ sourceContainer: all.at(-1)?.name, readOnly: true }] : [],
      // One is all that a container can have.
      credentialSpecs: container.credentialSpecs?.slice(0, 1),
      links: index === 0 ? [`${all.at(-1)?.name}:other`] : [],
    })),
    volumes: volumeOfEachKind(mixed.volumes?.[0] ?? {}),
  };

  it('knows every enum that the sandbox enforces', () => {
    const sorted = (enums: Readonly<Record<string, readonly string[]>>) =>
      Object.fromEntries(Object.entries(enums).map(([field, values]) => [field, values.toSorted()]));
    expect(sorted(REGISTRATION_ENUMS)).toEqual(sorted(TASK_DEFINITION_ENUMS));
  });

  it('accepts every field of the schema', () => {
    const { requiresCompatibilities: _none, ...content } = valid;
    expect(messages(content)).toEqual([]);
  });

  it('names line and column of a JSON error', () => {
    expect(checkRegistration('{\n  "family": "web",\n  cpu: 1\n}').problems).toEqual([
      expect.objectContaining({
        line: 3,
        column: 3,
        message: 'Expected a field name in double quotes, found cpu',
      }),
    ]);
  });

  it('names unknown fields, missing fields, wrong types and invalid enum values', () => {
    const container = { name: 'app', Image: 'web:1', essential: 'yes', ulimits: [{ name: 'files' }] };
    expect(messages({ revision: 4, containerDefinitions: [container], networkMode: 'vpc' })).toEqual([
      ': family is missing',
      "revision: revision is set by ECS and can't be registered: remove it",
      'containerDefinitions[0].Image: Unknown field "Image" in containerDefinitions. Did you mean image?',
      'containerDefinitions[0].essential: This must be true or false',
      'containerDefinitions[0].ulimits[0]: softLimit is missing',
      'containerDefinitions[0].ulimits[0]: hardLimit is missing',
      expect.stringContaining('containerDefinitions[0].ulimits[0].name: files is not one of core, cpu,'),
      'networkMode: vpc is not one of awsvpc, bridge, host, none',
    ]);
  });

  it('knows what Fargate requires', () => {
    const containerDefinitions = [{ name: 'app', image: 'web:1', memory: 64 }];
    const content = { family: 'web', containerDefinitions, requiresCompatibilities: ['FARGATE'] };
    expect(messages(content)).toEqual([
      'networkMode: Fargate needs the network mode awsvpc',
      'cpu: Fargate needs the cpu of the task',
      'memory: Fargate needs the memory of the task',
    ]);
    const odd = { ...content, networkMode: 'awsvpc', cpu: '256', memory: '4096' };
    expect(checkRegistration(JSON.stringify(odd)).problems).toEqual([
      expect.objectContaining({ path: 'memory', severity: 'warning' }),
    ]);
  });
});

describe('what ECS refuses although every value has its type', () => {
  const app = { name: 'app', image: 'web:1', memory: 64 };

  it.each([
    [
      'memory of half a MiB',
      { memory: '128.5' },
      'memory: “128.5” is not a memory size that ECS accepts for a task. Use a whole number of MiB such as 1024, or GB such as 1 GB.',
    ],
    [
      'a CPU that is a word',
      { cpu: 'much' },
      'cpu: “much” is not a CPU size that ECS accepts for a task. Use a whole number of CPU units such as 512, or vCPUs such as 0.5 vCPU.',
    ],
    [
      'ephemeral storage of 20 GiB',
      { ephemeralStorage: { sizeInGiB: 20 } },
      'ephemeralStorage.sizeInGiB: The ephemeral storage is 20 GiB, and ECS accepts 21 to 200. Leave ephemeralStorage out for the 20 GiB that every Fargate task has.',
    ],
    [
      'the ID of an image',
      { containerDefinitions: [{ ...app, image: `sha256:${'0a'.repeat(32)}` }] },
      'containerDefinitions[0].image: The image of app is the ID of a local image, which no registry knows. Write it as repository:tag or repository@sha256:digest.',
    ],
    [
      'a digest other than SHA-256',
      { containerDefinitions: [{ ...app, image: `web@sha512:${'0a'.repeat(64)}` }] },
      `containerDefinitions[0].image: The image of app has a digest that ECS doesn't accept: “web@sha512:${'0a'.repeat(64)}”. Write its SHA-256 digest: sha256: and 64 hexadecimal digits.`,
    ],
    ...['web@sha256:abc', `web@md5:${'0a'.repeat(16)}`, 'web@', `web@sha256:${'0A'.repeat(32)}`].map(
      (image): [string, object, string] => [
        `the digest of ${image}`,
        { containerDefinitions: [{ ...app, image }] },
        `containerDefinitions[0].image: The image of app has a digest that ECS doesn't accept: “${image}”. Write its SHA-256 digest: sha256: and 64 hexadecimal digits.`,
      ],
    ),
    [
      'an image with 256 characters',
      { containerDefinitions: [{ ...app, image: `web:${'x'.repeat(252)}` }] },
      'containerDefinitions[0].image: The image of app has more than 255 characters before its digest. Shorten the name of its repository, or its tag.',
    ],
    [
      'an image with the scheme of an address',
      { containerDefinitions: [{ ...app, image: 'https://one.example/web:1' }] },
      'containerDefinitions[0].image: The image of app is an address of the web: “https://one.example/web:1”. Write it without https://, as repository:tag or repository@sha256:digest.',
    ],
    [
      'an image that is not a valid reference',
      { containerDefinitions: [{ ...app, image: 'Web:1' }] },
      "containerDefinitions[0].image: The image of app isn't a valid reference: “Web:1”. Write the name of the repository in lowercase, and a tag of at most 128 characters.",
    ],
    [
      'a soft limit above the hard limit',
      {
        containerDefinitions: [{ ...app, ulimits: [{ name: 'nofile', softLimit: 2000, hardLimit: 1000 }] }],
      },
      'containerDefinitions[0].ulimits[0]: The soft limit of nofile in the container app is 2000, above its hard limit of 1000. Lower softLimit, or raise hardLimit.',
    ],
    [
      'a mount at a relative path',
      {
        volumes: [{ name: 'data' }],
        containerDefinitions: [{ ...app, mountPoints: [{ sourceVolume: 'data', containerPath: 'data' }] }],
      },
      'containerDefinitions[0].mountPoints[0].containerPath: The container app mounts a volume at “data”, which is not an absolute path. Write it from the root, such as /data.',
    ],
    [
      'a link to a container that is not there',
      { containerDefinitions: [{ ...app, links: ['db:database'] }] },
      "containerDefinitions[0].links[0]: The container app has a link to db, which the task definition doesn't have. Correct the name of the container.",
    ],
    [
      'Managed Instances without a network mode',
      { requiresCompatibilities: ['MANAGED_INSTANCES'] },
      'networkMode: The task has no network mode, and Managed Instances run tasks with awsvpc or host. Use the network mode awsvpc or host, or remove MANAGED_INSTANCES from requiresCompatibilities.',
    ],
    [
      'Windows on ARM',
      { runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } },
      'runtimePlatform.cpuArchitecture: The task is for WINDOWS_SERVER_2022_CORE on ARM64, and ECS runs Windows on X86_64 only. Set cpuArchitecture to X86_64, or leave it out.',
    ],
    ...(
      [
        [{ key: 'AWS:team' }, '“AWS:team” starts with aws:, which is reserved for AWS'],
        [{ key: 'team', value: 'x'.repeat(257) }, '“team” has more than 256 characters in its value'],
        [{ key: 'team', value: 'a,b' }, "“team” has characters that ECS doesn't accept"],
        [{ value: 'x' }, "without a key isn't one that ECS accepts"],
      ] as const
    ).map(([tag, problem]): [string, object, string] => [
      `a tag that ${problem}`,
      { tags: [tag] },
      `tags[0]: The tag ${problem}. Correct or remove it.`,
    ]),
    [
      'a dependency on a container that is not there',
      {
        containerDefinitions: [{ ...app, dependsOn: [{ containerName: 'proxy', condition: 'START' }] }],
      },
      "containerDefinitions[0].dependsOn[0]: The container app waits for proxy, which the task definition doesn't have. Correct the name in containerName.",
    ],
    [
      'a dependency on the health of a container without a health check',
      {
        containerDefinitions: [
          { ...app, dependsOn: [{ containerName: 'proxy', condition: 'HEALTHY' }] },
          { ...app, name: 'proxy' },
        ],
      },
      'containerDefinitions[0].dependsOn[0]: The container app waits for proxy to be HEALTHY, which has no health check. Give it a healthCheck, or wait for START.',
    ],
    [
      'a dependency on the end of an essential container',
      {
        containerDefinitions: [
          { ...app, dependsOn: [{ containerName: 'migrate', condition: 'SUCCESS' }] },
          { ...app, name: 'migrate' },
        ],
      },
      'containerDefinitions[0].dependsOn[0]: The container app waits for migrate to end (SUCCESS), which is essential: its end stops the task. Set essential to false for it.',
    ],
    [
      'no essential container',
      { containerDefinitions: [{ ...app, essential: false }] },
      'containerDefinitions: No container of the task definition is essential. Remove essential: false from the container that does the work.',
    ],
    [
      'an image with a space',
      { containerDefinitions: [{ ...app, image: 'web :1' }] },
      'containerDefinitions[0].image: The image of app contains a space: “web :1”. Write it as repository:tag or repository@sha256:digest.',
    ],
    [
      'a variable that is also a secret',
      {
        executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
        containerDefinitions: [
          { ...app, environment: [{ name: 'A', value: '' }], secrets: [{ name: 'A', valueFrom: 'a' }] },
        ],
      },
      'containerDefinitions[0].secrets[0].name: A of the container app is both a variable and a secret. Remove one of them.',
    ],
    [
      'a mount point without its volume',
      { containerDefinitions: [{ ...app, mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }] }] },
      "containerDefinitions[0].mountPoints[0]: The container app mounts the volume data, which the task definition doesn't have. Add it to volumes, or correct the name in sourceVolume.",
    ],
    [
      'an environment file of another kind',
      {
        containerDefinitions: [{ ...app, environmentFiles: [{ value: 'arn:aws:s3:::b/a.txt', type: 's3' }] }],
      },
      "containerDefinitions[0].environmentFiles[0]: The environment file arn:aws:s3:::b/a.txt of the container app doesn't end in .env. Give the ARN of an S3 object whose name ends in .env.",
    ],
    [
      'containers that wait for each other',
      {
        containerDefinitions: [
          { ...app, dependsOn: [{ containerName: 'b', condition: 'START' }] },
          { ...app, name: 'b', dependsOn: [{ containerName: 'app', condition: 'START' }] },
        ],
      },
      'containerDefinitions: Containers wait for each other: app → b → app. Remove one of these dependsOn entries.',
    ],
    [
      'less than 1 vCPU for Windows',
      {
        requiresCompatibilities: ['FARGATE'],
        networkMode: 'awsvpc',
        cpu: '.5 vCPU',
        memory: '1 GB',
        runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' },
      },
      "memory: Fargate doesn't support 0.5 vCPU with 1 GiB for Windows. It supports 1024, 2048 and 4096 CPU units for Windows.",
    ],
  ])('names %s', (_what, changes, problem) => {
    expect(messages({ family: 'web', containerDefinitions: [app], ...changes })).toEqual([problem]);
  });

  it('names two volumes with the same name', () => {
    const containerDefinitions = [{ name: 'app', image: 'web:1', memory: 64 }];
    const volumes = [{ name: 'data' }, { name: 'data' }];
    expect(messages({ family: 'web', containerDefinitions, volumes })).toEqual([
      'volumes[1].name: Two volumes have the name data. Remove one of them, or give it another name and mount it by that.',
    ]);
  });

  it('names a document over 64 KiB, whatever its tags', () => {
    const large = { ...app, environment: [{ name: 'A', value: 'a'.repeat(65_536) }] };
    expect(messages({ family: 'web', containerDefinitions: [large] })).toEqual([
      expect.stringMatching(/^: The task definition has 65\d{3} bytes, and ECS accepts 65536 \(64 KiB\)/),
    ]);
    const tags = Array.from({ length: 50 }, (_, index) => ({ key: `a${index}`, value: 'a'.repeat(256) }));
    expect(messages({ family: 'web', containerDefinitions: [app], tags })).toEqual([]);
  });

  it('names a byte order mark before the JSON', () => {
    expect(checkRegistration('\uFEFF{}').problems).toMatchObject([
      { line: 1, message: 'The document begins with a byte order mark: save it as UTF-8 without BOM' },
    ]);
  });

  it('names memory of a container that is no whole number', () => {
    const half = { ...app, memory: 128.5 };
    expect(messages({ family: 'web', containerDefinitions: [half] })).toEqual([
      'containerDefinitions[0].memory: This must be a whole number',
    ]);
  });

  it('takes the sizes that ECS turns into numbers', () => {
    const fargate = { requiresCompatibilities: ['FARGATE'], networkMode: 'awsvpc' };
    const sizes = [
      ['1 vCPU', '2 GB'],
      ['.25vcpu', '.5gb'],
      ['32 VCPU', '244 GB'],
    ];
    for (const [cpu, memory] of sizes)
      expect(messages({ family: 'web', containerDefinitions: [app], ...fargate, cpu, memory })).toEqual([]);
  });
});

describe('the check of containers', () => {
  it('names a duplicate container name', () => {
    const container = { name: 'app', image: 'web:1', memory: 64 };
    expect(messages({ family: 'web', containerDefinitions: [container, container] })).toEqual([
      'containerDefinitions[1].name: Another container has the name app. Container names must be unique.',
    ]);
  });
});

describe('completion', () => {
  /** The labels at the bar of a text. */
  function at(text: string): readonly string[] {
    const offset = text.indexOf('|');
    return completeRegistration(text.replace('|', ''), offset).options.map(({ label }) => label);
  }

  it('offers the fields of the schema that are not set yet', () => {
    expect(at('{"family": "web", "net|')).toEqual(['networkMode']);
    expect(at('{"networkMode": "host", "net|')).toEqual([]);
    expect(at('{"net|", "tags": [{"key": "a"}], "networkMode": "host"}')).toEqual([]);
    expect(at('{"net|"\n "volumes": [{"name": "a"}, {"name": "b"}], "networkMode": "host"}')).toEqual([]);
    expect(at('{"net|, "tags": [], "networkMode": "host"}')).toEqual([]);
    expect(
      at('{"containerDefinitions": [{"name": "app", "portMappings": [{"hostPort": 1, "container|'),
    ).toEqual(['containerPort', 'containerPortRange']);
  });

  it('offers the values of an enum, and true and false', () => {
    expect(at('{"networkMode": |')).toEqual(['awsvpc', 'bridge', 'host', 'none']);
    expect(at('{"requiresCompatibilities": ["EC2", "F|"]}')).toEqual(['FARGATE']);
    expect(at('{"containerDefinitions": [{"essential": t|')).toEqual(['true']);
    expect(at('{"family": |')).toEqual([]);
  });

  it('offers nothing where neither a name nor a value can follow, and nothing in an endlessly nested text', () => {
    expect(at('{"networkMode": "host" |')).toEqual([]);
    expect(at('{"requiresCompatibilities": ["EC2"] |')).toEqual([]);
    expect(at('|')).toEqual([]);
    expect(at(`${'{"a":'.repeat(10_000)}{"net|`)).toEqual([]);
  });

  it('replaces a name without adding a second colon', () => {
    const text = '{"netw": "host"}';
    const { from, to, options } = completeRegistration(text, text.indexOf('":'));
    expect(text.slice(0, from) + (options[0]?.insert ?? '') + text.slice(to)).toBe('{"networkMode": "host"}');
  });

  it('replaces what is typed, including its quotes', () => {
    const text = '{"networkMode": "aws"}';
    const { from, to, options } = completeRegistration(text, text.indexOf('"}'));
    expect(text.slice(0, from) + (options[0]?.insert ?? '') + text.slice(to)).toBe(
      '{"networkMode": "awsvpc"}',
    );
  });
});

describe('a revision by hand', () => {
  let sandbox: TestSandbox;
  let clients: Awaited<ReturnType<typeof awsAtEndpoint>>;

  let folder: string;
  let journal: Journal;
  let dependencies: Parameters<typeof registerByHand>[0];

  beforeEach(async () => {
    sandbox = await startTestSandbox({ scenario: 'empty' });
    clients = await awsAtEndpoint(sandbox);
    folder = mkdtempSync(path.join(tmpdir(), 'by-hand-'));
    const clock = { now: () => new Date() };
    const logger = pino({ level: 'silent' });
    journal = openJournal({ data: folder }, logger, clock);
    dependencies = { aws: clients.aws, journal, clock, logger };
  });
  afterEach(async () => {
    clients.aws.close();
    journal.close();
    rmSync(folder, { recursive: true });
    await sandbox.close();
  });

  it('is registered exactly as written', async () => {
    const ecs = clients.aws.ecs(clients.scope, 'clicked');
    const first: RegisterTaskDefinitionRequest = {
      family: 'web',
      containerDefinitions: [{ name: 'app', image: 'web:1', memory: 64, essential: true }],
      tags: [{ key: 'slipway:why', value: 'earlier' }],
    };
    const { taskDefinitionArn = '' } = await registerRevision(ecs, first, signal);
    const { json } = await draftOf(ecs, taskDefinitionArn, signal);
    expect(json).not.toContain('slipway:why');
    expect(checkRegistration(json).problems).toEqual([]);

    const edited = json.replace('"web:1"', '"web:2"');
    const registered = await registerByHand(dependencies, clients.scope, { json: edited, note: 'by hand' });
    expect(registered).toMatchObject({ name: 'web:2', family: 'web', lost: [], filledIn: [] });
    const described = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: registered.arn, include: ['TAGS'] }),
    );
    expect(described.taskDefinition?.containerDefinitions?.[0]?.image).toBe('web:2');
    expect(described.tags).toEqual([{ key: 'slipway:why', value: 'by hand' }]);
    expect(journal.entries.list({})).toMatchObject([
      {
        kind: 'register',
        subject: 'web',
        state: 'done',
        why: 'by hand',
        callerIdentity: 'sandbox',
        taskDefinitionArn: registered.arn,
        steps: [{ operation: 'RegisterTaskDefinition', state: 'done', result: registered.arn }],
      },
    ]);
  });

  it('is looked up when the answer is lost, and not registered twice', async () => {
    let isLost = true;
    const proxy = await startProxy(sandbox.endpoint, {
      onCall: () => 'pass',
      onAnswer(operation) {
        if (operation !== 'RegisterTaskDefinition' || !isLost) return 'pass';
        isLost = false;
        return 'swallow';
      },
    });
    const through = await awsAtEndpoint({ ...sandbox, endpoint: proxy.endpoint });
    try {
      const registered = await registerByHand({ ...dependencies, aws: through.aws }, through.scope, {
        json: MINIMAL,
        note: undefined,
      });
      expect(registered.name).toBe('web:1');
      const sent = sandbox.calls().filter(({ operation }) => operation === 'RegisterTaskDefinition');
      expect(sent).toHaveLength(1);
      expect(journal.entries.list({})).toMatchObject([{ state: 'done' }]);
    } finally {
      through.aws.close();
      await proxy.close();
    }
  });

  it('is in the journal with the reason when ECS refuses it', async () => {
    const json = MINIMAL.replace('"memory": 64', '"memory": 2');
    await expect(
      registerByHand(dependencies, clients.scope, { json, note: undefined }),
    ).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    expect(journal.entries.list({})).toMatchObject([{ kind: 'register', state: 'failed' }]);
  });

  it('reports what AWS filled in', async () => {
    const json = MINIMAL;
    const { lost, filledIn } = await registerByHand(dependencies, clients.scope, { json, note: undefined });
    expect(lost).toEqual([]);
    expect(filledIn.map(({ kind }) => kind)).toContain('added');
  });

  it('reports what AWS stored differently', async () => {
    const ecs = clients.aws.ecs(clients.scope, 'clicked');
    ecs.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const output = result.output as { readonly taskDefinition?: TaskDefinition };
        const [app] = output.taskDefinition?.containerDefinitions ?? [];
        if (app !== undefined) Object.assign(app, { image: 'web:other' });
        return result;
      },
      { step: 'initialize', name: 'anotherImage' },
    );
    const json = MINIMAL;
    const { lost } = await registerByHand(dependencies, clients.scope, { json, note: undefined });
    expect(lost).toEqual([
      { container: 'app', subject: 'image', name: '', kind: 'changed', before: 'web:1', after: 'web:other' },
    ]);
  });

  it('is not sent while it has errors', async () => {
    await expect(
      registerByHand(dependencies, clients.scope, { json: '{"family": "web"}', note: undefined }),
    ).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message:
        'The task definition cannot be registered, line 1: containerDefinitions is missing. Correct it and register again.',
    });
    expect(sandbox.calls()).toEqual([]);
    expect(journal.entries.list({})).toEqual([]);
  });
});
