import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionRequest,
  type Service,
  type ServiceDeployment,
  StopServiceDeploymentCommand,
  type Task,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestEcs, type TestEcs } from './test-ecs.ts';

let test: TestEcs;
beforeEach(async () => {
  test = await startTestEcs();
  await test.client.send(new CreateClusterCommand({ clusterName: 'production' }));
});
afterEach(() => test.close());

const MINUTE = 60_000;
const FARGATE: Omit<RegisterTaskDefinitionRequest, 'family' | 'containerDefinitions'> = {
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
};

async function register(image: string): Promise<string> {
  const { taskDefinition } = await test.client.send(
    new RegisterTaskDefinitionCommand({
      ...FARGATE,
      family: 'web',
      containerDefinitions: [{ name: 'app', image, portMappings: [{ containerPort: 8080 }] }],
    }),
  );
  return taskDefinition?.taskDefinitionArn ?? '';
}

async function createService(taskDefinition: string, desiredCount = 4): Promise<void> {
  await test.client.send(
    new CreateServiceCommand({
      cluster: 'production',
      serviceName: 'web',
      taskDefinition,
      desiredCount,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    }),
  );
  test.clock.advance(10 * MINUTE);
}

async function update(
  changes: Omit<ConstructorParameters<typeof UpdateServiceCommand>[0], 'service'>,
): Promise<string> {
  const { service } = await test.client.send(
    new UpdateServiceCommand({ cluster: 'production', service: 'web', ...changes }),
  );
  return service?.currentServiceDeployment ?? '';
}

async function service(): Promise<Service> {
  const { services } = await test.client.send(
    new DescribeServicesCommand({ cluster: 'production', services: ['web'] }),
  );
  const [found] = services ?? [];
  if (found === undefined) throw new Error('There is no service web.');
  return found;
}

async function deployment(arn: string): Promise<ServiceDeployment> {
  const { serviceDeployments } = await test.client.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
  );
  const [found] = serviceDeployments ?? [];
  if (found === undefined) throw new Error(`There is no service deployment ${arn}.`);
  return found;
}

async function tasks(desiredStatus: 'RUNNING' | 'STOPPED'): Promise<readonly Task[]> {
  const { taskArns = [] } = await test.client.send(
    new ListTasksCommand({ cluster: 'production', serviceName: 'web', desiredStatus }),
  );
  if (taskArns.length === 0) return [];
  const described = await test.client.send(
    new DescribeTasksCommand({ cluster: 'production', tasks: taskArns }),
  );
  return described.tasks ?? [];
}

const messages = ({ events = [] }: Service): string[] => events.map(({ message }) => message ?? '');

