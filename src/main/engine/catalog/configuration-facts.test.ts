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
