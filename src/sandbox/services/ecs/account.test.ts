import {
  CreateCapacityProviderCommand,
  DeleteAccountSettingCommand,
  DeleteCapacityProviderCommand,
  DescribeCapacityProvidersCommand,
  GetTaskProtectionCommand,
  ListAccountSettingsCommand,
  ListTagsForResourceCommand,
  PutAccountSettingCommand,
  PutAccountSettingDefaultCommand,
  PutClusterCapacityProvidersCommand,
  TagResourceCommand,
  UpdateCapacityProviderCommand,
  UpdateClusterSettingsCommand,
  UpdateTaskProtectionCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestService, type TestService } from '../../testing/ecs-service.ts';

let web: TestService;
beforeEach(async () => {
  web = await startTestService();
});
afterEach(() => web.ecs.close());

const MINUTE = 60_000;
const cluster = 'production';
const GROUP = 'arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/web';

it('ECS keeps protected tasks when a service is scaled in, until the protection ends', async () => {
  await web.create(await web.register(web.ecs.push('web:1.0').reference));
  const tasks = (await web.tasks('RUNNING')).flatMap(({ taskArn }) => taskArn ?? []).slice(0, 3);
  const answer = await web.ecs.client.send(
    new UpdateTaskProtectionCommand({ cluster, tasks, protectionEnabled: true, expiresInMinutes: 30 }),
  );
  expect(answer.protectedTasks?.map(({ protectionEnabled }) => protectionEnabled)).toEqual([
    true,
    true,
    true,
  ]);
  await web.update({ desiredCount: 1 });
  web.ecs.clock.advance(10 * MINUTE);
  expect(new Set((await web.tasks('RUNNING')).map(({ taskArn }) => taskArn))).toEqual(new Set(tasks));
  web.ecs.clock.advance(30 * MINUTE);
  expect(await web.tasks('RUNNING')).toHaveLength(1);
  const after = await web.ecs.client.send(new GetTaskProtectionCommand({ cluster, tasks: ['0'.repeat(32)] }));
  expect(after.failures).toMatchObject([{ reason: 'MISSING' }]);
});

it('account settings have the defaults of ECS', async () => {
  const name = 'containerInsights';
  const value = async (): Promise<string | undefined> => {
    const { settings } = await web.ecs.client.send(
      new ListAccountSettingsCommand({ name, effectiveSettings: true }),
    );
    return settings?.[0]?.value;
  };
  expect(await value()).toBe('disabled');
  await web.ecs.client.send(new PutAccountSettingDefaultCommand({ name, value: 'enabled' }));
  expect(await value()).toBe('enabled');
  await web.ecs.client.send(new PutAccountSettingCommand({ name, value: 'enhanced' }));
  expect(await value()).toBe('enhanced');
  await web.ecs.client.send(new DeleteAccountSettingCommand({ name }));
  expect(await value()).toBe('enabled');
});

it('a capacity provider that a cluster uses cannot be deleted', async () => {
  const { capacityProvider } = await web.ecs.client.send(
    new CreateCapacityProviderCommand({
      name: 'ec2',
      autoScalingGroupProvider: { autoScalingGroupArn: GROUP },
    }),
  );
  await web.ecs.client.send(
    new UpdateCapacityProviderCommand({
      name: 'ec2',
      autoScalingGroupProvider: { managedDraining: 'ENABLED' },
    }),
  );
  const resourceArn = capacityProvider?.capacityProviderArn ?? '';
  await web.ecs.client.send(new TagResourceCommand({ resourceArn, tags: [{ key: 'team', value: 'web' }] }));
  expect((await web.ecs.client.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toHaveLength(1);
  const associate = (capacityProviders: string[]) =>
    web.ecs.client.send(
      new PutClusterCapacityProvidersCommand({
        cluster,
        capacityProviders,
        defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
      }),
    );
  await expect(associate(['FARGATE', 'nothing'])).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  await expect(associate(['ec2'])).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await associate(['FARGATE', 'ec2']);
  const remove = () => web.ecs.client.send(new DeleteCapacityProviderCommand({ capacityProvider: 'ec2' }));
  await expect(remove()).rejects.toMatchObject({ name: 'ResourceInUseException' });
  await associate(['FARGATE']);
  expect((await remove()).capacityProvider).toMatchObject({
    status: 'INACTIVE',
    autoScalingGroupProvider: { autoScalingGroupArn: GROUP, managedDraining: 'ENABLED' },
  });
  const { capacityProviders = [] } = await web.ecs.client.send(new DescribeCapacityProvidersCommand({}));
  expect(capacityProviders.map(({ name }) => name)).toEqual(['FARGATE', 'FARGATE_SPOT', 'ec2']);
});

it('managed scaling of a capacity provider has the defaults of ECS, and an update keeps what it leaves out', async () => {
  const { capacityProvider: created } = await web.ecs.client.send(
    new CreateCapacityProviderCommand({
      name: 'scaled',
      autoScalingGroupProvider: {
        autoScalingGroupArn: GROUP,
        managedScaling: { status: 'ENABLED', targetCapacity: 80 },
      },
    }),
  );
  const defaults = { minimumScalingStepSize: 1, maximumScalingStepSize: 10_000, instanceWarmupPeriod: 300 };
  expect(created?.autoScalingGroupProvider).toEqual({
    autoScalingGroupArn: GROUP,
    managedScaling: { status: 'ENABLED', targetCapacity: 80, ...defaults },
    managedTerminationProtection: 'DISABLED',
  });
  const { capacityProvider: updated } = await web.ecs.client.send(
    new UpdateCapacityProviderCommand({
      name: 'scaled',
      autoScalingGroupProvider: { managedScaling: { maximumScalingStepSize: 5 } },
    }),
  );
  expect(updated?.autoScalingGroupProvider?.managedScaling).toEqual({
    status: 'ENABLED',
    targetCapacity: 80,
    ...defaults,
    maximumScalingStepSize: 5,
  });
  const { capacityProvider: plain } = await web.ecs.client.send(
    new CreateCapacityProviderCommand({
      name: 'plain',
      autoScalingGroupProvider: { autoScalingGroupArn: GROUP },
    }),
  );
  expect(plain?.autoScalingGroupProvider?.managedScaling).toEqual({
    status: 'DISABLED',
    targetCapacity: 100,
    ...defaults,
  });
});

it('settings of a cluster can be changed', async () => {
  const settings = [{ name: 'containerInsights' as const, value: 'enabled' }];
  const answer = await web.ecs.client.send(new UpdateClusterSettingsCommand({ cluster, settings }));
  expect(answer.cluster).toMatchObject({ clusterName: cluster, settings });
});

it('ECS refuses values that its settings do not have', async () => {
  const { client } = web.ecs;
  const refused = { name: 'InvalidParameterException' };
  const insights = { name: 'containerInsights', value: 'banana' } as const;
  const days = { name: 'fargateTaskRetirementWaitPeriod', value: '3' } as const;
  await expect(client.send(new PutAccountSettingCommand(insights))).rejects.toMatchObject(refused);
  await expect(client.send(new PutAccountSettingCommand(days))).rejects.toMatchObject(refused);
  const change = new UpdateClusterSettingsCommand({ cluster, settings: [insights] });
  await expect(client.send(change)).rejects.toMatchObject(refused);
});
