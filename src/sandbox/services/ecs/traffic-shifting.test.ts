import {
  ContinueServiceDeploymentCommand,
  type CreateServiceRequest,
  type DeploymentConfiguration,
  type ServiceDeployment,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '../../testing/ecs-service.ts';

let web: TestService;
const alarms = new Map<string, 'OK' | 'ALARM'>();
beforeEach(async () => {
  alarms.clear();
  web = await startTestService({ alarms: { stateOf: (name) => alarms.get(name) } });
});
afterEach(() => web.ecs.close());

const MINUTE = 60_000;
const BLUE = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web-blue/1';
const GREEN = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web-green/2';
const LOAD_BALANCERS: CreateServiceRequest['loadBalancers'] = [
  {
    targetGroupArn: BLUE,
    containerName: 'app',
    containerPort: 8080,
    advancedConfiguration: {
      alternateTargetGroupArn: GREEN,
      productionListenerRule: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/production',
      testListenerRule: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/test',
      roleArn: 'arn:aws:iam::123456789012:role/ecs-load-balancers',
    },
  },
];
const HOOK_ROLE = 'arn:aws:iam::123456789012:role/hooks';

/** Deploys 1.1 over 1.0, which has run for a while. Returns the deployment's ARN. */
async function deploy(deploymentConfiguration: DeploymentConfiguration, image = 'web:1.1'): Promise<string> {
  await web.create(await web.register(web.ecs.push('web:1.0').reference), {
    loadBalancers: LOAD_BALANCERS,
    deploymentConfiguration: {
      deploymentCircuitBreaker: { enable: true, rollback: true },
      ...deploymentConfiguration,
    },
  });
  return web.update({ taskDefinition: await web.register(web.ecs.push(image).reference) });
}

/** What one could see of the deployment at each moment until it has ended, without repeats. */
async function watch(arn: string): Promise<readonly string[]> {
  const seen: string[] = [];
  for (let second = 0; second < 3600; second += 2) {
    const deployment = await web.deployment(arn);
    const moment = `${deployment.lifecycleStage ?? deployment.status} ${weights(deployment)}`;
    if (seen.at(-1) !== moment) seen.push(moment);
    if (deployment.finishedAt !== undefined) return seen;
    web.ecs.clock.advance(2000);
  }
  throw new Error(`The deployment does not end: ${seen.join(', ')}`);
}

/** Production and test weights of the target; each revision's add up to 100. */
function weights({
  targetServiceRevision: target,
  sourceServiceRevisions: sources = [],
}: ServiceDeployment): string {
  const production = sources.reduce((sum, each) => sum + (each.requestedProductionTrafficWeight ?? 0), 0);
  const test = sources.reduce((sum, each) => sum + (each.requestedTestTrafficWeight ?? 0), 0);
  expect(production + (target?.requestedProductionTrafficWeight ?? 0)).toBe(100);
  expect(test + (target?.requestedTestTrafficWeight ?? 0)).toBe(100);
  return `${target?.requestedProductionTrafficWeight}/${target?.requestedTestTrafficWeight}`;
}

async function waitForHook(arn: string, stage: string): Promise<string> {
  for (let second = 0; second < 3600; second += 2) {
    const { lifecycleStage, lifecycleHookDetails = [] } = await web.deployment(arn);
    const waiting = lifecycleHookDetails.find(({ status }) => status === 'AWAITING_ACTION');
    if (waiting !== undefined && lifecycleStage === stage) return waiting.hookId ?? '';
    web.ecs.clock.advance(2000);
  }
  throw new Error(`No hook awaits an action at ${stage}.`);
}

describe('the stages', () => {
  it('of BLUE_GREEN shift all traffic at once, and keep the blue tasks until the bake time is over', async () => {
    const arn = await deploy({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 });
    expect(await watch(arn)).toEqual([
      'PENDING 0/0',
      'RECONCILE_SERVICE 0/0',
      'PRE_SCALE_UP 0/0',
      'SCALE_UP 0/0',
      'POST_SCALE_UP 0/0',
      'TEST_TRAFFIC_SHIFT 0/100',
      'POST_TEST_TRAFFIC_SHIFT 0/100',
      'PRODUCTION_TRAFFIC_SHIFT 0/100',
      'PRODUCTION_TRAFFIC_SHIFT 100/100',
      'POST_PRODUCTION_TRAFFIC_SHIFT 100/100',
      'BAKE_TIME 100/100',
      'CLEAN_UP 100/100',
    ]);
    expect(await web.deployment(arn)).toMatchObject({ status: 'SUCCESSFUL' });
    expect((await web.service()).deployments).toHaveLength(1);
  });

  it('of LINEAR shift in equal steps', async () => {
    const arn = await deploy({
      strategy: 'LINEAR',
      linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 2 },
    });
    const shifts = (await watch(arn)).filter((moment) => moment.startsWith('PRODUCTION'));
    expect(shifts.map((moment) => moment.split(' ')[1])).toEqual(['0/100', '40/100', '80/100', '100/100']);
  });

  it('of CANARY shift a little and then the rest', async () => {
    const arn = await deploy({
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 3 },
    });
    const shifts = (await watch(arn)).filter((moment) => moment.startsWith('PRODUCTION'));
    expect(shifts.map((moment) => moment.split(' ')[1])).toEqual(['0/100', '10/100', '100/100']);
  });

  it('of CANARY are over when the strategy is changed', async () => {
    const canaryConfiguration = { canaryPercent: 10, canaryBakeTimeInMinutes: 3 };
    await watch(await deploy({ strategy: 'CANARY', canaryConfiguration }));
    const arn = await web.update({
      taskDefinition: await web.register(web.ecs.push('web:1.2').reference),
      deploymentConfiguration: { strategy: 'BLUE_GREEN' },
    });
    const shifts = (await watch(arn)).filter((moment) => moment.startsWith('PRODUCTION'));
    expect(shifts.map((moment) => moment.split(' ')[1])).toEqual(['0/100', '100/100']);
  });
});

