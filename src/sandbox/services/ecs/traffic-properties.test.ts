import type {
  DeploymentConfiguration,
  DeploymentLifecycleHook,
  DeploymentLifecycleHookStage,
  ServiceDeployment,
} from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  BEHAVIOURS,
  PROPERTY_TIMEOUT_MS,
  propertyRuns,
  type RandomService,
  startRandomService,
} from '../../testing/random-service.ts';

const ENDS: readonly (string | undefined)[] = [
  'SUCCESSFUL',
  'STOPPED',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
];
const ROLE = 'arn:aws:iam::123456789012:role/ecs';
const LOAD_BALANCER = {
  targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/blue/1',
  containerName: 'app',
  containerPort: 80,
  advancedConfiguration: {
    alternateTargetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/green/1',
    productionListenerRule: 'arn:rule',
    roleArn: ROLE,
  },
};

function stages(...names: DeploymentLifecycleHookStage[]): fc.Arbitrary<DeploymentLifecycleHookStage[]> {
  return fc.constant(names);
}

const hook: fc.Arbitrary<DeploymentLifecycleHook> = fc.oneof(
  fc.record({
    hookTargetArn: fc.constantFrom('arn:aws:lambda:check', 'arn:aws:lambda:fails'),
    roleArn: fc.constant(ROLE),
    lifecycleStages: stages('POST_TEST_TRAFFIC_SHIFT'),
  }),
  fc.record({
    targetType: fc.constant('PAUSE' as const),
    lifecycleStages: fc.oneof(
      stages('PRE_SCALE_UP'),
      stages('PRE_PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'),
    ),
    timeoutConfiguration: fc.record({
      timeoutInMinutes: fc.integer({ min: 1, max: 60 }),
      action: fc.constantFrom('CONTINUE' as const, 'ROLLBACK' as const),
    }),
  }),
);

const strategy: fc.Arbitrary<DeploymentConfiguration> = fc.oneof(
  fc.record({ strategy: fc.constant('BLUE_GREEN' as const), bakeTimeInMinutes: fc.nat(10) }),
  fc.record({
    strategy: fc.constant('LINEAR' as const),
    linearConfiguration: fc.record({
      stepPercent: fc.integer({ min: 20, max: 100 }),
      stepBakeTimeInMinutes: fc.nat(5),
    }),
  }),
  fc.record({
    strategy: fc.constant('CANARY' as const),
    canaryConfiguration: fc.record({
      canaryPercent: fc.double({ min: 0.1, max: 100, noNaN: true }),
      canaryBakeTimeInMinutes: fc.nat(5),
    }),
  }),
);

const event = fc.oneof(
  fc.record({ kind: fc.constant('release' as const), behaviour: fc.constantFrom(...BEHAVIOURS) }),
  fc.record({ kind: fc.constant('scale' as const), desiredCount: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ kind: fc.constant('stop' as const) }),
  fc.record({ kind: fc.constant('alarm' as const), state: fc.constantFrom('OK' as const, 'ALARM' as const) }),
  fc.record({ kind: fc.constant('answer' as const), action: fc.constantFrom('CONTINUE', 'ROLLBACK') }),
);

it(
  'shares all traffic out at every moment, never runs more than both sides, and ends',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        strategy,
        fc.array(hook, { maxLength: 2 }),
        fc.array(fc.tuple(event, fc.nat(600)), { minLength: 1, maxLength: 6 }),
        async (desiredCount, configuration, lifecycleHooks, events) => {
          let alarm: 'OK' | 'ALARM' = 'OK';
          const service = startRandomService(
            {
              desiredCount,
              loadBalancers: [LOAD_BALANCER],
              deploymentConfiguration: {
                ...configuration,
                lifecycleHooks,
                alarms: { alarmNames: ['errors'], enable: true, rollback: true },
                deploymentCircuitBreaker: { enable: true, rollback: true },
              },
            },
            { alarms: { stateOf: () => alarm } },
          );
          await service.create();
          let largest = desiredCount;
          for (const [each, seconds] of [[{ kind: 'release', behaviour: 'ok' }, 30] as const, ...events]) {
            if (each.kind === 'scale') largest = Math.max(largest, each.desiredCount);
            if (each.kind === 'alarm') alarm = each.state;
            else await apply(service, each);
            const until = service.clock.now().getTime() + seconds * 1000;
            while (service.clock.now().getTime() < until && service.clock.step()) {
              expect((await service.tasks()).length).toBeLessThanOrEqual(2 * largest);
              for (const deployment of await service.deployments()) expectAllTraffic(deployment);
            }
          }
          alarm = 'OK';
          service.clock.advance(48 * 60 * 60_000);
          const deployments = await service.deployments();
          expect(deployments.map(({ status }) => status).filter((status) => !ENDS.includes(status))).toEqual(
            [],
          );
          for (const deployment of deployments) expectAllTraffic(deployment);
        },
      ),
      propertyRuns(60),
    );
  },
  PROPERTY_TIMEOUT_MS,
);

async function apply(
  service: RandomService,
  each:
    | { readonly kind: 'release'; readonly behaviour: string }
    | { readonly kind: 'scale'; readonly desiredCount: number }
    | { readonly kind: 'stop' }
    | { readonly kind: 'answer'; readonly action: string },
): Promise<void> {
  if (each.kind === 'release') {
    await service.register(each.behaviour);
    await service.update({ taskDefinition: 'web' });
    return;
  }
  if (each.kind === 'scale') {
    await service.update({ desiredCount: each.desiredCount });
    return;
  }
  const [newest] = await service.deployments();
  if (newest?.status !== 'IN_PROGRESS') return;
  const { serviceDeploymentArn, lifecycleHookDetails = [] } = newest;
  const waiting = lifecycleHookDetails.find(({ status }) => status === 'AWAITING_ACTION');
  if (each.kind === 'stop') {
    await service.call('StopServiceDeployment', { serviceDeploymentArn });
  } else if (waiting !== undefined) {
    const { hookId } = waiting;
    await service.call('ContinueServiceDeployment', { serviceDeploymentArn, hookId, action: each.action });
  }
}

/** Production and test weights of all revisions of a deployment make 100 each. */
function expectAllTraffic({ targetServiceRevision, sourceServiceRevisions = [] }: ServiceDeployment): void {
  const revisions = [targetServiceRevision, ...sourceServiceRevisions];
  const sum = (values: readonly (number | undefined)[]): number =>
    values.reduce<number>((all, one) => all + (one ?? 0), 0);
  expect(sum(revisions.map((each) => each?.requestedProductionTrafficWeight))).toBeCloseTo(100, 6);
  expect(sum(revisions.map((each) => each?.requestedTestTrafficWeight))).toBeCloseTo(100, 6);
}
