import {
  DeregisterTaskDefinitionCommand,
  DescribeServiceRevisionsCommand,
  ListServiceDeploymentsCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '../../testing/ecs-service.ts';

let web: TestService;
beforeEach(async () => {
  web = await startTestService();
});
afterEach(() => web.ecs.close());

const MINUTE = 60_000;

describe('a rolling deployment', () => {
  it('has its tasks replaced before it is SUCCESSFUL', async () => {
    await web.create(await web.register(web.ecs.push('web:1.0').reference), {
      deploymentConfiguration: {
        minimumHealthyPercent: 50,
        maximumPercent: 100,
        earlySuccessCriteria: { enable: true, healthyPercent: 50, sourceServiceRevisionCleanup: 'DEFERRED' },
      },
    });
    const arn = await web.update({ taskDefinition: await web.register(web.ecs.push('web:1.1').reference) });
    while ((await web.deployment(arn)).finishedAt === undefined) web.ecs.clock.advance(2000);
    expect((await web.deployment(arn)).status).toBe('SUCCESSFUL');
    expect((await web.service()).deployments).toMatchObject([{ runningCount: 2, pendingCount: 2 }, {}]);
    web.ecs.clock.advance(10 * MINUTE);
    expect((await web.service()).deployments).toMatchObject([{ runningCount: 4 }]);
  });

  it('replaces every task and ends SUCCESSFUL within a few minutes', async () => {
    const before = web.ecs.push('web:1.0');
    const after = web.ecs.push('web:1.1');
    await web.create(await web.register(before.reference));
    expect((await web.messages())[0]).toBe('(service web) has reached a steady state.');

    const second = await web.register(after.reference);
    const arn = await web.update({ taskDefinition: second });
    expect((await web.deployment(arn)).status).toBe('PENDING');
    web.ecs.clock.advance(30_000);
    const inProgress = await web.deployment(arn);
    expect(inProgress.status).toBe('IN_PROGRESS');
    expect(inProgress.targetServiceRevision).toMatchObject({ requestedTaskCount: 4, pendingTaskCount: 4 });
    expect(inProgress.sourceServiceRevisions).toMatchObject([{ runningTaskCount: 4 }]);
    expect((await web.service()).deployments).toMatchObject([
      { status: 'PRIMARY', rolloutState: 'IN_PROGRESS', taskDefinition: second },
      { status: 'ACTIVE', rolloutState: 'COMPLETED', runningCount: 4 },
    ]);

    web.ecs.clock.advance(3 * MINUTE);
    const done = await web.deployment(arn);
    expect(done).toMatchObject({
      status: 'SUCCESSFUL',
      targetServiceRevision: { requestedTaskCount: 4, runningTaskCount: 4, pendingTaskCount: 0 },
      deploymentCircuitBreaker: { status: 'MONITORING_COMPLETE', failureCount: 0, threshold: 3 },
    });
    const settled = await web.service();
    expect(settled.deployments).toMatchObject([
      { status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 4 },
    ]);
    expect(settled.currentServiceDeployment).toBeUndefined();
    expect((await web.messages())[0]).toBe('(service web) has reached a steady state.');
    const digests = (await web.tasks('RUNNING')).map(({ containers }) => containers?.[0]?.imageDigest);
    expect(digests).toEqual(Array.from({ length: 4 }, () => after.facts.digest));
  });

  it('shows stopped tasks for an hour, and why they stopped', async () => {
    await web.create(await web.register(web.ecs.push('web:1.0').reference));
    await web.update({ taskDefinition: await web.register(web.ecs.push('web:1.1').reference) });
    web.ecs.clock.advance(5 * MINUTE);
    const stopped = await web.tasks('STOPPED');
    expect(stopped).toHaveLength(4);
    expect(stopped[0]).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'ServiceSchedulerInitiated' });
    expect(stopped[0]?.stoppedReason).toMatch(
      /^Scaling activity initiated by \(deployment ecs-svc\/\d{19}\)$/,
    );
    web.ecs.clock.advance(61 * MINUTE);
    expect(await web.tasks('STOPPED')).toEqual([]);
  });

  it('keeps the digest that a tag had at its start when the tag moves', async () => {
    const first = web.ecs.push('web:stable');
    const taskDefinition = await web.register(first.reference);
    await web.create(taskDefinition);
    const moved = web.ecs.push('web:stable');
    await web.update({ desiredCount: 6 });
    web.ecs.clock.advance(5 * MINUTE);
    const digests = new Set(
      (await web.tasks('RUNNING')).map(({ containers }) => containers?.[0]?.imageDigest),
    );
    expect(digests).toEqual(new Set([first.facts.digest]));

    await web.update({ forceNewDeployment: true });
    web.ecs.clock.advance(5 * MINUTE);
    const { currentServiceRevisions } = await web.service();
    const { serviceRevisions } = await web.ecs.client.send(
      new DescribeServiceRevisionsCommand({ serviceRevisionArns: [currentServiceRevisions?.[0]?.arn ?? ''] }),
    );
    expect(serviceRevisions?.[0]?.containerImages).toEqual([
      { containerName: 'app', image: first.reference, imageDigest: moved.facts.digest },
    ]);
  });

  it('is not started by a change of the desired count', async () => {
    await web.create(await web.register(web.ecs.push('web:1.0').reference), { desiredCount: 2 });
    expect(await web.update({ desiredCount: 5 })).toBe('');
    web.ecs.clock.advance(5 * MINUTE);
    expect(await web.service()).toMatchObject({ runningCount: 5, desiredCount: 5 });
    await web.update({ desiredCount: 1 });
    web.ecs.clock.advance(5 * MINUTE);
    expect(await web.service()).toMatchObject({ runningCount: 1 });
    const { serviceDeployments } = await web.ecs.client.send(
      new ListServiceDeploymentsCommand({ cluster: 'production', service: 'web' }),
    );
    expect(serviceDeployments).toHaveLength(1);
  });

  it('gives way to a newer one, which succeeds', async () => {
    await web.create(await web.register(web.ecs.push('web:1.0').reference));
    const older = await web.update({ taskDefinition: await web.register(web.ecs.push('web:1.1').reference) });
    web.ecs.clock.advance(45_000);
    const newer = await web.update({ taskDefinition: await web.register(web.ecs.push('web:1.2').reference) });
    const replaced = await web.deployment(older);
    expect(replaced.status).toBe('STOPPED');
    expect(replaced.statusReason).toContain('newer deployment');
    web.ecs.clock.advance(5 * MINUTE);
    expect((await web.deployment(newer)).status).toBe('SUCCESSFUL');
    expect((await web.service()).deployments).toHaveLength(1);
  });

  it('reports bounds that allow no progress', async () => {
    await web.create(await web.register(web.ecs.push('web:1.0').reference), { desiredCount: 1 });
    const arn = await web.update({
      taskDefinition: await web.register(web.ecs.push('web:1.1').reference),
      deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 150 },
    });
    web.ecs.clock.advance(10 * MINUTE);
    expect((await web.deployment(arn)).status).toBe('IN_PROGRESS');
    expect((await web.messages())[0]).toContain('because of the service deployment configuration');
  });
});

describe('an INACTIVE revision', () => {
  it('cannot be deployed, but its running services can be scaled', async () => {
    const first = await web.register(web.ecs.push('web:1.0').reference);
    const second = await web.register(web.ecs.push('web:1.1').reference);
    await web.create(first, { desiredCount: 2 });
    await web.ecs.client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: first }));
    await web.ecs.client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: second }));
    await expect(web.update({ taskDefinition: second })).rejects.toMatchObject({
      name: 'ClientException',
      message: 'TaskDefinition is inactive',
    });
    await web.update({ desiredCount: 3 });
    web.ecs.clock.advance(5 * MINUTE);
    expect(await web.service()).toMatchObject({ runningCount: 3, taskDefinition: first });
  });
});
