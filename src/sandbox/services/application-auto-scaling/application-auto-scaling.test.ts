import {
  ApplicationAutoScalingClient,
  DeleteScalingPolicyCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
  PutScalingPolicyCommand,
  type PutScalingPolicyRequest,
  PutScheduledActionCommand,
  paginateDescribeScalingActivities,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../testing/sandbox.ts';

const SCALED = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/shop/well',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;
const TRACKING = {
  ...SCALED,
  PolicyName: 'cpu',
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: 60,
    PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
  },
} as const satisfies PutScalingPolicyRequest;

let sandbox: TestSandbox;
let scaling: ApplicationAutoScalingClient;
let ecs: ECSClient;
let alarms: CloudWatchClient;
beforeAll(async () => {
  sandbox = await startTestSandbox({ scenario: 'incident' });
  const { endpoint, region, credentials } = sandbox;
  const config = { endpoint, region, credentials, maxAttempts: 1 };
  scaling = new ApplicationAutoScalingClient(config);
  ecs = new ECSClient(config);
  alarms = new CloudWatchClient(config);
});
afterAll(() => sandbox.close());

async function desiredCount(): Promise<number | undefined> {
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'shop', services: ['well'] }));
  return services?.[0]?.desiredCount;
}

async function activities(): Promise<readonly (string | undefined)[]> {
  const { ScalingActivities = [] } = await scaling.send(new DescribeScalingActivitiesCommand(SCALED));
  return ScalingActivities.map(({ Cause }) => Cause);
}

it('a registration brings the desired count of an ECS service into its range, at the first time and at each later one', async () => {
  const register = (range: { readonly MinCapacity?: number; readonly MaxCapacity?: number }) =>
    scaling.send(new RegisterScalableTargetCommand({ ...SCALED, ...range }));
  const { ScalableTargetARN } = await register({ MinCapacity: 5, MaxCapacity: 10 });
  expect(await desiredCount()).toBe(5);
  await register({ MinCapacity: 1 });
  expect(await desiredCount()).toBe(5);
  sandbox.clock.advance(60_000);
  expect((await register({ MaxCapacity: 2 })).ScalableTargetARN).toBe(ScalableTargetARN);
  expect(await desiredCount()).toBe(2);
  expect(await activities()).toEqual(['maximum capacity was set to 2', 'minimum capacity was set to 5']);
  const { ScalableTargets } = await scaling.send(
    new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', ResourceIds: [SCALED.ResourceId] }),
  );
  expect(ScalableTargets).toMatchObject([
    {
      ...SCALED,
      MinCapacity: 1,
      MaxCapacity: 2,
      SuspendedState: { DynamicScalingInSuspended: false },
      RoleARN: expect.stringContaining('AWSServiceRoleForApplicationAutoScaling_ECSService'),
    },
  ]);
});

it('UpdateService may set a desired count outside of the range, which the next registration brings back', async () => {
  await ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'well', desiredCount: 7 }));
  expect(await desiredCount()).toBe(7);
  await scaling.send(new RegisterScalableTargetCommand(SCALED));
  expect(await desiredCount()).toBe(2);
});

