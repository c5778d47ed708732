import { BatchGetImageCommand, ListImagesCommand, PutImageCommand } from '@aws-sdk/client-ecr';
import {
  CreateServiceCommand,
  type CreateServiceRequest,
  DescribeServiceDeploymentsCommand,
  DescribeTasksCommand,
  type DesiredStatus,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  RegisterContainerInstanceCommand,
  RegisterTaskDefinitionCommand,
  StopTaskCommand,
  type Task,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { Rollout } from '../../../shared/model/deployment.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../testing/release-engine.ts';

const CLUSTER = 'tools';
const REPOSITORY = 'web';
const GOOD_TAG = '1.8.0';
/** The one that works stays as it is, and the demo has a slow one, whose label says so. */
const TAKEN_TAGS: ReadonlySet<string> = new Set([GOOD_TAG, '2.0.0']);
/** A task of it is stopped by hand. */
const STOPPED_BY_HAND = 'slow-and-steady';
const TARGET_GROUP = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/sick/0123456789abcdef';

interface Failing {
  /** What the sandbox makes of the image, by a word in its tag; also the name of the service. */
  readonly tag: string;
  readonly kind: string;
  readonly sentence: RegExp;
  readonly service?: Partial<CreateServiceRequest>;
  readonly healthCheck?: readonly string[];
  readonly launchType?: 'EC2';
  /** ECS continues trying, so that there is no end to wait for. */
  readonly isEndless?: true;
}

const LOAD_BALANCED: Partial<CreateServiceRequest> = {
  loadBalancers: [{ targetGroupArn: TARGET_GROUP, containerName: 'app', containerPort: 8080 }],
};

/** Tasks enough that the deployment is still in progress when some of them have stopped. */
const ONE_AT_A_TIME: Partial<CreateServiceRequest> = {
  desiredCount: 12,
  deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 109 },
};

const CASES: readonly Failing[] = [
  {
    tag: 'no-such-tag',
    kind: 'image-not-found',
    sentence: /^app could not start: its image was not found \(3 times/,
  },
  { tag: 'pull-not-permitted', kind: 'pull-not-permitted', sentence: /not allowed to pull its image/ },
  {
    tag: 'no-network',
    kind: 'registry-unreachable',
    sentence: /the registry of its image cannot be reached/,
  },
  {
    tag: 'exec-format',
    kind: 'wrong-architecture',
    sentence: /its image is built for another CPU architecture/,
  },
  {
    tag: 'oom',
    kind: 'out-of-memory',
    sentence: /^app exited with code 137, out of memory at 512 MiB \(3 times\); ECS rolled back to oom:1\.$/,
  },
  {
    tag: 'crash',
    kind: 'crashed',
    sentence: /^app exited with code 1 \(3 times\); ECS rolled back to crash:1\.$/,
  },
  {
    tag: 'unhealthy',
    kind: 'container-health',
    sentence: /^app failed its health check \(3 times/,
    healthCheck: ['CMD-SHELL', 'true'],
  },
  {
    tag: 'unhealthy-target',
    kind: 'load-balancer-health',
    sentence: /failed the health checks of the load balancer \(3 times/,
    service: LOAD_BALANCED,
  },
  { tag: 'secret-missing', kind: 'secret-missing', sentence: /a secret or parameter could not be read/ },
  { tag: 'role-missing', kind: 'role-missing', sentence: /its role cannot be assumed/ },
  { tag: 'port-in-use', kind: 'port-in-use', sentence: /^app could not start: its port is in use \(3 times/ },
  {
    tag: 'spot-interruption',
    kind: 'spot-interruption',
    sentence: /^A task was interrupted \(Spot capacity\)/,
    service: {
      launchType: undefined,
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
      ...ONE_AT_A_TIME,
    },
    isEndless: true,
  },
  {
    tag: STOPPED_BY_HAND,
    kind: 'stopped-by-hand',
    sentence: /^A task was stopped manually/,
    service: ONE_AT_A_TIME,
    isEndless: true,
  },
  {
    tag: 'full-instance',
    kind: 'no-capacity',
    sentence: /^A task found no capacity to run on/,
    service: { launchType: 'EC2' },
    launchType: 'EC2',
    isEndless: true,
  },
  {
    tag: 'no-capacity',
    kind: 'no-capacity',
    sentence: /^A task found no capacity to run on/,
    isEndless: true,
  },
];

let sandbox: TestSandbox;
let engine: ReleaseEngine;
const seen = new Map<string, Rollout>();

beforeAll(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
  engine = await openReleaseEngine(sandbox);
  await addInstanceForOneTask();
  const digests = await healthyDigests();
  await Promise.all(CASES.map((each, index) => createService(each, digests[index])));
  await sandbox.clock.advanceUntil(() => expectDeployments(CASES, 'SUCCESSFUL'));
  await Promise.all(CASES.map(deploy));
  await sandbox.clock.advanceUntil(stopFirstTask);

  const [endless, ending] = [CASES.filter(isEndless), CASES.filter((each) => !isEndless(each))];
  await sandbox.clock.advanceUntil(() => Promise.all(endless.map(expectTrouble)));
  await Promise.all(endless.map(watchUntilTold));

  const watching = Promise.all(ending.map(watchToItsEnd));
  await sandbox.clock.advanceUntil(() => expectDeployments(ending, 'ROLLBACK_SUCCESSFUL'));
  await watching;
});

afterAll(async () => {
  engine.close();
  await sandbox.close();
});

/** The first service on instances takes nearly all of its memory, so that a second task finds no capacity. */
async function addInstanceForOneTask(): Promise<void> {
  const totalResources = [
    { name: 'CPU', type: 'INTEGER', integerValue: 1024 },
    { name: 'MEMORY', type: 'INTEGER', integerValue: 600 },
  ];
  await engine.truth.send(new RegisterContainerInstanceCommand({ cluster: CLUSTER, totalResources }));
}

/** Images that are healthy as long as their tags say nothing else. */
async function healthyDigests(): Promise<readonly string[]> {
  const ecr = engine.dependencies.aws.ecr(engine.scope, 'clicked');
  const { imageIds = [] } = await ecr.send(new ListImagesCommand({ repositoryName: REPOSITORY }));
  const others = imageIds.filter(
    ({ imageTag = '' }) => /^[\d.]+$/.test(imageTag) && !TAKEN_TAGS.has(imageTag),
  );
  return [...new Set(others.flatMap(({ imageDigest }) => imageDigest ?? []))];
}

/** With the image that works. */
async function createService(failing: Failing, digest: string | undefined): Promise<void> {
  const { tag } = failing;
  if (tag !== 'no-such-tag') await addTag(digest, tag);
  await engine.truth.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName: tag,
      taskDefinition: await register(failing, GOOD_TAG),
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d'] } },
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      ...failing.service,
    }),
  );
}

