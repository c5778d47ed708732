import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteClusterCommand,
  DeleteServiceCommand,
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListClustersCommand,
  ListServicesCommand,
  ListTagsForResourceCommand,
  ListTasksCommand,
  paginateListServices,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestEcs, type TestEcs } from '../../testing/ecs.ts';
import { startTestSandbox } from '../../testing/sandbox.ts';

let test: TestEcs;
const cluster = 'production';

beforeAll(async () => {
  test = await startTestEcs();
  await test.client.send(new CreateClusterCommand({ clusterName: cluster }));
  const container = { name: 'app', image: test.push('app:1.0').reference, memory: 128 };
  await test.client.send(
    new RegisterTaskDefinitionCommand({
      family: 'app',
      containerDefinitions: [{ ...container, portMappings: [{ containerPort: 80 }] }],
    }),
  );
});
afterAll(() => test.close());

async function create(serviceName: string, desiredCount = 0): Promise<string> {
  const { service } = await test.client.send(
    new CreateServiceCommand({ cluster, serviceName, taskDefinition: 'app', desiredCount }),
  );
  test.clock.advance(5 * 60_000);
  return service?.serviceArn ?? '';
}

async function describeService(name: string) {
  const { services } = await test.client.send(new DescribeServicesCommand({ cluster, services: [name] }));
  return services?.[0];
}

describe('errors', () => {
  const update = (input: object) =>
    test.client.send(new UpdateServiceCommand({ cluster, service: 'refusing', ...input }));

  it('have AWS’s names', async () => {
    await create('refusing');
    const cases: readonly (readonly [Promise<unknown>, string])[] = [
      [test.client.send(new ListServicesCommand({ cluster: 'nowhere' })), 'ClusterNotFoundException'],
      [update({ service: 'nothing' }), 'ServiceNotFoundException'],
      [update({ taskDefinition: 'app:99' }), 'ClientException'],
      [update({ desiredCount: -1 }), 'InvalidParameterException'],
      [
        update({ deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 50 } }),
        'InvalidParameterException',
      ],
      [
        update({
          loadBalancers: [
            {
              targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/1',
              containerName: 'app',
              containerPort: 81,
            },
          ],
        }),
        'InvalidParameterException',
      ],
      [create('refusing'), 'InvalidParameterException'],
      [create('not a name'), 'InvalidParameterException'],
      [test.client.send(new DeleteClusterCommand({ cluster })), 'ClusterContainsServicesException'],
      [
        test.client.send(
          new DescribeServicesCommand({ cluster, services: Array.from({ length: 11 }, String) }),
        ),
        'InvalidParameterException',
      ],
    ];
    const names = await Promise.all(
      cases.map(([call]) =>
        call.then(
          () => 'nothing',
          (error: Error) => error.name,
        ),
      ),
    );
    expect(names).toEqual(cases.map(([, name]) => name));
  });

  it('name an id or ARN of another cluster, account or region, which ECS does not take for one of this cluster', async () => {
    await test.client.send(new CreateClusterCommand({ clusterName: 'staging' }));
    const arn = await create('elsewhere');
    const task = `${arn.replace(':service/', ':task/').replace('elsewhere', '')}${'0'.repeat(32)}`;
    const abroad = arn
      .replace('us-east-1', 'eu-west-9')
      .replace('service/production/elsewhere', 'cluster/production');
    const ofOthers = arn.replace('123456789012', '999999999999');
    const calls: readonly Promise<unknown>[] = [
      test.client.send(new UpdateServiceCommand({ cluster: 'staging', service: arn, desiredCount: 1 })),
      test.client.send(new DescribeServicesCommand({ services: [arn] })),
      test.client.send(new DescribeTasksCommand({ cluster: 'staging', tasks: [task] })),
      test.client.send(new StopTaskCommand({ cluster, task: 'None' })),
      test.client.send(new ListServicesCommand({ cluster: abroad })),
      test.client.send(new UpdateServiceCommand({ cluster, service: ofOthers, desiredCount: 1 })),
    ];
    const messages = await Promise.all(
      calls.map((call) =>
        call.then(
          () => 'nothing',
          (error: Error) => error.message,
        ),
      ),
    );
    await test.client.send(new DeleteClusterCommand({ cluster: 'staging' }));
    expect(messages).toEqual([
      'Invalid identifier: Identifier is for cluster production. Your cluster is staging',
      'Cluster not found.',
      'Invalid identifier: Identifier is for cluster production. Your cluster is staging',
      'taskId length should be one of [32,36]',
      'Cluster not found.',
      'Service not found.',
    ]);
  });

  it('leave a service unchanged', async () => {
    const before = await describeService('refusing');
    await expect(update({ desiredCount: 3, taskDefinition: 'app:99' })).rejects.toThrow(
      'TaskDefinition not found',
    );
    expect(await describeService('refusing')).toEqual(before);
  });
});

