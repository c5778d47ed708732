import {
  CreateServiceCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/start.ts';
import { createSteppedClock, type SteppedClock } from '../../../sandbox/testing/stepped-clock.ts';
import type { MetricSeries, Verdict } from '../../../shared/model/metrics.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../testing/release-engine.ts';
import { shiftingLoadBalancer } from '../testing/shifting-service.ts';
import { gridOf } from './metric-data.ts';
import { createMetricHandlers } from './metric-handlers.ts';

const MINUTE = 60_000;
const START = new Date('2026-01-01T12:00:00Z');

let clock: SteppedClock;
let sandbox: Sandbox;
let engine: ReleaseEngine;
let metrics: ReturnType<typeof createMetricHandlers>;
beforeAll(async () => {
  clock = createSteppedClock({ start: START });
  sandbox = await startSandbox({ scenario: 'demo', clock });
  clock.advance(0);
  engine = await openReleaseEngine(sandbox);
  metrics = createMetricHandlers({ aws: engine.dependencies.aws, clock });
});
afterAll(async () => {
  engine.close();
  await sandbox.close();
});

/** Deploys another image, lets ECS finish, and answers the ARN of the deployment. */
async function deploy(service: string, image: string, desiredCount?: number): Promise<string> {
  const { taskDefinition: current } = await engine.describe(engine.service('production', service));
  const { taskDefinition } = await engine.truth.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: current ?? '' }),
  );
  const containers = taskDefinition?.containerDefinitions ?? [];
  const next = await engine.truth.send(
    new RegisterTaskDefinitionCommand({
      family: taskDefinition?.family ?? '',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: taskDefinition?.executionRoleArn,
      taskRoleArn: taskDefinition?.taskRoleArn,
      containerDefinitions: containers.map((each) => (each.name === 'app' ? { ...each, image } : each)),
    }),
  );
  const updated = await engine.truth.send(
    new UpdateServiceCommand({
      cluster: 'production',
      service,
      taskDefinition: next.taskDefinition?.taskDefinitionArn,
      ...(desiredCount === undefined ? {} : { desiredCount }),
    }),
  );
  return updated.service?.currentServiceDeployment ?? '';
}

async function verdictAfter(minutes: number, service: string, deployment: string): Promise<Verdict> {
  clock.advance(minutes * MINUTE);
  return metrics['services.verdict']({ ...engine.service('production', service), deployment }, aCall());
}

async function read(service: string, hours: number, cluster = 'production') {
  const since = new Date(clock.now().getTime() - hours * 60 * MINUTE).toISOString();
  return metrics['services.metrics']({ ...engine.service(cluster, service), since }, aCall());
}

function valuesOf(
  series: readonly MetricSeries[],
  metric: string,
  statistic: string,
): readonly (number | null)[] {
  return series.find((each) => each.metric === metric && each.statistic === statistic)?.values ?? [];
}

it('a release that answers with errors is worse, and the chart of 5xx shows it', async () => {
  const deployment = await deploy('search', 'docker.io/acme/search:3.0-errors');
  const verdict = await verdictAfter(20, 'search', deployment);
  expect(verdict).toMatchObject({ judgement: 'worse', proposesRollback: true });
  expect(verdict.sentence).toMatch(/^Worse: 5xx 0\.1 % → 2\.4 %, latency \(p95\) \d+ ms → \d+ ms\.$/);
  const { series, incompleteFrom } = await read('search', 1);
  const errors = valuesOf(series, 'errors', 'sum');
  expect(Math.max(...errors.slice(0, 30).map((each) => each ?? 0))).toBeLessThan(6);
  expect(errors.at(-3)).toBeGreaterThan(20);
  expect(Date.parse(incompleteFrom)).toBe(clock.now().getTime() - MINUTE);
  // Container Insights tells the tasks of both revisions apart in this cluster.
  expect(new Set(series.flatMap(({ revision }) => revision ?? [])).size).toBe(2);
}, 60_000);

