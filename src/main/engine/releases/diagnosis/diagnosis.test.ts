import { BatchGetImageCommand, ListImagesCommand, PutImageCommand } from '@aws-sdk/client-ecr';
import {
  CreateServiceCommand,
  type CreateServiceRequest,
  DescribeTasksCommand,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  RegisterContainerInstanceCommand,
  RegisterTaskDefinitionCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Sandbox, startSandbox } from '../../../../sandbox/start.ts';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import { aCall, openReleaseBed, type ReleaseBed } from '../release-bed.fixture.ts';

const SPEED = 200;
const CLUSTER = 'tools';
const REPOSITORY = 'web';
const GOOD_TAG = '1.8.0';
/** The one that works stays as it is, and the demo has a slow one, whose label says so. */
const TAKEN_TAGS: ReadonlySet<string> = new Set([GOOD_TAG, '2.0.0']);
const TARGET_GROUP = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/sick/0123456789abcdef';

interface Failing {
  /** What the sandbox makes of the image, by a word in its tag; also the name of the service. */
  readonly tag: string;
  readonly kind: string;
  readonly sentence: RegExp;
  readonly service?: Partial<CreateServiceRequest>;
  readonly healthCheck?: readonly string[];
  readonly launchType?: 'EC2';
  /** ECS goes on trying, so that there is no end to wait for. */
  readonly isEndless?: true;
  /** What somebody does to the service while it is deployed. */
  readonly meanwhile?: (service: string, taskDefinition: string) => Promise<void>;
}

const LOAD_BALANCED: Partial<CreateServiceRequest> = {
  loadBalancers: [{ targetGroupArn: TARGET_GROUP, containerName: 'app', containerPort: 8080 }],
};

/** Tasks enough that the deployment is still under way when some of them have stopped. */
const ONE_AT_A_TIME: Partial<CreateServiceRequest> = {
  desiredCount: 12,
  deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 109 },
};

const CASES: readonly Failing[] = [
  {
    tag: 'no-such-tag',
    kind: 'image-not-found',
    sentence: /^app could not start: its image was not found, 3 times/,
  },
  { tag: 'pull-not-permitted', kind: 'pull-not-permitted', sentence: /pulling its image is not permitted/ },
  {
    tag: 'no-network',
    kind: 'registry-unreachable',
    sentence: /the registry of its image cannot be reached/,
  },
  { tag: 'exec-format', kind: 'wrong-architecture', sentence: /its image is built for another processor/ },
  {
    tag: 'oom',
    kind: 'out-of-memory',
    sentence: /^app exited with 137, out of memory at 512 MiB, 3 times; ECS rolled back to oom:1\.$/,
  },
  { tag: 'crash', kind: 'crashed', sentence: /^app exited with 1, 3 times; ECS rolled back to crash:1\.$/ },
  {
    tag: 'unhealthy',
    kind: 'container-health',
    sentence: /^app failed its health check, 3 times/,
    healthCheck: ['CMD-SHELL', 'true'],
  },
  {
    tag: 'unhealthy-target',
    kind: 'load-balancer-health',
    sentence: /failed the health checks of the load balancer, 3 times/,
    service: LOAD_BALANCED,
  },
  { tag: 'secret-missing', kind: 'secret-missing', sentence: /a secret or parameter could not be read/ },
  { tag: 'role-missing', kind: 'role-missing', sentence: /its role cannot be assumed/ },
  { tag: 'port-in-use', kind: 'port-in-use', sentence: /^app could not start: its port is in use, 3 times/ },
  {
    tag: 'spot-interruption',
    kind: 'spot-interruption',
    sentence: /^A task was interrupted, as spot capacity can be/,
    service: {
      launchType: undefined,
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
      ...ONE_AT_A_TIME,
    },
    isEndless: true,
  },
  {
    tag: 'slow-and-steady',
    kind: 'stopped-by-hand',
    sentence: /^A task was stopped by hand/,
    service: ONE_AT_A_TIME,
    isEndless: true,
    meanwhile: stopFirstTask,
  },
  {
    tag: 'full-instance',
    kind: 'no-room',
    sentence: /^A task found no room to run/,
    service: { launchType: 'EC2' },
    launchType: 'EC2',
    isEndless: true,
  },
  { tag: 'no-capacity', kind: 'no-room', sentence: /^A task found no room to run/, isEndless: true },
];

let sandbox: Sandbox;
let bed: ReleaseBed;
const seen = new Map<string, Rollout>();

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: 'demo', speed: SPEED });
  bed = await openReleaseBed(sandbox);
  await addInstanceForOneTask();
  const digests = await healthyDigests();
  await Promise.all(CASES.map((each, index) => rehearse(each, digests[index])));
}, 60_000);

afterAll(async () => {
  bed.close();
  await sandbox.close();
});

/** The first service on instances takes nearly all of its memory, so that a second task finds no room. */
async function addInstanceForOneTask(): Promise<void> {
  const totalResources = [
    { name: 'CPU', type: 'INTEGER', integerValue: 1024 },
    { name: 'MEMORY', type: 'INTEGER', integerValue: 600 },
  ];
  await bed.ecs.send(new RegisterContainerInstanceCommand({ cluster: CLUSTER, totalResources }));
}