describe('ListServices', () => {
  it('returns ten per page by default, and everything over all pages', async () => {
    const made = [];
    for (let index = 0; index < 13; index += 1) made.push(await create(`listed-${index}`));
    const first = await test.client.send(new ListServicesCommand({ cluster }));
    expect(first.serviceArns).toHaveLength(10);
    const all: string[] = [];
    for await (const page of paginateListServices({ client: test.client, pageSize: 5 }, { cluster })) {
      all.push(...(page.serviceArns ?? []));
    }
    expect(all).toEqual(expect.arrayContaining(made));
    expect(new Set(all).size).toBe(all.length);
  });
});

it('TagResource takes a tag for a service of a stack, whose own tags it keeps', async () => {
  const declared = await startTestSandbox({ scenario: 'declared' });
  const { endpoint, region, credentials } = declared;
  const ecs = new ECSClient({ endpoint, region, credentials });
  try {
    const where = { cluster: 'shop', services: ['catalog'], include: ['TAGS' as const] };
    const [service] = (await ecs.send(new DescribeServicesCommand(where))).services ?? [];
    const added = { key: 'team', value: 'web' };
    await ecs.send(new TagResourceCommand({ resourceArn: service?.serviceArn, tags: [added] }));
    const [tagged] = (await ecs.send(new DescribeServicesCommand(where))).services ?? [];
    expect(tagged?.tags).toEqual([...(service?.tags ?? []), added]);
    expect(service?.tags?.map(({ key }) => key)).toContain('aws:cloudformation:stack-name');
  } finally {
    ecs.destroy();
    await declared.close();
  }
});

describe('DescribeServices', () => {
  it('names what is missing, and shows tags only when asked', async () => {
    const arn = await create('tagged');
    await test.client.send(new TagResourceCommand({ resourceArn: arn, tags: [{ key: 'team', value: 'a' }] }));
    await test.client.send(
      new TagResourceCommand({
        resourceArn: arn,
        tags: [
          { key: 'team', value: 'b' },
          { key: 'x', value: '' },
        ],
      }),
    );
    await test.client.send(new UntagResourceCommand({ resourceArn: arn, tagKeys: ['x'] }));
    const tags = [{ key: 'team', value: 'b' }];
    expect((await test.client.send(new ListTagsForResourceCommand({ resourceArn: arn }))).tags).toEqual(tags);

    const plain = await test.client.send(
      new DescribeServicesCommand({ cluster, services: [arn, 'nothing'] }),
    );
    expect(plain.services?.map((service) => service.tags)).toEqual([undefined]);
    expect(plain.failures).toEqual([
      { arn: 'arn:aws:ecs:us-east-1:123456789012:service/production/nothing', reason: 'MISSING' },
    ]);
    const full = await test.client.send(
      new DescribeServicesCommand({ cluster, services: [arn], include: ['TAGS'] }),
    );
    expect(full.services?.[0]?.tags).toEqual(tags);
  });
});

