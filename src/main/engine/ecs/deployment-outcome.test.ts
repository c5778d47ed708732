import { ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { deploymentOutcome } from './deployment-outcome.ts';

it('only SUCCESSFUL of all that ECS can say is a success', () => {
  const successes = Object.values(ServiceDeploymentStatus).filter(
    (status) => deploymentOutcome(status) === 'succeeded',
  );
  expect(successes).toEqual(['SUCCESSFUL']);
});

it('everything that ECS can say has a meaning', () => {
  const unknown = Object.values(ServiceDeploymentStatus).filter(
    (status) => deploymentOutcome(status) === 'unknown',
  );
  expect(unknown).toEqual([]);
});

it.each(['A_NEW_STATUS', 'constructor', undefined])('%s is unknown', (status) => {
  expect(deploymentOutcome(status)).toBe('unknown');
});
