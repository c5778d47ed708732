import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '../../testing/ecs-service.ts';

let web: TestService;
beforeEach(async () => {
  web = await startTestService();
});
afterEach(() => web.ecs.close());

const MINUTE = 60_000;

describe('failing images', () => {
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
      const good = await web.register(web.ecs.push('web:1.0').reference);
      await web.create(good);
      const arn = await web.update({
        taskDefinition: await web.register(web.ecs.push(`web:${tag}`, labels).reference),
      });
      web.ecs.clock.advance(5 * MINUTE);

      expect(await web.deployment(arn)).toMatchObject({
        status: 'ROLLBACK_SUCCESSFUL',
        statusReason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
        deploymentCircuitBreaker: { status: 'TRIGGERED', threshold: 3 },
        rollback: {
          reason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
        },
      });
      const after = await web.service();
      expect(after).toMatchObject({ taskDefinition: good, runningCount: 4, pendingCount: 0 });
      expect(after.deployments).toHaveLength(1);
      expect(after.deployments?.[0]?.rolloutStateReason).toMatch(
        /^ECS deployment circuit breaker: rolling back to/,
      );
      expect(
        (await web.messages()).some((message) =>
          message.endsWith('deployment failed: tasks failed to start.'),
        ),
      ).toBe(true);
      const failed = (await web.tasks('STOPPED')).filter((task) => task.stopCode === stopCode);
      expect(failed.length).toBeGreaterThanOrEqual(3);
      expect(failed[0]?.stoppedReason).toBe('Essential container in task exited');
      expect(failed[0]?.containers?.[0]).toMatchObject(container);
    },
  );

  it('cannot be pulled when they are not in the registry', async () => {
    await web.create(await web.register(web.ecs.push('web:1.0').reference));
    const missing = `${web.ecs.registryHost}/web:9.9`;
    await web.update({ taskDefinition: await web.register(missing) });
    web.ecs.clock.advance(5 * MINUTE);
    const [failed] = (await web.tasks('STOPPED')).filter(({ stopCode }) => stopCode === 'TaskFailedToStart');
    expect(failed?.stoppedReason).toContain(`CannotPullContainerError: pull image manifest has been retried`);
    expect(failed?.stoppedReason).toContain(`${missing}: not found`);
    expect(failed?.containers?.[0]?.exitCode).toBeUndefined();
    expect(await web.service()).toMatchObject({ runningCount: 4 });
  });

  it('are the wrong architecture', async () => {
    await web.create(await web.register(web.ecs.push('web:1.0').reference));
    const at = web.ecs.clock.now();
    web.ecs.seeder.seedImage({
      repository: 'web',
      tags: ['arm'],
      labels: {},
      architecture: 'arm64',
      createdAt: at,
      pushedAt: at,
    });
    await web.update({ taskDefinition: await web.register(`${web.ecs.registryHost}/web:arm`) });
    web.ecs.clock.advance(5 * MINUTE);
    const [failed] = (await web.tasks('STOPPED')).filter(({ stopCode }) => stopCode === 'TaskFailedToStart');
    expect(failed?.containers?.[0]?.reason).toContain('exec format error');
  });

  it('are retried forever without a circuit breaker', async () => {
    await web.create(await web.register(web.ecs.push('web:1.0').reference), { desiredCount: 2 });
    const arn = await web.update({
      taskDefinition: await web.register(web.ecs.push('web:1.1-crash').reference),
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } },
    });
    web.ecs.clock.advance(30 * MINUTE);
    expect(await web.deployment(arn)).toMatchObject({
      status: 'IN_PROGRESS',
      deploymentCircuitBreaker: { status: 'DISABLED' },
    });
    const now = await web.service();
    expect(now.deployments?.[0]?.failedTasks).toBeGreaterThan(6);
    expect(now.deployments?.[1]).toMatchObject({ runningCount: 2 });
    expect(
      (await web.messages()).some((message) => message.includes('unable to consistently start tasks')),
    ).toBe(true);
  });

  it('end the first deployment of a service, with nothing to roll back to', async () => {
    await web.create(await web.register(web.ecs.push('web:1.0-crash').reference));
    expect((await web.service()).deployments).toMatchObject([
      { status: 'PRIMARY', rolloutState: 'FAILED', runningCount: 0, pendingCount: 0 },
    ]);
    const arn = await web.update({ taskDefinition: await web.register(web.ecs.push('web:1.0').reference) });
    web.ecs.clock.advance(5 * MINUTE);
    expect((await web.deployment(arn)).status).toBe('SUCCESSFUL');
  });

  it('end the deployment without a rollback when the circuit breaker does not roll back', async () => {
    await web.create(await web.register(web.ecs.push('web:1.0').reference));
    const arn = await web.update({
      taskDefinition: await web.register(web.ecs.push('web:1.1-crash').reference),
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
    });
    web.ecs.clock.advance(20 * MINUTE);
    expect(await web.deployment(arn)).toMatchObject({
      status: 'STOPPED',
      deploymentCircuitBreaker: { status: 'TRIGGERED' },
    });
    expect((await web.service()).deployments).toMatchObject([
      { status: 'PRIMARY', rolloutState: 'FAILED', runningCount: 0 },
      { status: 'ACTIVE', runningCount: 4 },
    ]);
  });

  it('fail the health check of their container', async () => {
    await web.create(await web.register(web.ecs.push('web:1.0').reference));
    const healthCheck = { command: ['CMD', 'true'], interval: 5, retries: 2 };
    await web.update({
      taskDefinition: await web.register(web.ecs.push('web:1.1-unhealthy').reference, { healthCheck }),
    });
    web.ecs.clock.advance(5 * MINUTE);
    const failed = (await web.tasks('STOPPED')).filter(({ healthStatus }) => healthStatus === 'UNHEALTHY');
    expect(failed[0]).toMatchObject({
      stoppedReason: 'Task failed container health checks',
      containers: [{ healthStatus: 'UNHEALTHY' }],
    });
    expect(
      (await web.messages()).some((message) => message.endsWith('failed container health checks.')),
    ).toBe(true);
  });

  it('fail the health check of their target group', async () => {
    const targetGroupArn = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/1';
    await web.create(await web.register(web.ecs.push('web:1.0').reference), {
      loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 8080 }],
    });
    await web.update({ taskDefinition: await web.register(web.ecs.push('web:1.1-unhealthy').reference) });
    web.ecs.clock.advance(10 * MINUTE);
    expect(await web.messages()).toContain(
      `(service web) (port 8080) is unhealthy in (target-group ${targetGroupArn}) due to (reason Health checks failed).`,
    );
    expect(await web.service()).toMatchObject({ runningCount: 4, pendingCount: 0 });
  });

  it('that cannot be pulled also fail the rollback when the old image no longer exists', async () => {
    const old = web.ecs.push('web:1.0');
    await web.create(await web.register(old.reference), {
      deploymentConfiguration: {
        minimumHealthyPercent: 0,
        maximumPercent: 100,
        deploymentCircuitBreaker: { enable: true, rollback: true },
      },
    });
    const arn = await web.update({
      taskDefinition: await web.register(web.ecs.push('web:1.1-crash').reference),
    });
    web.ecs.removeImages('web');
    web.ecs.clock.advance(20 * MINUTE);
    expect(await web.deployment(arn)).toMatchObject({
      status: 'ROLLBACK_FAILED',
      statusReason: 'Service deployment rollback failed because the circuit breaker threshold was exceeded.',
    });
  });
});