describe('a rolling deployment', () => {
  it('replaces every task and ends SUCCESSFUL within a few minutes', async () => {
    const before = test.push('web:1.0');
    const after = test.push('web:1.1');
    await createService(await register(before.reference));
    expect(messages(await service())[0]).toBe('(service web) has reached a steady state.');

    const second = await register(after.reference);
    const arn = await update({ taskDefinition: second });
    expect((await deployment(arn)).status).toBe('PENDING');
    test.clock.advance(30_000);
    const underWay = await deployment(arn);
    expect(underWay.status).toBe('IN_PROGRESS');
    expect(underWay.targetServiceRevision).toMatchObject({ requestedTaskCount: 4, pendingTaskCount: 4 });
    expect(underWay.sourceServiceRevisions).toMatchObject([{ runningTaskCount: 4 }]);
    expect((await service()).deployments).toMatchObject([
      { status: 'PRIMARY', rolloutState: 'IN_PROGRESS', taskDefinition: second },
      { status: 'ACTIVE', rolloutState: 'COMPLETED', runningCount: 4 },
    ]);

    test.clock.advance(3 * MINUTE);
    const done = await deployment(arn);
    expect(done).toMatchObject({
      status: 'SUCCESSFUL',
      targetServiceRevision: { requestedTaskCount: 4, runningTaskCount: 4, pendingTaskCount: 0 },
      deploymentCircuitBreaker: { status: 'MONITORING_COMPLETE', failureCount: 0, threshold: 3 },
    });
    const settled = await service();
    expect(settled.deployments).toMatchObject([
      { status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 4 },
    ]);
    expect(settled.currentServiceDeployment).toBeUndefined();
    expect(messages(settled)[0]).toBe('(service web) has reached a steady state.');
    const digests = (await tasks('RUNNING')).map(({ containers }) => containers?.[0]?.imageDigest);
    expect(digests).toEqual(Array.from({ length: 4 }, () => after.facts.digest));
  });

  it('shows stopped tasks for an hour, and why they stopped', async () => {
    await createService(await register(test.push('web:1.0').reference));
    await update({ taskDefinition: await register(test.push('web:1.1').reference) });
    test.clock.advance(5 * MINUTE);
    const stopped = await tasks('STOPPED');
    expect(stopped).toHaveLength(4);
    expect(stopped[0]).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'ServiceSchedulerInitiated' });
    expect(stopped[0]?.stoppedReason).toMatch(
      /^Scaling activity initiated by \(deployment ecs-svc\/\d{19}\)$/,
    );
    test.clock.advance(61 * MINUTE);
    expect(await tasks('STOPPED')).toEqual([]);
  });

  it('keeps the digest that a tag had at its start when the tag moves on', async () => {
    const first = test.push('web:stable');
    const taskDefinition = await register(first.reference);
    await createService(taskDefinition);
    const moved = test.push('web:stable');
    await update({ desiredCount: 6 });
    test.clock.advance(5 * MINUTE);
    const digests = new Set((await tasks('RUNNING')).map(({ containers }) => containers?.[0]?.imageDigest));
    expect(digests).toEqual(new Set([first.facts.digest]));

    await update({ forceNewDeployment: true });
    test.clock.advance(5 * MINUTE);
    const { currentServiceRevisions } = await service();
    const { serviceRevisions } = await test.client.send(
      new DescribeServiceRevisionsCommand({ serviceRevisionArns: [currentServiceRevisions?.[0]?.arn ?? ''] }),
    );
    expect(serviceRevisions?.[0]?.containerImages).toEqual([
      { containerName: 'app', image: first.reference, imageDigest: moved.facts.digest },
    ]);
  });

  it('is not started by a change of the desired count', async () => {
    await createService(await register(test.push('web:1.0').reference), 2);
    expect(await update({ desiredCount: 5 })).toBe('');
    test.clock.advance(5 * MINUTE);
    expect(await service()).toMatchObject({ runningCount: 5, desiredCount: 5 });
    await update({ desiredCount: 1 });
    test.clock.advance(5 * MINUTE);
    expect(await service()).toMatchObject({ runningCount: 1 });
    const { serviceDeployments } = await test.client.send(
      new ListServiceDeploymentsCommand({ cluster: 'production', service: 'web' }),
    );
    expect(serviceDeployments).toHaveLength(1);
  });

  it('gives way to a newer one, which succeeds', async () => {
    await createService(await register(test.push('web:1.0').reference));
    const older = await update({ taskDefinition: await register(test.push('web:1.1').reference) });
    test.clock.advance(45_000);
    const newer = await update({ taskDefinition: await register(test.push('web:1.2').reference) });
    const replaced = await deployment(older);
    expect(replaced.status).toBe('STOPPED');
    expect(replaced.statusReason).toContain('newer deployment');
    test.clock.advance(5 * MINUTE);
    expect((await deployment(newer)).status).toBe('SUCCESSFUL');
    expect((await service()).deployments).toHaveLength(1);
  });

  it('says so when its bounds let nothing move', async () => {
    await createService(await register(test.push('web:1.0').reference), 1);
    const arn = await update({
      taskDefinition: await register(test.push('web:1.1').reference),
      deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 150 },
    });
    test.clock.advance(10 * MINUTE);
    expect((await deployment(arn)).status).toBe('IN_PROGRESS');
    expect(messages(await service())[0]).toContain('because of the service deployment configuration');
  });
});