it('a target tracking policy has two alarms, which go with the policy and with the target', async () => {
  const count = async (): Promise<number | undefined> => {
    const AlarmNamePrefix = `TargetTracking-${SCALED.ResourceId}-`;
    return (await alarms.send(new DescribeAlarmsCommand({ AlarmNamePrefix }))).MetricAlarms?.length;
  };
  const { PolicyARN, Alarms } = await scaling.send(new PutScalingPolicyCommand(TRACKING));
  expect(PolicyARN).toMatch(
    /:scalingPolicy:[0-9a-f-]{36}:resource\/ecs\/service\/shop\/well:policyName\/cpu$/,
  );
  expect(Alarms).toHaveLength(2);
  const again = await scaling.send(new PutScalingPolicyCommand(TRACKING));
  expect(again).toMatchObject({ PolicyARN, Alarms });
  expect(await count()).toBe(2);
  await scaling.send(new DeleteScalingPolicyCommand({ ...SCALED, PolicyName: 'cpu' }));
  expect(await count()).toBe(0);

  await scaling.send(new PutScalingPolicyCommand(TRACKING));
  await scaling.send(
    new PutScheduledActionCommand({
      ...SCALED,
      ScheduledActionName: 'night',
      Schedule: 'cron(0 22 * * ? *)',
      ScalableTargetAction: { MaxCapacity: 1 },
    }),
  );
  await scaling.send(new DeregisterScalableTargetCommand(SCALED));
  expect(await count()).toBe(0);
  const { ScalingPolicies } = await scaling.send(new DescribeScalingPoliciesCommand(SCALED));
  const { ScheduledActions } = await scaling.send(new DescribeScheduledActionsCommand(SCALED));
  expect([ScalingPolicies, ScheduledActions]).toEqual([[], []]);
});

it('Application Auto Scaling refuses what its reference refuses', async () => {
  const register = new RegisterScalableTargetCommand({ ...SCALED, MinCapacity: 1, MaxCapacity: 4 });
  await expect(scaling.send(new PutScalingPolicyCommand(TRACKING))).rejects.toMatchObject({
    name: 'ObjectNotFoundException',
    message: expect.stringContaining(
      'No scalable target registered for service namespace: ecs, resource ID: service/shop/well',
    ),
  });
  await scaling.send(register);
  const refused = [
    new RegisterScalableTargetCommand({ ...SCALED, ResourceId: 'service/shop/none', MinCapacity: 1 }),
    new RegisterScalableTargetCommand({ ...SCALED, ResourceId: 'shop/well', MinCapacity: 1, MaxCapacity: 2 }),
    new RegisterScalableTargetCommand({ ...SCALED, MinCapacity: 5 }),
    new RegisterScalableTargetCommand({ ...SCALED, MinCapacity: -1 }),
    new RegisterScalableTargetCommand({ ...SCALED, ServiceNamespace: 'dynamodb' }),
    new PutScalingPolicyCommand({ ...TRACKING, PolicyType: 'StepScaling' }),
    new PutScalingPolicyCommand({ ...TRACKING, PolicyType: undefined }),
    new PutScalingPolicyCommand({ ...TRACKING, StepScalingPolicyConfiguration: {} }),
    new PutScalingPolicyCommand({
      ...TRACKING,
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 1,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget' },
      },
    }),
    new PutScheduledActionCommand({
      ...SCALED,
      ScheduledActionName: 'night',
      Schedule: 'at night',
      ScalableTargetAction: { MaxCapacity: 1 },
    }),
    new DescribeScalableTargetsCommand({
      ServiceNamespace: 'ecs',
      ScalableDimension: SCALED.ScalableDimension,
    }),
    new DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs', MaxResults: 0 }),
  ];
  for (const command of refused) {
    // The commands have nothing in common but that they are refused.
    await expect(scaling.send(command as never)).rejects.toMatchObject({
      name: 'ValidationException',
    });
  }
  await expect(
    scaling.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs', NextToken: 'none' })),
  ).rejects.toMatchObject({ name: 'InvalidNextTokenException' });
});

it('the activities of policies that fight are listed from the newest one, page by page', async () => {
  const input = {
    ServiceNamespace: 'ecs',
    ResourceId: 'service/shop/policies-fight',
    MaxResults: 3,
  } as const;
  const causes: (string | undefined)[] = [];
  for await (const page of paginateDescribeScalingActivities({ client: scaling }, input)) {
    causes.push(...(page.ScalingActivities ?? []).map(({ Cause }) => Cause));
  }
  expect(causes.length).toBeGreaterThan(8);
  expect(new Set(causes.map((cause) => cause?.split(' triggered policy ')[1]))).toEqual(
    new Set(['cpu', 'queue-empty']),
  );
  expect(causes[0]).not.toBe(causes[1]);
});