describe('DeleteService', () => {
  it('drains a service, which is INACTIVE afterwards and can be created again', async () => {
    await create('short-lived', 2);
    const remove = (force: boolean) =>
      test.client.send(new DeleteServiceCommand({ cluster, service: 'short-lived', force }));
    await expect(remove(false)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    expect((await remove(true)).service).toMatchObject({ status: 'DRAINING', desiredCount: 0 });
    await expect(create('short-lived')).rejects.toThrow('still Draining');
    test.clock.advance(5 * 60_000);
    expect(await describeService('short-lived')).toMatchObject({ status: 'INACTIVE', runningCount: 0 });
    await expect(remove(true)).rejects.toMatchObject({ name: 'ServiceNotActiveException' });
    const { serviceArns } = await test.client.send(new ListServicesCommand({ cluster, maxResults: 100 }));
    expect(serviceArns?.filter((arn) => arn.endsWith('/short-lived'))).toEqual([]);
    await create('short-lived', 1);
    expect(await describeService('short-lived')).toMatchObject({ status: 'ACTIVE', runningCount: 1 });
  });
});

describe('tasks', () => {
  it('run without a service until they are stopped', async () => {
    const { tasks } = await test.client.send(
      new RunTaskCommand({ cluster, taskDefinition: 'app', startedBy: 'me', count: 2 }),
    );
    expect(tasks?.map(({ lastStatus }) => lastStatus)).toEqual(['PROVISIONING', 'PROVISIONING']);
    test.clock.advance(5 * 60_000);
    const [task = ''] =
      (await test.client.send(new ListTasksCommand({ cluster, startedBy: 'me' }))).taskArns ?? [];
    await test.client.send(new StopTaskCommand({ cluster, task, reason: 'enough' }));
    test.clock.advance(5 * 60_000);
    const described = await test.client.send(new DescribeTasksCommand({ cluster, tasks: [task] }));
    expect(described.tasks?.[0]).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'UserInitiated',
      stoppedReason: 'enough',
      containers: [{ exitCode: 0, lastStatus: 'STOPPED' }],
    });
  });

  it('of a service are replaced when somebody stops one', async () => {
    await create('stubborn', 2);
    const { taskArns = [] } = await test.client.send(
      new ListTasksCommand({ cluster, serviceName: 'stubborn' }),
    );
    await test.client.send(new StopTaskCommand({ cluster, task: taskArns[0] }));
    test.clock.advance(5 * 60_000);
    expect(await describeService('stubborn')).toMatchObject({ runningCount: 2 });
    const now = await test.client.send(new ListTasksCommand({ cluster, serviceName: 'stubborn' }));
    expect(now.taskArns).not.toContain(taskArns[0]);
  });
});

describe('clusters', () => {
  it('count what runs in them', async () => {
    const { clusters, failures } = await test.client.send(
      new DescribeClustersCommand({ clusters: [cluster, 'nowhere'] }),
    );
    expect(clusters?.[0]).toMatchObject({ status: 'ACTIVE', pendingTasksCount: 0 });
    expect(clusters?.[0]?.runningTasksCount).toBeGreaterThan(0);
    expect(failures).toMatchObject([{ reason: 'MISSING' }]);
  });

  it('of one region are not those of another', async () => {
    const { endpoint, credentials } = test.client.config;
    const elsewhere = new ECSClient({
      region: 'eu-west-1',
      credentials,
      ...(endpoint && { endpoint: await endpoint() }),
    });
    expect((await elsewhere.send(new ListClustersCommand({}))).clusterArns).toEqual([]);
    await elsewhere.send(new CreateClusterCommand({ clusterName: 'abroad' }));
    const { clusterArns } = await test.client.send(new ListClustersCommand({}));
    expect(clusterArns).toEqual(['arn:aws:ecs:us-east-1:123456789012:cluster/production']);
    elsewhere.destroy();
  });
});