/** Images that are healthy as long as their tags say nothing else. */
async function healthyDigests(): Promise<readonly string[]> {
  const ecr = bed.dependencies.aws.ecr(bed.scope, 'clicked');
  const { imageIds = [] } = await ecr.send(new ListImagesCommand({ repositoryName: REPOSITORY }));
  const others = imageIds.filter(
    ({ imageTag = '' }) => /^[\d.]+$/.test(imageTag) && !TAKEN_TAGS.has(imageTag),
  );
  return [...new Set(others.flatMap(({ imageDigest }) => imageDigest ?? []))];
}

/** Deploys an image that fails over one that works, and watches until the cause is told. */
async function rehearse(failing: Failing, digest: string | undefined): Promise<void> {
  const { tag, isEndless, meanwhile } = failing;
  const ref = bed.service(CLUSTER, tag);
  if (tag !== 'no-such-tag') await addTag(digest, tag);
  const good = await register(failing, GOOD_TAG);
  await bed.ecs.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName: tag,
      taskDefinition: good,
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d'] } },
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      ...failing.service,
    }),
  );
  await bed.releases['releases.watch']({ ...ref, deployment: await newestDeployment(tag) }, aCall());
  const taskDefinition = await register(failing, tag);
  await bed.ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service: tag, taskDefinition }));
  await meanwhile?.(tag, taskDefinition);

  const watching = new AbortController();
  try {
    const end = await bed.releases['releases.watch'](
      { ...ref, deployment: await newestDeployment(tag) },
      {
        signal: watching.signal,
        emit(rollout) {
          if (watching.signal.aborted) return;
          seen.set(tag, rollout);
          if (isEndless && isTold(rollout)) watching.abort();
        },
      },
    );
    seen.set(tag, end);
  } catch (error) {
    if (!watching.signal.aborted) throw error;
  }
}

/** As a person does it in the console. */
async function stopFirstTask(service: string, taskDefinition: string): Promise<void> {
  const task = await vi.waitFor(
    async () => {
      const { taskArns = [] } = await bed.ecs.send(
        new ListTasksCommand({ cluster: CLUSTER, serviceName: service }),
      );
      const { tasks = [] } = await bed.ecs.send(
        new DescribeTasksCommand({ cluster: CLUSTER, tasks: taskArns }),
      );
      const found = tasks.find((each) => each.taskDefinitionArn === taskDefinition);
      if (found?.taskArn === undefined) throw new Error('The task has not been started yet.');
      return found.taskArn;
    },
    { interval: 10 },
  );
  await bed.ecs.send(new StopTaskCommand({ cluster: CLUSTER, task, reason: 'Looking into it' }));
}

/** Whether the cause is found, and in the sentence: it is read beside the state of the deployment. */
function isTold({ diagnosis, sentence }: Rollout): boolean {
  return diagnosis !== undefined && diagnosis.sentence === sentence;
}

async function addTag(imageDigest: string | undefined, imageTag: string): Promise<void> {
  const ecr = bed.dependencies.aws.ecr(bed.scope, 'clicked');
  const wanted = { repositoryName: REPOSITORY, imageIds: [{ imageDigest }] };
  const { images } = await ecr.send(new BatchGetImageCommand(wanted));
  const { imageManifest, imageManifestMediaType } = images?.[0] ?? {};
  await ecr.send(
    new PutImageCommand({ repositoryName: REPOSITORY, imageManifest, imageManifestMediaType, imageTag }),
  );
}

async function register(failing: Failing, tag: string): Promise<string> {
  const { tag: family, healthCheck, launchType = 'FARGATE' } = failing;
  const { taskDefinition } = await bed.ecs.send(
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
          image: `${bed.registry}/${REPOSITORY}:${tag}`,
          portMappings: [{ containerPort: 8080 }],
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': `/ecs/${family}`,
              'awslogs-region': bed.scope.region,
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
  const { serviceDeployments } = await bed.ecs.send(command);
  return serviceDeployments?.[0]?.serviceDeploymentArn ?? '';
}

function diagnosisOf(tag: string) {
  const diagnosis = seen.get(tag)?.diagnosis;
  if (diagnosis === undefined)
    throw new Error(`Nothing was found out about ${tag}: ${seen.get(tag)?.sentence}`);
  return diagnosis;
}

describe('a diagnosis', () => {
  it.each(CASES)('tells $kind apart: $tag', ({ tag, kind, sentence }) => {
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

  it('tells what happened in order, and what would help', () => {
    expect(diagnosisOf('oom').episodes.map(({ words, state }) => `${words} ${state}`)).toEqual([
      'scale up passed',
      'killed 137 failed',
      'killed 137 failed',
      'killed 137 failed',
      'rolled back back',
    ]);
    expect(diagnosisOf('oom').help).toContain('Raise the memory of app above 512 MiB');
    expect(diagnosisOf('oom').moreMemory).toMatchObject({
      from: expect.stringMatching(/:task-definition\/oom:2$/),
      afterMiB: 1024,
      change: { memory: '1024' },
    });
  });
});