/** The image that fails. */
async function deploy(failing: Failing): Promise<void> {
  const { tag: service } = failing;
  const taskDefinition = await register(failing, service);
  await engine.truth.send(new UpdateServiceCommand({ cluster: CLUSTER, service, taskDefinition }));
}

async function expectDeployments(cases: readonly Failing[], status: string): Promise<void> {
  const serviceDeploymentArns = await Promise.all(cases.map(({ tag }) => newestDeployment(tag)));
  const { serviceDeployments = [] } = await engine.truth.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }),
  );
  expect(serviceDeployments.map((each) => each.status)).toEqual(cases.map(() => status));
}

/** A task of the new revision has stopped, or ECS says that there is no capacity for it. */
async function expectTrouble({ tag, kind }: Failing): Promise<void> {
  if (kind === 'no-capacity') {
    const { events = [] } = await engine.describe(engine.service(CLUSTER, tag));
    expect(events[0]?.message).toContain('was unable to place a task');
    return;
  }
  expect(await newTasks(tag, 'STOPPED')).toContainEqual(expect.objectContaining({ lastStatus: 'STOPPED' }));
}

async function watchToItsEnd({ tag }: Failing): Promise<void> {
  const watched = { ...engine.service(CLUSTER, tag), deployment: await newestDeployment(tag) };
  seen.set(tag, await engine.releases['releases.watch'](watched, aCall()));
}

async function watchUntilTold({ tag }: Failing): Promise<void> {
  const watched = { ...engine.service(CLUSTER, tag), deployment: await newestDeployment(tag) };
  const { signal, abort } = abortable();
  const emit = (rollout: Rollout): void => {
    if (signal.aborted) return;
    seen.set(tag, rollout);
    if (isTold(rollout)) abort();
  };
  await expect(engine.releases['releases.watch'](watched, { signal, emit })).rejects.toMatchObject({
    code: 'CANCELLED',
  });
}

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

/** The tasks of a service that are of the revision that fails. */
async function newTasks(serviceName: string, desiredStatus: DesiredStatus): Promise<readonly Task[]> {
  const { taskArns = [] } = await engine.truth.send(
    new ListTasksCommand({ cluster: CLUSTER, serviceName, desiredStatus }),
  );
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await engine.truth.send(
    new DescribeTasksCommand({ cluster: CLUSTER, tasks: taskArns }),
  );
  return tasks.filter(({ taskDefinitionArn }) => taskDefinitionArn?.endsWith(':2'));
}

