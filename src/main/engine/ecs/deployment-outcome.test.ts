import { ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { deploymentOutcome } from './deployment-outcome.ts';

it('of all statuses of ECS only SUCCESSFUL is a success', () => {
  const successes = Object.values(ServiceDeploymentStatus).filter(
    (status) => deploymentOutcome(status) === 'succeeded',
  );
  expect(successes).toEqual(['SUCCESSFUL']);
});

it('every status of ECS has an outcome', () => {
  const unknown = Object.values(ServiceDeploymentStatus).filter(
    (status) => deploymentOutcome(status) === 'unknown',
  );
  expect(unknown).toEqual([]);
});

it.each(['A_NEW_STATUS', 'constructor', undefined])('%s is unknown', (status) => {
  expect(deploymentOutcome(status)).toBe('unknown');
});