it('a good release is the same, also when the service has twice the tasks since', async () => {
  const deployment = await deploy('images', 'docker.io/acme/images:1.0', 6);
  expect((await verdictAfter(1, 'images', deployment)).sentence).toMatch(/^Not enough data\. /);
  // Where the clock of this machine is ahead, the minutes that AWS does not have yet are not taken for quiet ones.
  clock.advance(9 * MINUTE);
  const ahead = { now: () => new Date(clock.now().getTime() + 5 * MINUTE) };
  const early = await createMetricHandlers({ aws: engine.dependencies.aws, clock: ahead })[
    'services.verdict'
  ]({ ...engine.service('production', 'images'), deployment }, aCall());
  expect(Date.parse(early.after?.until ?? '')).toBeLessThan(clock.now().getTime());
  const verdict = await verdictAfter(21, 'images', deployment);
  expect(verdict).toMatchObject({ judgement: 'same', proposesRollback: false, gaps: [] });
}, 60_000);

it('while traffic is shifted, the requests of the new target group are compared with those of the old one', async () => {
  const targetGroup = (name: string) =>
    `arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/${name}/6d0ecf831eec9f09`;
  const { taskDefinition = '' } = await engine.describe(engine.service('production', 'images'));
  await engine.truth.send(
    new CreateServiceCommand({
      cluster: 'production',
      serviceName: 'shop',
      taskDefinition,
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d'] } },
      loadBalancers: [shiftingLoadBalancer(targetGroup)],
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 30 },
    }),
  );
  clock.advance(60 * MINUTE);
  const deployment = await deploy('shop', 'docker.io/acme/shop:2.0-errors');
  const verdict = await verdictAfter(20, 'shop', deployment);
  expect(verdict.sentence).toMatch(/^Worse: 5xx 0\.1 % → 2\.[345] %, /);
  const { series } = await read('shop', 1);
  const requests = series.filter(({ metric }) => metric === 'requests');
  expect(requests.map(({ targetGroup: name }) => name)).toEqual(['blue', 'green']);
  expect(requests.map(({ values }) => [values[30] !== null, values.at(-3) !== null])).toEqual([
    [true, false],
    [false, true],
  ]);
}, 60_000);

it('tasks that crash raise the 5xx of their target group', async () => {
  await deploy('checkout', 'docker.io/acme/checkout:5.0-crash');
  clock.advance(10 * MINUTE);
  const errors = valuesOf((await read('checkout', 1)).series, 'errors', 'sum');
  expect(Math.max(...errors.slice(-10).map((each) => each ?? 0))).toBeGreaterThan(50);
}, 60_000);

it('a metric that a service does not have is listed with its effect, and the other metrics are read', async () => {
  const { series, gaps } = await read('recommend-trainer', 3, 'tools');
  expect(valuesOf(series, 'cpu', 'average').filter((each) => each !== null)).toHaveLength(180);
  expect(gaps.map(({ what }) => what)).toEqual(['load-balancer', 'container-insights']);
});

it('one service is read with one request to CloudWatch, and its load balancer is looked up once', async () => {
  const before = sandbox.calls().length;
  await read('session', 1);
  await read('images', 24);
  const calls = sandbox
    .calls()
    .slice(before)
    .map(({ operation }) => operation);
  expect(calls.filter((each) => each === 'GetMetricData')).toHaveLength(2);
  expect(calls).not.toContain('DescribeTargetGroups');
});

it('an action that is not allowed is named, without hiding what is', async () => {
  const narrow = await startSandbox({
    scenario: 'demo',
    clock,
    deniedActions: ['cloudwatch:GetMetricData', 'elasticloadbalancing:DescribeTargetGroups'],
  });
  const other = await openReleaseEngine(narrow);
  const { aws } = other.dependencies;
  const since = new Date(clock.now().getTime() - 60 * MINUTE).toISOString();
  const input = { ...other.service('production', 'web'), since };
  const result = await createMetricHandlers({ aws, clock })['services.metrics'](input, aCall());
  expect(result.series).toEqual([]);
  expect(result.gaps.map(({ action }) => action)).toEqual([
    'cloudwatch:GetMetricData',
    'elasticloadbalancing:DescribeTargetGroups',
  ]);
  other.close();
  await narrow.close();
});

it('periods are as long as the chart and CloudWatch ask for', () => {
  const grid = (hours: number, ago = hours) =>
    gridOf(
      new Date(START.getTime() - ago * 60 * MINUTE),
      new Date(START.getTime() - (ago - hours) * 60 * MINUTE),
      START,
    ).periodSeconds;
  expect([grid(1), grid(3), grid(24), grid(24 * 7)]).toEqual([60, 60, 300, 3600]);
  expect([grid(1, 24 * 20), grid(1, 24 * 100)]).toEqual([300, 3600]);
  expect(() => grid(1, 24 * 500)).toThrow('455 days');
});
