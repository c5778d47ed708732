import {
  CreateServiceCommand,
  type CreateServiceRequest,
  ListContainerInstancesCommand,
  PutAttributesCommand,
  RegisterContainerInstanceCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  UpdateContainerInstancesStateCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '../../testing/ecs-service.ts';

let web: TestService;
beforeEach(async () => {
  web = await startTestService();
  await web.ecs.client.send(
    new RegisterTaskDefinitionCommand({
      family: 'web',
      containerDefinitions: [{ name: 'app', image: web.ecs.push('web:1.0').reference, memory: 256 }],
    }),
  );
});
afterEach(() => web.ecs.close());

const MINUTE = 60_000;
const cluster = 'production';

async function addInstance(stack: string): Promise<string> {
  const { containerInstance } = await web.ecs.client.send(
    new RegisterContainerInstanceCommand({ cluster, attributes: [{ name: 'stack', value: stack }] }),
  );
  return containerInstance?.containerInstanceArn ?? '';
}

async function createService(changes: Partial<CreateServiceRequest>): Promise<void> {
  const request = {
    cluster,
    serviceName: 'web',
    taskDefinition: 'web',
    launchType: 'EC2',
    ...changes,
  } as const;
  await web.ecs.client.send(new CreateServiceCommand(request));
  web.ecs.clock.advance(5 * MINUTE);
}

async function drain(containerInstance: string): Promise<void> {
  await web.ecs.client.send(
    new UpdateContainerInstancesStateCommand({
      cluster,
      containerInstances: [containerInstance],
      status: 'DRAINING',
    }),
  );
}

/** Where the running tasks are, sorted. */
async function places(): Promise<readonly string[]> {
  const tasks = await web.tasks('RUNNING');
  return tasks.map(({ containerInstanceArn = '' }) => containerInstanceArn).toSorted();
}

describe('a DAEMON', () => {
  it('has one task on each active instance, also as instances join and leave', async () => {
    const first = await addInstance('blue');
    const second = await addInstance('blue');
    await createService({ schedulingStrategy: 'DAEMON' });
    expect(await places()).toEqual([first, second].toSorted());
    expect(await web.service()).toMatchObject({ desiredCount: 2, runningCount: 2 });
    expect((await web.messages())[0]).toContain('has reached a steady state');

    const third = await addInstance('blue');
    await drain(first);
    web.ecs.clock.advance(5 * MINUTE);
    expect(await places()).toEqual([second, third].toSorted());
  });

  it('is redeployed on every instance', async () => {
    const instances = [await addInstance('blue'), await addInstance('blue')];
    await createService({ schedulingStrategy: 'DAEMON' });
    const before = await web.tasks('RUNNING');
    const update = { cluster, service: 'web', forceNewDeployment: true };
    await web.ecs.client.send(new UpdateServiceCommand(update));
    web.ecs.clock.advance(10 * MINUTE);
    const after = await web.tasks('RUNNING');
    expect(await places()).toEqual(instances.toSorted());
    expect(after.some(({ taskArn }) => before.some((each) => each.taskArn === taskArn))).toBe(false);
    expect((await web.service()).deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
  });
});

describe('a placement constraint', () => {
  it.each([
    ['attribute:stack == blue', ['blue']],
    ['attribute:stack != blue', ['green', 'red']],
    ['attribute:stack =~ .*e.*n', ['green']],
    ['attribute:stack in [red, blue]', ['blue', 'red']],
    ['attribute:stack not_in [red, blue]', ['green']],
    ['attribute:stack exists and attribute:stack != red', ['blue', 'green']],
    ['attribute:gpu !exists', ['blue', 'green', 'red']],
    ['not (attribute:stack == blue || attribute:stack == red)', ['green']],
    ['attribute:stack==blue or (attribute:stack =~ (r|g).* and attribute:stack !~ g.*)', ['blue', 'red']],
    ['attribute:stack < green && agentVersion >= 1.9.0 && agentConnected == true', ['blue']],
    [
      'registeredAt > 2018-06-18 and runningTasksCount <= 1 and ec2InstanceId !in [i-1]',
      ['blue', 'green', 'red'],
    ],
    ['attribute:gpu <= 9 or not task:group !~ nothing', []],
  ])('memberOf %s selects instances of the stacks %j', async (expression, stacks) => {
    const stackOf = new Map<string, string>();
    for (const stack of ['blue', 'green', 'red']) stackOf.set(await addInstance(stack), stack);
    const placementConstraints = [{ type: 'memberOf' as const, expression }];
    await createService({ schedulingStrategy: 'DAEMON', placementConstraints });
    expect((await places()).map((arn) => stackOf.get(arn) ?? '').toSorted()).toEqual(stacks);
  });

  it('is met once the instance has the attribute', async () => {
    const targetId = await addInstance('blue');
    const placementConstraints = [{ type: 'memberOf' as const, expression: 'attribute:gpu exists' }];
    await createService({ schedulingStrategy: 'DAEMON', placementConstraints });
    expect(await places()).toEqual([]);
    await web.ecs.client.send(new PutAttributesCommand({ cluster, attributes: [{ name: 'gpu', targetId }] }));
    web.ecs.clock.advance(5 * MINUTE);
    expect(await places()).toEqual([targetId]);
  });

  it('distinctInstance puts no two tasks of a service on an instance', async () => {
    const arn = await addInstance('blue');
    await createService({ desiredCount: 2, placementConstraints: [{ type: 'distinctInstance' }] });
    expect(await places()).toEqual([arn]);
    expect((await web.messages())[0]).toContain('"DistinctInstance placement constraint unsatisfied."');
  });

  it('is the reason why RunTask places nothing', async () => {
    const arn = await addInstance('blue');
    const { failures } = await web.ecs.client.send(
      new RunTaskCommand({
        cluster,
        taskDefinition: 'web',
        placementConstraints: [{ type: 'memberOf', expression: 'attribute:stack == green' }],
      }),
    );
    expect(failures).toEqual([{ arn, reason: 'MemberOf placement constraint unsatisfied.' }]);
  });

  it('whose pattern the sandbox cannot match is refused', async () => {
    const expression = 'attribute:stack =~ (a)\\1';
    await expect(
      createService({ desiredCount: 1, placementConstraints: [{ type: 'memberOf', expression }] }),
    ).rejects.toMatchObject({ name: 'UnsupportedFeatureException' });
  });

  it('keeps tasks away from those of a group, and near those of another', async () => {
    const first = await addInstance('blue');
    await createService({ desiredCount: 1 });
    const second = await addInstance('blue');
    const near = async (expression: string) => {
      const { tasks, failures } = await web.ecs.client.send(
        new RunTaskCommand({
          cluster,
          taskDefinition: 'web',
          placementConstraints: [{ type: 'memberOf', expression }],
        }),
      );
      expect(failures).toEqual([]);
      return tasks?.[0]?.containerInstanceArn;
    };
    expect(await near('task:group == service:web')).toBe(first);
    expect(await near('not(task:group == service:web)')).toBe(second);
  });
});

it('ListContainerInstances lists the instances that its filter selects', async () => {
  const blue = await addInstance('blue');
  await addInstance('green');
  const list = (filter: string) =>
    web.ecs.client.send(new ListContainerInstancesCommand({ cluster, filter }));
  expect((await list('attribute:stack == blue')).containerInstanceArns).toEqual([blue]);
  await expect(list('stack == blue')).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringContaining("stack isn't a subject"),
  });
});

it('a service leaves a draining instance only as its minimum percent allows', async () => {
  const first = await addInstance('blue');
  await createService({ desiredCount: 2 });
  const second = await addInstance('blue');
  await drain(first);
  for (let seconds = 0; seconds < 300; seconds += 5) {
    expect((await web.service()).runningCount).toBeGreaterThanOrEqual(2);
    web.ecs.clock.advance(5000);
  }
  expect(await places()).toEqual([second, second]);
});