/** As a person does it in the console, as soon as the new revision has a task. */
async function stopFirstTask(): Promise<void> {
  const [found] = await newTasks(STOPPED_BY_HAND, 'RUNNING');
  if (found === undefined) throw new Error('The task has not been started yet.');
  await engine.truth.send(
    new StopTaskCommand({ cluster: CLUSTER, task: found.taskArn, reason: 'Looking into it' }),
  );
}

function isEndless({ isEndless }: Failing): boolean {
  return isEndless === true;
}

/** Whether the cause is found, and in the sentence: it is read beside the state of the deployment. */
function isTold({ diagnosis, sentence }: Rollout): boolean {
  return diagnosis !== undefined && diagnosis.sentence === sentence;
}

async function addTag(imageDigest: string | undefined, imageTag: string): Promise<void> {
  const ecr = engine.dependencies.aws.ecr(engine.scope, 'clicked');
  const wanted = { repositoryName: REPOSITORY, imageIds: [{ imageDigest }] };
  const { images } = await ecr.send(new BatchGetImageCommand(wanted));
  const { imageManifest, imageManifestMediaType } = images?.[0] ?? {};
  await ecr.send(
    new PutImageCommand({ repositoryName: REPOSITORY, imageManifest, imageManifestMediaType, imageTag }),
  );
}

async function register(failing: Failing, tag: string): Promise<string> {
  const { tag: family, healthCheck, launchType = 'FARGATE' } = failing;
  const { taskDefinition } = await engine.truth.send(
    new RegisterTaskDefinitionCommand({
      family,
      requiresCompatibilities: [launchType],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
      containerDefinitions: [
        {
          name: 'app',
          image: `${engine.registry}/${REPOSITORY}:${tag}`,
          portMappings: [{ containerPort: 8080 }],
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': `/ecs/${family}`,
              'awslogs-region': engine.scope.region,
              'awslogs-stream-prefix': 'ecs',
            },
          },
          ...(healthCheck === undefined ? {} : { healthCheck: { command: [...healthCheck] } }),
        },
      ],
    }),
  );
  return taskDefinition?.taskDefinitionArn ?? '';
}

async function newestDeployment(service: string): Promise<string> {
  const command = new ListServiceDeploymentsCommand({ cluster: CLUSTER, service, maxResults: 1 });
  const { serviceDeployments } = await engine.truth.send(command);
  return serviceDeployments?.[0]?.serviceDeploymentArn ?? '';
}

function diagnosisOf(tag: string) {
  const diagnosis = seen.get(tag)?.diagnosis;
  if (diagnosis === undefined)
    throw new Error(`Nothing was found out about ${tag}: ${seen.get(tag)?.sentence}`);
  return diagnosis;
}

describe('a diagnosis', () => {
  it.each(CASES)('recognizes $kind: $tag', ({ tag, kind, sentence }) => {
    const diagnosis = diagnosisOf(tag);
    expect(diagnosis.kind).toBe(kind);
    expect(diagnosis.sentence).toMatch(sentence);
    expect(diagnosis.sentence).toBe(seen.get(tag)?.sentence);
    expect(diagnosis.gaps).toEqual([]);
  });

  it('shows the last lines of the container that failed', () => {
    const { lastLines } = diagnosisOf('crash');
    expect(lastLines).toMatchObject({ container: 'app', logGroup: '/ecs/crash' });
    expect(lastLines?.lines.at(-1)?.text).toBe('process exits with code 1');
    expect(lastLines?.consoleUrl).toContain('#logsV2:log-groups/log-group/$252Fecs$252Fcrash/');
    expect(diagnosisOf('crash').stoppedTasks[0]?.taskId).toBe(lastLines?.taskId);
  });

  it('lists what happened in order, and the next steps', () => {
    expect(diagnosisOf('oom').failureTimeline.map(({ words, state }) => `${words} ${state}`)).toEqual([
      'scale up passed',
      'killed 137 failed',
      'killed 137 failed',
      'killed 137 failed',
      'rolled back back',
    ]);
    expect(diagnosisOf('oom').help).toContain('Increase the memory of app above 512 MiB');
    expect(diagnosisOf('oom').moreMemory).toMatchObject({
      from: expect.stringMatching(/:task-definition\/oom:2$/),
      afterMiB: 1024,
      change: { memory: '1024' },
    });
  });
});
