import {
  CreateServiceCommand,
  type CreateServiceRequest,
  CreateTaskSetCommand,
  DeleteTaskSetCommand,
  DescribeTaskSetsCommand,
  UpdateServiceCommand,
  UpdateServicePrimaryTaskSetCommand,
  UpdateTaskSetCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '../../testing/ecs-service.ts';

let web: TestService;
beforeEach(async () => {
  web = await startTestService();
});
afterEach(() => web.ecs.close());

const MINUTE = 60_000;
const WHERE = { cluster: 'production', service: 'web' };
const NETWORK = { awsvpcConfiguration: { subnets: ['subnet-1'] } };

async function createService(type: 'EXTERNAL' | 'CODE_DEPLOY', changes: Partial<CreateServiceRequest> = {}) {
  await web.ecs.client.send(
    new CreateServiceCommand({
      cluster: 'production',
      serviceName: 'web',
      desiredCount: 5,
      deploymentController: { type },
      ...changes,
    }),
  );
}

async function createSet(image: string, percent: number): Promise<string> {
  const taskDefinition = await web.register(web.ecs.push(image).reference);
  const { taskSet } = await web.ecs.client.send(
    new CreateTaskSetCommand({
      ...WHERE,
      taskDefinition,
      launchType: 'FARGATE',
      networkConfiguration: NETWORK,
      scale: { value: percent, unit: 'PERCENT' },
    }),
  );
  return taskSet?.taskSetArn ?? '';
}

async function sets() {
  const { taskSets = [] } = await web.ecs.client.send(new DescribeTaskSetsCommand(WHERE));
  return taskSets;
}

describe('an EXTERNAL service', () => {
  it('runs the share of its desired count that each task set is scaled to, rounded up', async () => {
    await createService('EXTERNAL');
    const blue = await createSet('web:1.0', 100);
    await web.ecs.client.send(new UpdateServicePrimaryTaskSetCommand({ ...WHERE, primaryTaskSet: blue }));
    expect(await sets()).toMatchObject([{ status: 'PRIMARY', stabilityStatus: 'STABILIZING' }]);
    web.ecs.clock.advance(5 * MINUTE);
    await createSet('web:1.1', 50);
    web.ecs.clock.advance(5 * MINUTE);
    expect(await sets()).toMatchObject([
      { status: 'PRIMARY', computedDesiredCount: 5, runningCount: 5, stabilityStatus: 'STEADY_STATE' },
      { status: 'ACTIVE', computedDesiredCount: 3, runningCount: 3, stabilityStatus: 'STEADY_STATE' },
    ]);
    expect(await web.service()).toMatchObject({ runningCount: 8, deployments: [] });
    expect((await web.messages())[0]).toBe('(service web) has reached a steady state.');
  });

  it('switches to another task set, and deletes the first one', async () => {
    await createService('EXTERNAL');
    const blue = await createSet('web:1.0', 100);
    await web.ecs.client.send(new UpdateServicePrimaryTaskSetCommand({ ...WHERE, primaryTaskSet: blue }));
    const green = await createSet('web:1.1', 100);
    web.ecs.clock.advance(5 * MINUTE);
    await web.ecs.client.send(new UpdateServicePrimaryTaskSetCommand({ ...WHERE, primaryTaskSet: green }));
    const remove = (force: boolean) =>
      web.ecs.client.send(new DeleteTaskSetCommand({ ...WHERE, taskSet: blue, force }));
    await expect(remove(false)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await web.ecs.client.send(
      new UpdateTaskSetCommand({ ...WHERE, taskSet: blue, scale: { value: 0, unit: 'PERCENT' } }),
    );
    expect((await remove(false)).taskSet?.status).toBe('DRAINING');
    web.ecs.clock.advance(5 * MINUTE);
    expect(await sets()).toMatchObject([{ taskSetArn: green, status: 'PRIMARY' }]);
    expect((await web.service()).runningCount).toBe(5);
  });

  it('follows its desired count, and refuses what is not a task set of its own', async () => {
    await createService('EXTERNAL');
    await createSet('web:1.0', 50);
    await web.update({ desiredCount: 9 });
    web.ecs.clock.advance(5 * MINUTE);
    expect(await sets()).toMatchObject([{ computedDesiredCount: 5, runningCount: 5 }]);
    await expect(
      web.ecs.client.send(new UpdateTaskSetCommand({ ...WHERE, taskSet: 'ecs-svc/1', scale: { value: 1 } })),
    ).rejects.toMatchObject({ name: 'TaskSetNotFoundException' });
    await expect(web.update({ taskDefinition: 'web' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('with an EXTERNAL deployment controller'),
    });
  });
});

describe('a CODE_DEPLOY service', () => {
  beforeEach(async () => {
    const taskDefinition = await web.register(web.ecs.push('web:1.0').reference);
    await createService('CODE_DEPLOY', {
      taskDefinition,
      launchType: 'FARGATE',
      networkConfiguration: NETWORK,
    });
    web.ecs.clock.advance(5 * MINUTE);
  });

  it('runs its first task set as the primary one', async () => {
    const service = await web.service();
    expect(service).toMatchObject({ runningCount: 5, deployments: [], taskSets: [{ status: 'PRIMARY' }] });
    expect(service.taskDefinition).toBe(service.taskSets?.[0]?.taskDefinition);
  });

  it.each([
    [{ taskDefinition: 'web' }, 'Unable to update task definition'],
    [{ networkConfiguration: NETWORK }, 'Unable to update network parameters'],
    [{ loadBalancers: [] }, 'Unable to update load balancers'],
    [{ forceNewDeployment: true }, 'Cannot force a new deployment'],
  ])('refuses an update of %j', async (changes, message) => {
    await expect(
      web.ecs.client.send(new UpdateServiceCommand({ ...WHERE, ...changes })),
    ).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: `${message} on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.`,
    });
  });

  it('takes a desired count', async () => {
    await web.update({ desiredCount: 2 });
    web.ecs.clock.advance(5 * MINUTE);
    expect((await web.service()).runningCount).toBe(2);
  });
});