describe('images that do not come up', () => {
  interface Failure {
    readonly what: string;
    readonly tag: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly stopCode: string;
    readonly container: Readonly<Record<string, unknown>>;
  }
  const failures: readonly Failure[] = [
    {
      what: 'crash',
      tag: '1.1',
      labels: { 'slipway.sandbox.behaviour': 'crash', 'slipway.sandbox.exit-code': '3' },
      stopCode: 'EssentialContainerExited',
      container: { exitCode: 3 },
    },
    {
      what: 'crash by their tag',
      tag: '1.1-crash',
      labels: {},
      stopCode: 'EssentialContainerExited',
      container: { exitCode: 1 },
    },
    {
      what: 'run out of memory',
      tag: '1.1',
      labels: { 'slipway.sandbox.behaviour': 'out-of-memory' },
      stopCode: 'EssentialContainerExited',
      container: { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
    },
  ];

  it.each(failures)(
    'trip the circuit breaker and are rolled back: $what',
    async ({ tag, labels, stopCode, container }) => {
      const good = await register(test.push('web:1.0').reference);
      await createService(good);
      const arn = await update({ taskDefinition: await register(test.push(`web:${tag}`, labels).reference) });
      test.clock.advance(5 * MINUTE);

      expect(await deployment(arn)).toMatchObject({
        status: 'ROLLBACK_SUCCESSFUL',
        statusReason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
        deploymentCircuitBreaker: { status: 'TRIGGERED', threshold: 3 },
        rollback: {
          reason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
        },
      });
      const after = await service();
      expect(after).toMatchObject({ taskDefinition: good, runningCount: 4, pendingCount: 0 });
      expect(after.deployments).toHaveLength(1);
      expect(after.deployments?.[0]?.rolloutStateReason).toMatch(
        /^ECS deployment circuit breaker: rolling back to/,
      );
      expect(
        messages(after).some((message) => message.endsWith('deployment failed: tasks failed to start.')),
      ).toBe(true);
      const failed = (await tasks('STOPPED')).filter((task) => task.stopCode === stopCode);
      expect(failed.length).toBeGreaterThanOrEqual(3);
      expect(failed[0]?.stoppedReason).toBe('Essential container in task exited');
      expect(failed[0]?.containers?.[0]).toMatchObject(container);
    },
  );

  it('cannot be pulled when they are not in the registry', async () => {
    await createService(await register(test.push('web:1.0').reference));
    const missing = `${test.registryHost}/web:9.9`;
    await update({ taskDefinition: await register(missing) });
    test.clock.advance(5 * MINUTE);
    const [failed] = (await tasks('STOPPED')).filter(({ stopCode }) => stopCode === 'TaskFailedToStart');
    expect(failed?.stoppedReason).toContain(`CannotPullContainerError: pull image manifest has been retried`);
    expect(failed?.stoppedReason).toContain(`${missing}: not found`);
    expect(failed?.containers?.[0]?.exitCode).toBeUndefined();
    expect(await service()).toMatchObject({ runningCount: 4 });
  });

  it('are the wrong architecture', async () => {
    await createService(await register(test.push('web:1.0').reference));
    const at = test.clock.now();
    test.seeder.seedImage({
      repository: 'web',
      tags: ['arm'],
      labels: {},
      architecture: 'arm64',
      createdAt: at,
      pushedAt: at,
    });
    await update({ taskDefinition: await register(`${test.registryHost}/web:arm`) });
    test.clock.advance(5 * MINUTE);
    const [failed] = (await tasks('STOPPED')).filter(({ stopCode }) => stopCode === 'TaskFailedToStart');
    expect(failed?.containers?.[0]?.reason).toContain('exec format error');
  });

  it('are tried again and again when there is no circuit breaker', async () => {
    await createService(await register(test.push('web:1.0').reference), 2);
    const arn = await update({
      taskDefinition: await register(test.push('web:1.1-crash').reference),
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } },
    });
    test.clock.advance(30 * MINUTE);
    expect(await deployment(arn)).toMatchObject({
      status: 'IN_PROGRESS',
      deploymentCircuitBreaker: { status: 'DISABLED' },
    });
    const now = await service();
    expect(now.deployments?.[0]?.failedTasks).toBeGreaterThan(6);
    expect(now.deployments?.[1]).toMatchObject({ runningCount: 2 });
    expect(messages(now).some((message) => message.includes('unable to consistently start tasks'))).toBe(
      true,
    );
  });
});

describe('StopServiceDeployment', () => {
  it('goes back to the last revision that completed', async () => {
    const good = await register(test.push('web:1.0').reference);
    await createService(good);
    const arn = await update({ taskDefinition: await register(test.push('web:1.1-slow').reference) });
    test.clock.advance(60_000);
    await test.client.send(
      new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType: 'ROLLBACK' }),
    );
    expect((await deployment(arn)).status).toBe('ROLLBACK_REQUESTED');
    test.clock.advance(5 * MINUTE);
    expect((await deployment(arn)).status).toBe('ROLLBACK_SUCCESSFUL');
    expect(await service()).toMatchObject({ taskDefinition: good, runningCount: 4 });
  });

  it('refuses a deployment that is over', async () => {
    await createService(await register(test.push('web:1.0').reference));
    const { serviceDeployments } = await test.client.send(
      new ListServiceDeploymentsCommand({ cluster: 'production', service: 'web' }),
    );
    const serviceDeploymentArn = serviceDeployments?.[0]?.serviceDeploymentArn;
    await expect(
      test.client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn })),
    ).rejects.toMatchObject({
      name: 'ConflictException',
    });
    await expect(
      test.client.send(
        new StopServiceDeploymentCommand({ serviceDeploymentArn: `${serviceDeploymentArn}x` }),
      ),
    ).rejects.toMatchObject({ name: 'ServiceDeploymentNotFoundException' });
  });
});

describe('an INACTIVE revision', () => {
  it('cannot be deployed, but what runs on it can be scaled', async () => {
    const first = await register(test.push('web:1.0').reference);
    const second = await register(test.push('web:1.1').reference);
    await createService(first, 2);
    await test.client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: first }));
    await test.client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: second }));
    await expect(update({ taskDefinition: second })).rejects.toMatchObject({
      name: 'ClientException',
      message: 'TaskDefinition is inactive',
    });
    await update({ desiredCount: 3 });
    test.clock.advance(5 * MINUTE);
    expect(await service()).toMatchObject({ runningCount: 3, taskDefinition: first });
  });
});
