import { ListServiceDeploymentsCommand, StopServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '../../testing/ecs-service.ts';

let web: TestService;
beforeEach(async () => {
  web = await startTestService();
});
afterEach(() => web.ecs.close());

const MINUTE = 60_000;

describe('StopServiceDeployment', () => {
  it('rolls back to the last completed revision', async () => {
    const good = await web.register(web.ecs.push('web:1.0').reference);
    await web.create(good);
    const arn = await web.update({
      taskDefinition: await web.register(web.ecs.push('web:1.1-slow').reference),
    });
    web.ecs.clock.advance(60_000);
    await web.ecs.client.send(
      new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType: 'ROLLBACK' }),
    );
    expect((await web.deployment(arn)).status).toBe('ROLLBACK_REQUESTED');
    web.ecs.clock.advance(5 * MINUTE);
    expect((await web.deployment(arn)).status).toBe('ROLLBACK_SUCCESSFUL');
    expect(await web.service()).toMatchObject({ taskDefinition: good, runningCount: 4 });
  });

  it('refuses an ended deployment', async () => {
    await web.create(await web.register(web.ecs.push('web:1.0').reference));
    const { serviceDeployments } = await web.ecs.client.send(
      new ListServiceDeploymentsCommand({ cluster: 'production', service: 'web' }),
    );
    const serviceDeploymentArn = serviceDeployments?.[0]?.serviceDeploymentArn;
    await expect(
      web.ecs.client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn })),
    ).rejects.toMatchObject({
      name: 'ConflictException',
    });
    await expect(
      web.ecs.client.send(
        new StopServiceDeploymentCommand({ serviceDeploymentArn: `${serviceDeploymentArn}x` }),
      ),
    ).rejects.toMatchObject({ name: 'ServiceDeploymentNotFoundException' });
  });

  it('leaves everything unchanged with ABORT', async () => {
    await web.create(await web.register(web.ecs.push('web:1.0').reference));
    const arn = await web.update({
      taskDefinition: await web.register(web.ecs.push('web:1.1-slow').reference),
    });
    web.ecs.clock.advance(MINUTE);
    await web.ecs.client.send(
      new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType: 'ABORT' }),
    );
    expect((await web.deployment(arn)).status).toBe('STOP_REQUESTED');
    web.ecs.clock.advance(20 * MINUTE);
    expect((await web.deployment(arn)).status).toBe('STOPPED');
    expect((await web.service()).deployments?.map(({ runningCount }) => runningCount)).toEqual([4, 4]);
  });

  it('of a rollback gives way to a new deployment', async () => {
    await web.create(await web.register(web.ecs.push('web:1.0').reference));
    const stopped = await web.update({
      taskDefinition: await web.register(web.ecs.push('web:1.1-slow').reference),
    });
    web.ecs.clock.advance(MINUTE);
    await web.ecs.client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: stopped }));
    const newer = await web.update({ taskDefinition: await web.register(web.ecs.push('web:1.2').reference) });
    web.ecs.clock.advance(5 * MINUTE);
    expect((await web.deployment(stopped)).status).toBe('STOPPED');
    expect((await web.deployment(newer)).status).toBe('SUCCESSFUL');
    expect((await web.service()).deployments).toHaveLength(1);
  });
});