describe('a rollback', () => {
  it('returns all traffic and keeps the source tasks, at any time', async () => {
    const arn = await deploy({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 10 });
    web.ecs.clock.advance(4 * MINUTE);
    const before = await web.tasks('RUNNING');
    expect(await web.deployment(arn)).toMatchObject({ lifecycleStage: 'BAKE_TIME' });
    await web.ecs.client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn }));
    await watch(arn);
    expect(await web.deployment(arn)).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
    const after = new Set((await web.tasks('RUNNING')).map(({ taskArn }) => taskArn));
    expect(after.size).toBe(4);
    expect(before.filter(({ taskArn }) => after.has(taskArn))).toHaveLength(4);
  });

  it.each([
    'RECONCILE_SERVICE',
    'PRE_SCALE_UP',
    'SCALE_UP',
    'POST_SCALE_UP',
    'TEST_TRAFFIC_SHIFT',
    'POST_TEST_TRAFFIC_SHIFT',
    'PRODUCTION_TRAFFIC_SHIFT',
    'POST_PRODUCTION_TRAFFIC_SHIFT',
    'BAKE_TIME',
    'CLEAN_UP',
  ])('can be requested in %s', async (stage) => {
    const arn = await deploy({ strategy: 'CANARY', bakeTimeInMinutes: 1 });
    while ((await web.deployment(arn)).lifecycleStage !== stage) web.ecs.clock.advance(1000);
    await web.ecs.client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn }));
    await watch(arn);
    expect((await web.deployment(arn)).status).toBe('ROLLBACK_SUCCESSFUL');
    expect(await web.service()).toMatchObject({
      runningCount: 4,
      taskDefinition: expect.stringMatching(/:1$/),
    });
  });

  it('follows a failed function', async () => {
    const arn = await deploy({
      strategy: 'BLUE_GREEN',
      lifecycleHooks: [
        {
          hookTargetArn: 'arn:aws:lambda:us-east-1:123456789012:function:smoke-test-fails',
          roleArn: HOOK_ROLE,
          lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
        },
      ],
    });
    await watch(arn);
    expect(await web.deployment(arn)).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: 'Service deployment rolled back because a lifecycle hook failed.',
      lifecycleHookDetails: [{ status: 'FAILED', targetType: 'AWS_LAMBDA' }],
    });
  });

  it('follows an alarm, in any strategy', async () => {
    const watched = { alarmNames: ['web-5xx', 'web-latency'], enable: true, rollback: true };
    const arn = await deploy({ strategy: 'ROLLING', alarms: watched });
    web.ecs.clock.advance(MINUTE);
    expect(await web.deployment(arn)).toMatchObject({ alarms: { status: 'MONITORING' } });
    alarms.set('web-5xx', 'ALARM');
    web.ecs.clock.advance(10 * MINUTE);
    expect(await web.deployment(arn)).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['web-5xx'] },
    });
  });

  it('does not follow an alarm that went off before', async () => {
    alarms.set('web-5xx', 'ALARM');
    const arn = await deploy({ alarms: { alarmNames: ['web-5xx'], enable: true, rollback: true } });
    web.ecs.clock.advance(15 * MINUTE);
    expect(await web.deployment(arn)).toMatchObject({ status: 'SUCCESSFUL', alarms: { status: 'DISABLED' } });
  });

  it('follows tasks that do not start', async () => {
    const arn = await deploy({ strategy: 'CANARY' }, 'web:1.1-crash');
    await watch(arn);
    expect(await web.deployment(arn)).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      deploymentCircuitBreaker: { status: 'TRIGGERED' },
    });
  });
});

