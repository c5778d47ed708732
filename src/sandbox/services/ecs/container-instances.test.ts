import {
  CreateServiceCommand,
  DeleteAttributesCommand,
  DeregisterContainerInstanceCommand,
  DescribeContainerInstancesCommand,
  ListAttributesCommand,
  ListContainerInstancesCommand,
  PutAttributesCommand,
  RegisterContainerInstanceCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StartTaskCommand,
  UpdateContainerInstancesStateCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '../../testing/ecs-service.ts';

let web: TestService;
beforeEach(async () => {
  web = await startTestService();
});
afterEach(() => web.ecs.close());

const MINUTE = 60_000;
const cluster = 'production';

async function addInstance(memory: number, cpu = 2048): Promise<string> {
  const { containerInstance } = await web.ecs.client.send(
    new RegisterContainerInstanceCommand({
      cluster,
      totalResources: [
        { name: 'CPU', type: 'INTEGER', integerValue: cpu },
        { name: 'MEMORY', type: 'INTEGER', integerValue: memory },
      ],
    }),
  );
  return containerInstance?.containerInstanceArn ?? '';
}

async function register(family: string, hostPort = 0): Promise<void> {
  await web.ecs.client.send(
    new RegisterTaskDefinitionCommand({
      family,
      networkMode: 'bridge',
      containerDefinitions: [
        {
          name: 'app',
          image: web.ecs.push(`${family}:1.0`).reference,
          memory: 512,
          cpu: 256,
          portMappings: [{ containerPort: 80, hostPort }],
        },
      ],
    }),
  );
}

async function createService(desiredCount: number): Promise<void> {
  await web.ecs.client.send(
    new CreateServiceCommand({
      cluster,
      serviceName: 'web',
      taskDefinition: 'web',
      desiredCount,
      launchType: 'EC2',
    }),
  );
  web.ecs.clock.advance(5 * MINUTE);
}

const idOf = (arn: string): string => arn.split('/').at(-1) ?? '';

describe('a service on container instances', () => {
  it('reports missing capacity, and continues when an instance joins', async () => {
    const small = await addInstance(1100);
    await register('web');
    await createService(3);
    expect(await web.service()).toMatchObject({ runningCount: 2, pendingCount: 0 });
    expect(await web.messages()).toContain(
      `(service web) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance ${idOf(small)}) has insufficient memory available. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`,
    );
    await addInstance(4096);
    web.ecs.clock.advance(5 * MINUTE);
    expect(await web.service()).toMatchObject({ runningCount: 3 });
    expect((await web.messages())[0]).toContain('has reached a steady state');
  });

  it('shows the remaining capacity of an instance', async () => {
    const arn = await addInstance(4096);
    await register('web', 8080);
    await createService(2);
    const { containerInstances = [] } = await web.ecs.client.send(
      new DescribeContainerInstancesCommand({ cluster, containerInstances: [arn] }),
    );
    const [instance] = containerInstances;
    expect(instance).toMatchObject({ status: 'ACTIVE', runningTasksCount: 1 });
    expect(instance?.remainingResources?.find(({ name }) => name === 'MEMORY')?.integerValue).toBe(3584);
    expect((await web.messages())[0]).toContain('is already using a port required by your task.');
  });

  it('leaves a draining instance', async () => {
    const first = await addInstance(4096);
    await register('web');
    await createService(2);
    await addInstance(4096);
    await web.ecs.client.send(
      new UpdateContainerInstancesStateCommand({ cluster, containerInstances: [first], status: 'DRAINING' }),
    );
    web.ecs.clock.advance(5 * MINUTE);
    const instances = (await web.tasks('RUNNING')).map(({ containerInstanceArn }) => containerInstanceArn);
    expect(instances).toHaveLength(2);
    expect(instances).not.toContain(first);
    await web.ecs.client.send(new DeregisterContainerInstanceCommand({ cluster, containerInstance: first }));
    const { containerInstanceArns } = await web.ecs.client.send(
      new ListContainerInstancesCommand({ cluster }),
    );
    expect(containerInstanceArns).toHaveLength(1);
  });
});

describe('a task', () => {
  it('is run where there is capacity, and reported as failure where there is none', async () => {
    const arn = await addInstance(1100);
    await register('job');
    const run = (count: number) =>
      web.ecs.client.send(new RunTaskCommand({ cluster, taskDefinition: 'job', count }));
    expect(await run(3)).toMatchObject({
      tasks: [{ containerInstanceArn: arn }, { containerInstanceArn: arn }],
      failures: [{ arn, reason: 'RESOURCE:MEMORY' }],
    });
    const started = await web.ecs.client.send(
      new StartTaskCommand({ cluster, taskDefinition: 'job', containerInstances: [arn, 'nowhere'] }),
    );
    expect(started.failures?.map(({ reason }) => reason)).toEqual(['RESOURCE:MEMORY', 'MISSING']);
  });

  it('is run once for a client token', async () => {
    await register('job');
    const run = (count: number) =>
      web.ecs.client.send(
        new RunTaskCommand({ cluster, taskDefinition: 'job', count, clientToken: 'migrate-42' }),
      );
    const first = await run(2);
    const second = await run(2);
    expect(second.tasks?.map(({ taskArn }) => taskArn)).toEqual(first.tasks?.map(({ taskArn }) => taskArn));
    await expect(run(1)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

it('an instance has the attributes of its image and type, which its identity document names', async () => {
  const attributesOf = async (instanceIdentityDocument?: string) => {
    const { containerInstance } = await web.ecs.client.send(
      new RegisterContainerInstanceCommand({ cluster, instanceIdentityDocument }),
    );
    const attributes = containerInstance?.attributes ?? [];
    return new Map(attributes.map(({ name, value }) => [name, value]));
  };
  const document = JSON.stringify({ instanceId: 'i-0123', imageId: 'ami-0456', instanceType: 'c7g.xlarge' });
  const named = await attributesOf(document);
  expect(named.get('ecs.ami-id')).toBe('ami-0456');
  expect(named.get('ecs.instance-type')).toBe('c7g.xlarge');
  const unnamed = await attributesOf();
  expect(unnamed.get('ecs.ami-id')).toMatch(/^ami-[0-9a-f]{17}$/);
  expect(unnamed.get('ecs.instance-type')).toBe('m5.large');
});

it('attributes of instances are kept', async () => {
  const targetId = await addInstance(4096);
  const attribute = { name: 'stack', value: 'gpu', targetId };
  await web.ecs.client.send(new PutAttributesCommand({ cluster, attributes: [attribute] }));
  const list = async () => {
    const { attributes } = await web.ecs.client.send(
      new ListAttributesCommand({ cluster, targetType: 'container-instance', attributeName: 'stack' }),
    );
    return attributes;
  };
  expect(await list()).toEqual([{ ...attribute, targetType: 'container-instance' }]);
  await web.ecs.client.send(
    new DeleteAttributesCommand({ cluster, attributes: [{ name: 'stack', targetId }] }),
  );
  expect(await list()).toEqual([]);
  await expect(
    web.ecs.client.send(
      new PutAttributesCommand({ cluster, attributes: [{ name: 'stack', targetId: 'nowhere' }] }),
    ),
  ).rejects.toMatchObject({ name: 'TargetNotFoundException' });
});
