import { expect, it } from 'vitest';
import { configurationFacts } from './configuration-facts.ts';

function words(service: Parameters<typeof configurationFacts>[0]) {
  return Object.fromEntries(configurationFacts(service).map(({ label, value }) => [label, value]));
}

it('the facts of a rolling service on Fargate are its settings', () => {
  const said = words({
    launchType: 'FARGATE',
    deploymentConfiguration: {
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      alarms: { enable: true, rollback: true, alarmNames: ['errors'] },
    },
    loadBalancers: [
      {
        targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/web-blue/0123456789abcdef',
        containerName: 'web',
        containerPort: 8080,
      },
    ],
  });
  expect(said).toEqual({
    'Deployment controller': 'ECS',
    Strategy: 'rolling',
    'Running during a deployment': '100% to 200% of the desired tasks',
    'Circuit breaker': 'on, rolls back',
    Alarms: 'errors, rolls back',
    'Runs on': 'FARGATE',
    'Load balancer': 'web-blue → web:8080',
  });
});

it.each([
  [{ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 }, 'blue/green, baking 1 minute'],
  [{ strategy: 'LINEAR' }, 'linear, 10% every 6 minutes'],
  [
    { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 2.5, canaryBakeTimeInMinutes: 30 } },
    'canary, 2.5% for 30 minutes',
  ],
] as const)('the facts name the strategy: %j', (deploymentConfiguration, strategy) => {
  expect(words({ deploymentConfiguration }).Strategy).toBe(strategy);
});

it('the facts say how tasks are spread over capacity providers', () => {
  const capacityProviderStrategy = [
    { capacityProvider: 'FARGATE', base: 1, weight: 1 },
    { capacityProvider: 'FARGATE_SPOT', weight: 4 },
  ];
  expect(words({ capacityProviderStrategy })['Runs on']).toBe(
    'FARGATE (weight 1, base 1), FARGATE_SPOT (weight 4)',
  );
});

it('the facts name what only a service revision says: gateway connectors and metrics every 20 seconds', () => {
  const metricConfigurations = [
    { metricNames: ['CPUUtilization', 'MemoryUtilization'], resolutionSeconds: 20 },
    { metricNames: ['Other'], resolutionSeconds: 60 },
  ];
  const facts = configurationFacts(
    {},
    { gatewayConnectors: [{ portName: 'web' }, { portName: 'admin' }], monitoring: { metricConfigurations } },
  );
  expect(facts).toContainEqual({ label: 'Gateway connectors', value: 'web, admin' });
  expect(facts).toContainEqual({
    label: 'Metrics',
    value: 'CPUUtilization, MemoryUtilization every 20 s',
  });
});

it.each([
  ['DEFERRED', 'at 50% healthy new tasks; old tasks stop afterwards'],
  ['BLOCKING', 'at 50% healthy new tasks; old tasks stop first'],
] as const)('the facts say when a deployment ends early: %s', (sourceServiceRevisionCleanup, value) => {
  const earlySuccessCriteria = { enable: true, healthyPercent: 50, sourceServiceRevisionCleanup };
  expect(words({ deploymentConfiguration: { earlySuccessCriteria } })['Early success']).toBe(value);
});

it('the facts say that ECS manages the instances of a service', () => {
  expect(words({ launchType: 'MANAGED_INSTANCES' })['Runs on']).toBe(
    'Managed Instances, which ECS adds and replaces',
  );
});