describe('a pause', () => {
  const pause = (timeout: object = {}): DeploymentConfiguration => ({
    lifecycleHooks: [
      { targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP', 'PRE_PRODUCTION_TRAFFIC_SHIFT'], ...timeout },
    ],
  });
  const answer = (serviceDeploymentArn: string, hookId: string, action: 'CONTINUE' | 'ROLLBACK') =>
    web.ecs.client.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId, action }));

  it('waits to be continued at each hook', async () => {
    const arn = await deploy({ strategy: 'BLUE_GREEN', ...pause() });
    const first = await waitForHook(arn, 'POST_SCALE_UP');
    await answer(arn, first, 'CONTINUE');
    await expect(answer(arn, first, 'CONTINUE')).rejects.toMatchObject({ name: 'ConflictException' });
    await answer(arn, await waitForHook(arn, 'PRODUCTION_TRAFFIC_SHIFT'), 'CONTINUE');
    await watch(arn);
    expect(await web.deployment(arn)).toMatchObject({
      status: 'SUCCESSFUL',
      lifecycleHookDetails: [{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }],
    });
  });

  it('rolls the deployment back on request', async () => {
    const arn = await deploy({ strategy: 'LINEAR', ...pause() });
    await answer(arn, await waitForHook(arn, 'POST_SCALE_UP'), 'ROLLBACK');
    await watch(arn);
    expect((await web.deployment(arn)).status).toBe('ROLLBACK_SUCCESSFUL');
  });

  it('applies its default when nobody answers in time', async () => {
    const timeoutConfiguration = { timeoutInMinutes: 30, action: 'CONTINUE' as const };
    const arn = await deploy({ strategy: 'ROLLING', ...pause({ timeoutConfiguration }) });
    await waitForHook(arn, 'POST_SCALE_UP');
    web.ecs.clock.advance(40 * MINUTE);
    expect(await web.deployment(arn)).toMatchObject({
      status: 'SUCCESSFUL',
      lifecycleHookDetails: [{ status: 'TIMED_OUT' }],
    });
  });
});

it.each([
  [
    { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 0.05 } },
    'canaryPercent must be between 0.1 and 100',
  ],
  [{ strategy: 'LINEAR', linearConfiguration: { stepPercent: 2 } }, 'stepPercent must be between 3 and 100'],
  [{ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1441 }, 'bakeTimeInMinutes must be between 0 and 1440'],
  [
    { lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['TEST_TRAFFIC_SHIFT'] }] },
    'PAUSE hooks cannot be configured at the TEST_TRAFFIC_SHIFT stage',
  ],
  [{ lifecycleHooks: [{ lifecycleStages: ['PRE_SCALE_UP'] }] }, 'hookTargetArn and roleArn are required'],
  [{ alarms: { alarmNames: [], enable: true, rollback: true } }, 'alarmNames cannot be empty'],
] as const)('refuses %j', async (configuration, message) => {
  await expect(deploy(configuration as unknown as DeploymentConfiguration)).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringContaining(message),
  });
});
